import { array, assert, asyncProperty, boolean, constantFrom, record } from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isApiError } from '../../src/adapters/kubernetes/api-error.ts';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { isJsonObject } from '../../src/adapters/kubernetes/json-object.ts';
import { judgeSpecChange } from '../../src/domain/schema-rules/node-eni-change-rules.ts';
import type { NodeEniFields } from '../../src/domain/effective-spec.ts';
import { specsAroundBounds } from '../support/arbitrary-specs.ts';
import { errorFields, lintObject } from '../support/lint-manifest.ts';
import { acceptedSpecs } from '../support/schema-accepted-cases.ts';
import { boundRefusals } from '../support/schema-bound-cases.ts';
import { ruleRefusals } from '../support/schema-rule-cases.ts';
import { nodeENI, nodeENIs, valid } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

/** The fields that the API server finds fault with, each with what it says; none when it accepts the object. */
interface Verdict {
  /** Unknown fields, of which it reads no further. */
  readonly unknown: readonly string[];
  readonly fields: readonly string[];
  readonly messages: readonly string[];
}

const accepted: Verdict = { unknown: [], fields: [], messages: [] };
/** Stands in place of a field where the API server says that it did not go on to the rules. */
const notJudged = '<nil>';
const prefix = /^(Invalid value|Forbidden|Required value): /;

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());

async function verdictOn(write: Promise<unknown>): Promise<Verdict> {
  try {
    await write;
    return accepted;
  } catch (error) {
    if (!isApiError(error, 'rejected')) throw error;
    const unknown = Array.from(error.message.matchAll(/unknown field "([^"]+)"/g), ([, field = '']) => field);
    const causes = error.causes.filter(({ field }) => field !== notJudged);
    if (unknown.length === 0 && causes.length === 0) throw error;
    return {
      unknown,
      fields: [...new Set(causes.map(({ field = '' }) => field))].toSorted(),
      messages: causes.map(({ message = '' }) => message.replace(prefix, '')),
    };
  }
}

function create(object: Record<string, unknown>): Promise<Verdict> {
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  return verdictOn(transport.request({ method: 'POST', path: nodeENIs, query, body: object }));
}

const twins = new Set([
  'nameTooLong',
  'subnetRequired',
  'securityGroupRequired',
  'policyRoutingNeedsAddresses',
  'addressesNeedDaemon',
  'ipv4AddressesOrPrefixes',
  'ipv6AddressesOrPrefixes',
  'dpdkAliasDiffers',
  'pciAddressNeedsOneSubnet',
  'nodeSelectorKey',
  'tagKeyLength',
  'tagKeyReserved',
]);

/** Which key a message about several wrong ones names is up to Go's order of maps. */
function withoutKey(message: string): string {
  return message.replace(/^(tag )?key ".*?" is /s, 'key is ');
}

/** Lint calls a map in place of a text a wrong type, where the API server calls what is in the map unknown. */
function enclosing(name: string, fields: readonly string[]): string {
  return fields.find((field) => name.startsWith(`${field}.`)) ?? name;
}

interface Comparison {
  readonly lint: readonly string[];
  readonly server: readonly string[];
}

/**
 * Fields at fault and messages of CEL rules, from lint and from the server, to be found equal. Lint says all at once;
 * the API server stops at unknown fields, so that there only those are compared.
 */
async function verdictsOn(object: Record<string, unknown>): Promise<Comparison> {
  const server = await create(object);
  const findings = lintObject(object);
  const fields = errorFields(findings);
  if (server.unknown.length > 0) {
    const known = new Set(fields);
    return {
      server: server.unknown,
      lint: server.unknown.filter((name) => known.has(enclosing(name, fields))),
    };
  }
  const ofRules = findings.filter(({ rule }) => twins.has(rule)).map(({ message }) => withoutKey(message));
  const said = new Set(server.messages.map((message) => withoutKey(message)));
  return {
    lint: [...fields, ...ofRules],
    server: [...server.fields, ...ofRules.filter((message) => said.has(message))],
  };
}

