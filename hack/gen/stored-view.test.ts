import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCustomResource } from './custom-resource.ts';
import { synthesizeOpenapi, type KubernetesFacts } from './openapi-document.ts';
import { storedView } from './stored-view.ts';

const facts: KubernetesFacts = JSON.parse(
  readFileSync(new URL('kubernetes-openapi.json', import.meta.url), 'utf8'),
);
const widget = readCustomResource(`
spec:
  group: things.example.org
  scope: Cluster
  names: {kind: Widget, listKind: WidgetList, plural: widgets}
  versions:
    - name: v2beta1
      selectableFields: [{jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          description: A widget.
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            spec: {type: object, properties: {size: {type: integer, default: 3}}}
`);
const published = synthesizeOpenapi([widget], facts);

describe('synthesizeOpenapi', () => {
  it('leaves no trace of the kind that it was copied from', () => {
    expect(JSON.stringify([published.paths, Object.keys(published.components.schemas)])).not.toMatch(
      /probe\b|example\.com|ExampleCom/i,
    );
  });

  it('names paths, operations and schemas as the API server does', () => {
    expect(Object.keys(published.paths)).toEqual([
      '/apis/things.example.org/v2beta1/widgets',
      '/apis/things.example.org/v2beta1/widgets/{name}',
      '/apis/things.example.org/v2beta1/widgets/{name}/status',
    ]);
    expect(published.paths['/apis/things.example.org/v2beta1/widgets']).toMatchObject({
      get: { operationId: 'listThingsExampleOrgV2beta1Widget', tags: ['thingsExampleOrg_v2beta1'] },
    });
    expect(published.components.schemas['org.example.things.v2beta1.Widget']).toMatchObject({
      description: 'A widget.',
      'x-kubernetes-group-version-kind': [{ group: 'things.example.org', kind: 'Widget', version: 'v2beta1' }],
      'x-kubernetes-selectable-fields': [{ fieldPath: 'spec.size' }],
    });
  });
});

describe('storedView', () => {
  const { components, paths } = storedView(published, facts, [widget]);
  const { schemas } = components;

  it('promises what the API server always fills in', () => {
    expect(schemas['ObjectMeta']?.required).toEqual(['name', 'uid', 'resourceVersion', 'creationTimestamp']);
    expect(schemas['Widget']?.required).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(schemas['Widget']?.properties?.['kind']).toEqual({ type: 'string', enum: ['Widget'] });
    expect(schemas['Node']?.required).toEqual(['metadata']);
  });

  it('keeps the defaults of custom resources, from which required fields come', () => {
    expect(schemas['Widget']?.properties?.['spec']?.properties?.['size']?.default).toBe(3);
  });

  it('drops the zero values that Kubernetes publishes as defaults but does not send', () => {
    const { Widget: _ours, ...kubernetes } = schemas;
    expect(JSON.stringify(kubernetes)).not.toContain('"default"');
  });

  it('speaks JSON only', () => {
    expect(JSON.stringify(paths)).not.toMatch(/protobuf|cbor|"application\/yaml"/);
  });

  it('refers to short names that exist', () => {
    const references = JSON.stringify({ paths, schemas }).matchAll(/#\/components\/schemas\/([^"]+)/g);
    const missing = [...references].filter(([, name]) => name === undefined || schemas[name] === undefined);
    expect(missing).toEqual([]);
  });

  it('offers no way to delete a whole collection', () => {
    expect(paths['/apis/things.example.org/v2beta1/widgets']).not.toHaveProperty('delete');
    expect(paths['/apis/things.example.org/v2beta1/widgets/{name}']).toHaveProperty('delete');
  });

  it('refuses two schemas of one short name', () => {
    const node = readCustomResource(
      'spec: {group: example.org, scope: Cluster, names: {kind: Node, listKind: NodeSet, plural: nodes}, versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}',
    );
    expect(() => storedView(synthesizeOpenapi([node], facts), facts, [node])).toThrow('share a short name');
  });
});
