import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { boundRefusals } from '../support/schema-bound-cases.ts';
import { dryRunCreate } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());

describe('a new NodeENI is refused', () => {
  it.each(boundRefusals)('with $promise', async ({ spec, says }) => {
    // The API server may add that it skipped the rules of an object that is wrong in itself.
    expect((await dryRunCreate(transport, spec))[0]).toBe(says);
  });
});
