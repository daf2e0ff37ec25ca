import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCustomResource } from '../../../hack/gen/custom-resource.ts';
import type { NodeEniFields } from '../effective-spec.ts';
import { type AddOperation, defaultNodeEni } from './default-node-eni.ts';

function applied(fields: Partial<NodeEniFields>, patch: readonly AddOperation[]): Partial<NodeEniFields> {
  return { ...fields, ...Object.fromEntries(patch.map(({ path, value }) => [path.slice(6), value])) };
}

const fields: fc.Arbitrary<Partial<NodeEniFields>> = fc.record(
  {
    nodeSelector: fc.constant({ ng: 'a' }),
    deviceIndex: fc.integer({ min: 1, max: 31 }),
    networkCardIndex: fc.integer({ min: 0, max: 31 }),
    deleteOnTermination: fc.boolean(),
    sourceDestCheck: fc.boolean(),
    deletionPolicy: fc.constantFrom('Delete', 'Retain'),
    enableDPDK: fc.boolean(),
    dpdkEnabled: fc.boolean(),
    dpdkResourceName: fc.constant('intel.com/a'),
  },
  { requiredKeys: [] },
);

describe('defaults of a NodeENI', () => {
  it('are those of the schema, so that the patch is empty for what the API server hands over', () => {
    const crd = readFileSync(new URL('../../../api/v1alpha1/nodeeni.crd.yaml', import.meta.url), 'utf8');
    const properties = readCustomResource(crd).schema.properties?.['spec']?.properties ?? {};
    const ofSchema = Object.entries(properties).flatMap(([name, schema]) =>
      'default' in schema ? [{ op: 'add', path: `/spec/${name}`, value: schema.default }] : [],
    );
    expect(defaultNodeEni({})).toEqual(ofSchema);
  });

  it('never change a field that is there', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(applied(given, defaultNodeEni(given))).toMatchObject(given);
      }),
    );
  });

  it('are written once', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(defaultNodeEni(applied(given, defaultNodeEni(given)))).toEqual([]);
      }),
    );
  });

  it('leave the alias, the driver, the resource name and the description unwritten', () => {
    const paths = defaultNodeEni({ dpdkEnabled: true }).map(({ path }) => path);
    expect(paths.filter((path) => /dpdk|DPDK|description/.test(path))).toEqual([]);
  });

  it('leave an object without spec to the schema, which refuses it', () => {
    expect(defaultNodeEni(undefined)).toEqual([]);
  });
});
