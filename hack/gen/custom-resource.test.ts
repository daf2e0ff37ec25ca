import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readCustomResource } from './custom-resource.ts';

function crdWith(versions: readonly object[]): string {
  const names = { kind: 'Widget', listKind: 'WidgetList', plural: 'widgets' };
  return stringify({ spec: { group: 'example.org', scope: 'Cluster', names, versions } });
}

describe('readCustomResource', () => {
  it('reads what is written and takes what is left out as empty', () => {
    const schema = { type: 'object' };
    const version = { name: 'v1', schema: { openAPIV3Schema: schema } };

    expect(readCustomResource(crdWith([version]))).toEqual({
      group: 'example.org',
      version: 'v1',
      kind: 'Widget',
      listKind: 'WidgetList',
      plural: 'widgets',
      shortNames: [],
      scope: 'Cluster',
      schema,
      selectableFields: [],
      columns: [],
    });
  });

  it.each([0, 2])('refuses a CRD with %i versions, because it would have to choose', (count) => {
    const versions = Array.from({ length: count }, (_, index) => ({ name: `v${index}` }));

    expect(() => readCustomResource(crdWith(versions))).toThrow(`Widget has ${count} versions`);
  });
});
