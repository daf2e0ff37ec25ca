import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import type { ApiRequest, ApiTransport } from './api-transport.ts';
import type { OpenPools } from './connection-pools.ts';
import { isJsonObject } from './json-object.ts';
import { openNodePools } from './node-pools.ts';
import { openUndiciPools } from './undici-pools.ts';

const path = '/api/v1/namespaces/default/configmaps';
let transport: ApiTransport;
let names = 0;

function newName(): string {
  names += 1;
  return `transport-${names}-${Date.now()}`;
}

async function create(data: Record<string, string>): Promise<string> {
  const name = newName();
  await transport.request({ method: 'POST', path, body: { metadata: { name }, data } });
  return name;
}

function attempt(request: ApiRequest): Promise<unknown> {
  return transport.request(request).catch((error: unknown) => error);
}

async function dataOf(name: string): Promise<unknown> {
  const reply = await transport.request({ method: 'GET', path: `${path}/${name}` });
  return isJsonObject(reply) ? reply['data'] : undefined;
}

describe.each<[string, OpenPools]>([
  ['undici', openUndiciPools],
  ['Node.js', openNodePools],
])('the transport over pools of %s on a real API server', (_pools, openPools) => {
  beforeAll(() => {
    transport = openComponentTransport({ openPools });
  });

  afterAll(async () => {
    await transport.close();
  });

  it('applies, and hears of a conflict with the other field manager', async () => {
    const name = newName();
    const apply = (fieldManager: string, value: string, force = false): Promise<unknown> =>
      transport.request({
        method: 'PATCH',
        path: `${path}/${name}`,
        query: { fieldManager, force },
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: value } },
        contentType: 'application/apply-patch+yaml',
      });
    await apply('operator', '1');
    await expect(apply('daemon', '2')).rejects.toMatchObject({
      kind: 'conflict',
      status: 409,
      causes: [{ reason: 'FieldManagerConflict', field: '.data.key' }],
    });
    await apply('daemon', '2', true);
    expect(await dataOf(name)).toEqual({ key: '2' });
  });

  it('merges, and patches by JSON operations', async () => {
    const name = await create({ a: '1', b: '2' });
    await transport.request({
      method: 'PATCH',
      path: `${path}/${name}`,
      body: { data: { a: null, c: '3' } },
      contentType: 'application/merge-patch+json',
    });
    expect(await dataOf(name)).toEqual({ b: '2', c: '3' });
    await transport.request({
      method: 'PATCH',
      path: `${path}/${name}`,
      body: [
        { op: 'test', path: '/data/b', value: '2' },
        { op: 'remove', path: '/data/b' },
      ],
      contentType: 'application/json-patch+json',
    });
    expect(await dataOf(name)).toEqual({ c: '3' });
  });

  it('tells what is absent, taken, stale, wrong and forbidden apart', async () => {
    const name = await create({});
    const stale = { metadata: { name, resourceVersion: '1' } };
    expect(await attempt({ method: 'GET', path: `${path}/none` })).toMatchObject({
      kind: 'absent',
      reason: 'NotFound',
    });
    expect(await attempt({ method: 'POST', path, body: { metadata: { name } } })).toMatchObject({
      kind: 'conflict',
      reason: 'AlreadyExists',
    });
    expect(await attempt({ method: 'PUT', path: `${path}/${name}`, body: stale })).toMatchObject({
      kind: 'conflict',
    });
    expect(
      await attempt({ method: 'POST', path, body: { metadata: { name: 'Not Allowed' } } }),
    ).toMatchObject({
      kind: 'rejected',
      reason: 'Invalid',
      causes: [{ field: 'metadata.name' }],
    });
    expect(
      await attempt({ method: 'PATCH', path: `${path}/${name}`, body: {}, contentType: 'application/json' }),
    ).toMatchObject({ kind: 'rejected', status: 415 });
  });

  it('ends a watch when the server does', async () => {
    const watch = transport.watch({
      path,
      query: { watch: true, timeoutSeconds: 1, fieldSelector: 'metadata.name=none' },
      signal: AbortSignal.timeout(20_000),
    });
    expect(await collectAsync(watch)).toEqual([]);
  });
});
