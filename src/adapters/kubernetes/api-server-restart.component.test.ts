import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../../hack/control-plane/start-control-plane.ts';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import {
  type ConfigMapCollection,
  createCollection,
  runInformer,
  type RunningInformer,
} from '../../../test/support/config-map-collection.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts';
import type { ApiTransport } from './api-transport.ts';

/** A control plane of its own, because the one that other tests share must not go down. */
describe('an informer whose API server restarts', () => {
  let directory: string;
  let controlPlane: ControlPlane;
  let proxy: FaultProxy;
  let direct: ApiTransport;
  let viaProxy: ApiTransport;
  let configMaps: ConfigMapCollection;
  let running: RunningInformer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'api-server-restart-'));
    controlPlane = await startControlPlane({ dir: directory });
    const kubeconfig = controlPlane.kubeconfigPath;
    proxy = await startFaultProxy(Number(new URL(controlPlane.endpoint).port));
    direct = openComponentTransport({ kubeconfig });
    viaProxy = openComponentTransport({ kubeconfig, port: proxy.port });
    configMaps = await createCollection(direct, 'restart');
    await configMaps.create('kept');
    await configMaps.create('recreated');
    await configMaps.create('deleted');
    running = await runInformer({ transport: viaProxy, namespace: configMaps.namespace });
  });

  afterAll(async () => {
    await running.stop();
    await Promise.all([direct.close(), viaProxy.close()]);
    await proxy.close();
    await controlPlane.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('hears of everything exactly once', async () => {
    const { seen, until } = running;
    await controlPlane.restartApiServer();
    await configMaps.create('after');
    await until('the new object', () => seen.includes('added after'));
    expect(seen.toSorted()).toEqual(['added after', 'added deleted', 'added kept', 'added recreated']);
  });

  it('lists again when the history it needs is gone, and tells exactly what it missed', async () => {
    const { informer, seen, lists, ends, until } = running;
    const listsBefore = lists.length;
    seen.length = 0;
    ends.length = 0;
    await proxy.refuse();
    await configMaps.remove('deleted');
    await configMaps.remove('recreated');
    await configMaps.create('recreated');
    await configMaps.create('new');
    await controlPlane.compact();
    await controlPlane.restartApiServer();
    await proxy.accept();
    await until('the relist', () => lists.length > listsBefore);
    expect(ends).toContain('gone');
    expect(seen.toSorted()).toEqual(['added new', 'added recreated', 'deleted deleted', 'deleted recreated']);
    expect(seen.indexOf('deleted recreated')).toBeLessThan(seen.indexOf('added recreated'));
    expect(informer.cache.keys()).toContain('restart/kept');
  });
});
