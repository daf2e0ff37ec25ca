import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { acceptedCases, type CorpusNodeEni, rejectedCases } from '../support/admission-corpus.ts';
import { nodeENIs, refusals } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());
// Nothing here has a finalizer, so this leaves the cluster empty at once, for the price of one request per file.
afterEach(() => transport.request({ method: 'DELETE', path: nodeENIs }));

/** Said besides the cause when the types are so wrong that CEL rules could not run. */
const RULES_NOT_RUN = 'some validation rules were not checked';

async function write({ manifest }: CorpusNodeEni, isNew: boolean): Promise<void> {
  const { metadata, spec, apiVersion, kind } = manifest;
  const { name = '', annotations } = metadata;
  const body = { apiVersion, kind, metadata: { name, annotations }, spec };
  const query = { fieldValidation: 'Strict' };
  if (isNew) {
    await transport.request({ method: 'POST', path: nodeENIs, query, body });
    return;
  }
  const path = `${nodeENIs}/${name}`;
  const stored = await createTypedClient(transport).nodeENIs.get(name);
  const resourceVersion = stored?.metadata.resourceVersion;
  const replacement = { ...body, metadata: { ...body.metadata, resourceVersion } };
  await transport.request({ method: 'PUT', path, query, body: replacement });
}

/** What the API server says to the objects of a file, without their status; nothing when it stores them all. */
async function applyAll(nodeEnis: readonly CorpusNodeEni[]): Promise<readonly string[]> {
  const said: string[] = [];
  const stored = new Set<string>();
  for (const nodeEni of nodeEnis) {
    said.push(...(await refusals(write(nodeEni, !stored.has(nodeEni.stored.name)))));
    stored.add(nodeEni.stored.name);
  }
  return said.filter((cause) => !cause.includes(RULES_NOT_RUN));
}

const rejected = rejectedCases();

describe.each(rejected.filter(({ refusedBy }) => refusedBy !== 'rules'))(
  'config/samples/rejected/$name',
  ({ nodeEnis, expects }) => {
    it('is refused by the schema alone, with the expected messages', async () => {
      const causes = await applyAll(nodeEnis);
      for (const { field, text } of expects) {
        expect(causes.filter((cause) => cause.startsWith(`${field}: `) && cause.includes(text))).toHaveLength(
          1,
        );
      }
      expect(causes).toHaveLength(expects.length);
    });
  },
);

describe.each(rejected.filter(({ refusedBy }) => refusedBy === 'rules'))(
  'config/samples/rejected/$name',
  ({ nodeEnis }) => {
    it('is nothing that the schema could refuse', async () => {
      expect(await applyAll(nodeEnis)).toEqual([]);
    });
  },
);

describe.each(acceptedCases())('accepted/$name', ({ nodeEnis }) => {
  it('is accepted by the schema', async () => {
    expect(await applyAll(nodeEnis)).toEqual([]);
  });
});