const ruleCases = Object.values(ruleRefusals).flat();

describe('lint and the API server agree on a new NodeENI', () => {
  it.each(acceptedSpecs)('that is accepted: %s', async (_promise, spec) => {
    const { lint, server } = await verdictsOn(nodeENI('a', spec));
    expect(lint).toEqual(server);
    expect(errorFields(lintObject(nodeENI('a', spec)))).toEqual([]);
  });

  it.each([...ruleCases, ...boundRefusals])('that is refused: $promise', async ({ spec }) => {
    const { lint, server } = await verdictsOn(nodeENI('a', spec));
    expect(lint).toEqual(server);
    expect(errorFields(lintObject(nodeENI('a', spec)))).not.toEqual([]);
  });

  it.each<[promise: string, metadata: object]>([
    ['a name of 63 characters', { name: 'n'.repeat(63) }],
    ['a name of 64 characters', { name: 'n'.repeat(64) }],
    ['a name with capital letters', { name: 'Edge' }],
    ['a name with dots', { name: 'edge.one' }],
    ['a name that ends with a dash', { name: 'edge-' }],
    ['labels', { labels: { 'example.com/a': 'b', c: '' } }],
    ['a label with a wrong key', { labels: { 'a b': 'c' } }],
    ['a label with a wrong value', { labels: { a: 'b c' } }],
    ['annotations', { annotations: { 'Example.com/A': 'anything at all\n' } }],
    ['an annotation with a wrong key', { annotations: { 'a b': 'c' } }],
    ['annotations of more than 256 KiB', { annotations: { a: 'x'.repeat(262_144) } }],
    ['no creation timestamp, as kubectl writes it', { creationTimestamp: null }],
    ['a namespace', { namespace: 'default' }],
    ['a prefix of a name', { name: undefined, generateName: 'edge-' }],
    ['neither name nor prefix', { name: undefined }],
    ['a finalizer with a wrong name', { finalizers: ['a b'] }],
    ['finalizers', { finalizers: ['example.com/a'] }],
    ['a field that metadata does not have', { label: { a: 'b' } }],
  ])('with %s', async (_promise, metadata) => {
    const { lint, server } = await verdictsOn(nodeENI('a', valid, metadata));
    expect(lint).toEqual(server);
  });

  it.each<[promise: string, spec: unknown]>([
    ['no spec at all', undefined],
    ['null where there is a default', { ...valid, deviceIndex: null, deletionPolicy: null }],
    ['null where there is no default', { ...valid, mtu: null }],
    ['null in a map', { ...valid, nodeSelector: { a: null } }],
    ['null in a field that does not exist', { ...valid, mtuu: null }],
    ['null for the whole spec', null],
    ['null in a list', { ...valid, subnetIDs: [null] }],
    ['a list in place of a map', { ...valid, nodeSelector: ['a'] }],
    ['a map in place of a text', { ...valid, subnetName: { a: 'b' } }],
    ['a boolean in place of a text', { ...valid, subnetName: false }],
    ['a text in place of a boolean', { ...valid, enableDPDK: 'true' }],
    ['a whole number written as a float', { ...valid, mtu: 9001.0 }],
    ['a number with a fraction', { ...valid, mtu: 1500.5 }],
    ['a number beyond 64 bits', { ...valid, mtu: 1e30 }],
    ['two misspelt fields', { ...valid, mtuu: 9001, subnetId: 'subnet-a' }],
    ['a text of 255 characters that take 4 bytes each', { ...valid, description: '🐧'.repeat(255) }],
    ['a text of 256 characters that take 4 bytes each', { ...valid, description: '🐧'.repeat(256) }],
    ['a tag key of 128 characters that take 4 bytes each', { ...valid, tags: { ['🐧'.repeat(128)]: 'a' } }],
    ['a line break after a subnet ID', { ...valid, subnetID: 'subnet-a\n' }],
    ['a line break in a label key', { ...valid, nodeSelector: { 'a\nb': 'c' } }],
    ['a rule broken beside a bound', { ...valid, mtu: 1, tags: { 'aws:a': 'b' } }],
    [
      'a rule broken beside a wrong type, which keeps it unjudged',
      { ...valid, mtu: '1', tags: { 'aws:a': 'b' } },
    ],
  ])('with %s', async (_promise, spec) => {
    const { lint, server } = await verdictsOn(nodeENI('a', spec));
    expect(lint).toEqual(server);
  });

  it.each<[promise: string, status: unknown]>([
    ['a wrong type, which nobody reads', { matchingNodes: 'many' }],
    ['a field that it does not have', { phase: 'Done' }],
    ['a field that its list does not have', { subnets: [{ slot: 'id/a', phase: 'Done' }] }],
  ])('with a status with %s', async (_promise, status) => {
    const { lint, server } = await verdictsOn({ ...nodeENI('a', valid), status });
    expect(lint).toEqual(server);
  });
});

