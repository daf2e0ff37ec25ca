import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiServerPort, openComponentTransport } from '../../../test/support/component-transport.ts';
import {
  type ConfigMapCollection,
  createCollection,
  type RunningInformer,
  runInformer,
} from '../../../test/support/config-map-collection.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts';
import type { ApiTransport } from './api-transport.ts';
import type { OpenPools } from './connection-pools.ts';
import { openNodePools } from './node-pools.ts';
import { openUndiciPools } from './undici-pools.ts';
import { kubeconfigPath } from '../../../test/support/shared-control-plane.ts';

let proxy: FaultProxy;
/** Straight to the server; changes the world while the other way is broken. */
let direct: ApiTransport;
let viaProxy: ApiTransport;
let configMaps: ConfigMapCollection;
let running: RunningInformer | undefined;
let namespaces = 0;

beforeAll(async () => {
  direct = openComponentTransport();
});

afterAll(async () => {
  await direct.close();
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  await viaProxy.close();
  await proxy.close();
});

async function start(options: { idleTimeoutMs?: number; pageSize?: number } = {}): Promise<RunningInformer> {
  running = await runInformer({ transport: viaProxy, namespace: configMaps.namespace, ...options });
  return running;
}

describe.each<[string, OpenPools]>([
  ['undici', openUndiciPools],
  ['Node.js', openNodePools],
])('an informer over pools of %s on a real API server', (_pools, openPools) => {
  beforeEach(async () => {
    proxy = await startFaultProxy(await apiServerPort(kubeconfigPath()));
    viaProxy = openComponentTransport({ port: proxy.port, openPools });
    namespaces += 1;
    configMaps = await createCollection(direct, `list-watch-${namespaces}-${Date.now()}`);
  });

  it('reads a list in pages and follows it', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await configMaps.create(name);
    const { informer, seen, lists, until } = await start({ pageSize: 2 });
    expect(lists).toEqual([5]);
    await configMaps.remove('c');
    await configMaps.create('f');
    await until('both changes', () => seen.length === 7);
    expect(seen.slice(5)).toEqual(['deleted c', 'added f']);
    expect(informer.cache.size).toBe(5);
  });

  it('goes on after a connection reset without listing again', async () => {
    const { seen, lists, ends, until } = await start();
    await configMaps.create('before');
    await until('the first object', () => seen.includes('added before'));
    proxy.reset();
    await configMaps.create('during');
    await until('the second object', () => seen.includes('added during'));
    expect(ends[0]).toBe('failed');
    expect(lists).toHaveLength(1);
    expect(seen).toEqual(['added before', 'added during']);
  });

  it('goes on when the server comes back after refusing connections', async () => {
    const { seen, until } = await start();
    await proxy.refuse();
    await configMaps.create('while-away');
    await until('a few failed attempts', () => (running?.ends.length ?? 0) >= 3);
    expect(seen).toEqual([]);
    await proxy.accept();
    await until('the object', () => seen.includes('added while-away'));
  });

  it('notices a connection that is open but dead, and misses nothing', async () => {
    const { seen, ends, until } = await start({ idleTimeoutMs: 1_500 });
    await configMaps.create('before');
    await until('the first object', () => seen.includes('added before'));
    proxy.stall();
    await configMaps.create('during');
    await until('the stall to be noticed', () => ends.includes('stalled'));
    expect(seen).toEqual(['added before']);
    proxy.resume();
    await until('the second object', () => seen.includes('added during'));
    expect(seen).toEqual(['added before', 'added during']);
  });

  it('shows an object that was deleted and made anew meanwhile as deleted and added', async () => {
    await configMaps.create('twice');
    const { informer, seen, until } = await start();
    const [key = ''] = informer.cache.keys();
    const firstUid = informer.cache.get(key);
    await proxy.refuse();
    await configMaps.remove('twice');
    await configMaps.create('twice');
    await proxy.accept();
    await until('the new object', () => informer.cache.get(key) !== firstUid && informer.cache.size === 1);
    expect(seen).toEqual(['added twice', 'deleted twice', 'added twice']);
  });

  it('leaves no connection open when it stops', async () => {
    const { stop } = await start();
    expect(proxy.connectionCount).toBeGreaterThan(0);
    await stop();
    await viaProxy.close();
    while (proxy.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
