import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { acceptedSpecs } from '../support/schema-accepted-cases.ts';
import { dryRunCreate, valid } from './schema-api.ts';
import { openComponentTransport } from '../support/component-transport.ts';

let transport: ApiTransport;
beforeAll(() => {
  transport = openComponentTransport();
});
afterAll(() => transport.close());

describe('a new NodeENI is accepted', () => {
  it.each(acceptedSpecs)('%s', async (_promise, spec) => {
    expect(await dryRunCreate(transport, spec)).toEqual([]);
  });

  it('with a name of 63 characters', async () => {
    expect(await dryRunCreate(transport, valid, 'n'.repeat(63))).toEqual([]);
  });
});