describe('lint and the API server agree on NodeENIs around the bounds', () => {
  it('that are new', async () => {
    const seen = { refused: 0, accepted: 0 };
    await assert(
      asyncProperty(specsAroundBounds, boolean(), async (drawn, isCompleted) => {
        const spec = isCompleted && isJsonObject(drawn) ? { ...valid, ...drawn } : drawn;
        const { lint, server } = await verdictsOn(nodeENI('a', spec));
        expect(lint).toEqual(server);
        seen[errorFields(lintObject(nodeENI('a', spec))).length === 0 ? 'accepted' : 'refused'] += 1;
      }),
      { numRuns: 600 },
    );
    expect(Math.min(seen.refused, seen.accepted)).toBeGreaterThan(20);
  });
});

describe('lint and the API server agree on changes of a NodeENI', () => {
  const path = `${nodeENIs}/changing`;
  afterEach(async () => {
    await transport.request({ method: 'DELETE', path });
  });

  const changing = record(
    {
      subnetID: constantFrom('subnet-a', 'subnet-b'),
      subnetIDs: array(constantFrom('subnet-a', 'subnet-b', 'subnet-c'), { maxLength: 3 }),
      subnetNames: array(constantFrom('subnet-a', 'b'), { maxLength: 2 }),
      deviceIndex: constantFrom(2, 3),
      networkCardIndex: constantFrom(0, 1),
      ipv4PrefixCount: constantFrom(0, 1),
      secondaryPrivateIPCount: constantFrom(0, 1),
    },
    { requiredKeys: [] },
  );
  const rest = { nodeSelector: { role: 'edge' }, securityGroupIDs: ['sg-a'] };

  it('in fields, words and verdict', async () => {
    const first = { ...rest, subnetID: 'subnet-a' };
    await transport.request({ method: 'POST', path: nodeENIs, body: nodeENI('changing', first) });
    let before: NodeEniFields = first;
    let changes = 0;
    await assert(
      asyncProperty(changing, async (drawn) => {
        const after: NodeEniFields = { ...rest, ...drawn };
        const server = await replace(after);
        const own = lintObject(nodeENI('changing', after)).filter(({ severity }) => severity === 'error');
        const ofChange = judgeSpecChange({ before, after });
        const findings = [...own, ...ofChange];
        expect([...new Set(findings.map(({ field }) => field))].toSorted()).toEqual(server.fields);
        expect(server.messages.toSorted()).toEqual(findings.map(({ message }) => message).toSorted());
        if (findings.length > 0) return;
        before = after;
        changes += 1;
      }),
      { numRuns: 300 },
    );
    expect(changes).toBeGreaterThan(5);
  });

  async function replace(spec: unknown): Promise<Verdict> {
    const stored = await transport.request({ method: 'GET', path });
    const metadata = isJsonObject(stored) && isJsonObject(stored['metadata']) ? stored['metadata'] : {};
    const body = nodeENI('changing', spec, { resourceVersion: metadata['resourceVersion'] });
    return verdictOn(transport.request({ method: 'PUT', path, query: { fieldValidation: 'Strict' }, body }));
  }
});
