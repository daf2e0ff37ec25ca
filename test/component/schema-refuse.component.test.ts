import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCustomResource } from '../../hack/gen/custom-resource.ts';
import type { JsonSchema } from '../../hack/gen/json-schema.ts';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { noSubnet, reserved, ruleRefusals } from '../support/schema-rule-cases.ts';
import { dryRunCreate, nodeENI, nodeENIs, valid, without } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

/** Messages of rules that other tests break: the name below, changes in schema-update. */
const brokenElsewhere = [
  'metadata.name is longer than 63 characters: it becomes part of tags and host names',
  'deviceIndex cannot change: create a NodeENI with the new index, then delete this one',
  'networkCardIndex cannot change: create a NodeENI with the new card, then delete this one',
  'the merged subnet list (subnetID, subnetIDs, subnetName, subnetNames) may only grow or shrink at its end, because device indexes are counted along it; append or remove subnets at the end, or create another NodeENI and delete this one',
];

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());

describe('a new NodeENI is refused', () => {
  it.each(Object.values(ruleRefusals).flat())('with $promise', async ({ spec, says }) => {
    expect(await dryRunCreate(transport, spec)).toEqual([says]);
  });

  it('with a name of 64 characters', async () => {
    const name = 'n'.repeat(64);
    expect(await dryRunCreate(transport, valid, name)).toEqual([
      `metadata.name: Invalid value: metadata.name "${name}" has 64 characters: it becomes part of tags and host names, use at most 63`,
    ]);
  });

  it('with a misspelt field, when the client asks for strictness', async () => {
    const body = nodeENI('a', { ...valid, mtuu: 9001 });
    const query = { dryRun: 'All', fieldValidation: 'Strict' };
    await expect(transport.request({ method: 'POST', path: nodeENIs, query, body })).rejects.toThrow(
      'strict decoding error: unknown field "spec.mtuu"',
    );
  });

  it('with every mistake named at once', async () => {
    const spec = { ...without('subnetID'), enableDPDK: true, dpdkEnabled: false, tags: { 'aws:x': '1' } };
    expect(await dryRunCreate(transport, spec)).toEqual(
      expect.arrayContaining([
        noSubnet,
        'spec.dpdkEnabled: Invalid value: enableDPDK is true and its alias dpdkEnabled is false: remove dpdkEnabled, or give both the same value',
        `spec.tags: Invalid value: tag key "aws:x" ${reserved}`,
      ]),
    );
  });
});

describe('the rules of the NodeENI schema', () => {
  const crd = readFileSync(new URL('../../api/v1alpha1/nodeeni.crd.yaml', import.meta.url), 'utf8');

  it('are all broken by some test', () => {
    const messages = messagesOf(readCustomResource(crd).schema).sort();
    expect([...Object.keys(ruleRefusals), ...brokenElsewhere].sort()).toEqual(messages);
  });

  it('never say "immutable", which makes Flux delete and re-create the object', () => {
    const rules = crd.split('\n').filter((line) => !line.trimStart().startsWith('#'));
    expect(rules.join('\n')).not.toMatch(/immutable/i);
  });
});

function messagesOf(schema: JsonSchema): string[] {
  const own = (schema['x-kubernetes-validations'] ?? []).map((rule) => rule.message ?? '');
  return [...own, ...Object.values(schema.properties ?? {}).flatMap(messagesOf)];
}
