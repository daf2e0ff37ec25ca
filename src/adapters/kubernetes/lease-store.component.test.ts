import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../hack/control-plane/wait-until.ts';
import { apiServerPort, openComponentTransport } from '../../../test/support/component-transport.ts';
import { type FaultProxy, startFaultProxy } from '../../../test/support/fault-proxy.ts';
import { systemClock } from '../../runtime/clock.ts';
import { LeadershipLostError } from '../../runtime/fence.ts';
import { LeaderElector } from '../../runtime/leader-election.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { ApiTransport } from './api-transport.ts';
import { createLeaseStore } from './lease-store.ts';
import { kubeconfigPath } from '../../../test/support/shared-control-plane.ts';

const never = new AbortController().signal;

interface Candidate {
  readonly elector: LeaderElector;
  readonly stop: () => Promise<unknown>;
  readonly ended: Promise<unknown>;
}

let direct: ApiTransport;
let proxy: FaultProxy;
let viaProxy: ApiTransport;
const candidates: Candidate[] = [];
let leases = 0;

function newLeaseName(): string {
  leases += 1;
  return `election-${leases}-${Date.now()}`;
}

function candidate(identity: string, name: string, transport = direct): Candidate {
  const elector = new LeaderElector({
    store: createLeaseStore({ transport, namespace: 'default', name }),
    identity,
    clock: systemClock,
    random: () => Math.random(),
    logger: new RecordingLogger(),
    leaseDurationMs: 3_000,
  });
  const abort = new AbortController();
  const ended = elector.start(abort.signal).then(
    () => 'released',
    (error: unknown) => error,
  );
  const stop = async (): Promise<unknown> => {
    abort.abort();
    return ended;
  };
  const started = { elector, stop, ended };
  candidates.push(started);
  return started;
}

async function untilLeading({ elector }: Candidate): Promise<void> {
  await waitUntil(async () => (elector.isLeading ? true : undefined), {
    what: 'leadership',
    deadlineMs: 30_000,
  });
}

beforeAll(async () => {
  direct = openComponentTransport();
  proxy = await startFaultProxy(await apiServerPort(kubeconfigPath()));
  viaProxy = openComponentTransport({ port: proxy.port });
});

afterEach(async () => {
  proxy.resume();
  await Promise.all(candidates.splice(0).map(({ stop }) => stop()));
});

afterAll(async () => {
  await Promise.all([direct.close(), viaProxy.close()]);
  await proxy.close();
});

describe('a Lease on a real API server', () => {
  it('can be made, renewed and released, and a stale update is refused', async () => {
    const store = createLeaseStore({ transport: direct, namespace: 'default', name: newLeaseName() });
    expect(await store.get(never)).toBeUndefined();
    const record = {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    };
    const created = await store.create(record, never);
    expect(created.record).toEqual(record);
    await expect(store.create(record, never)).rejects.toMatchObject({
      kind: 'conflict',
      reason: 'AlreadyExists',
    });
    const released = await store.update(created.resourceVersion, { ...record, holderIdentity: '' }, never);
    expect((await store.get(never))?.record.holderIdentity).toBe('');
    await expect(store.update(created.resourceVersion, record, never)).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect((await store.get(never))?.resourceVersion).toBe(released.resourceVersion);
  });

  it('keeps labels and fields that others put on it', async () => {
    const name = newLeaseName();
    const path = `/apis/coordination.k8s.io/v1/namespaces/default/leases`;
    const body = { metadata: { name, labels: { team: 'network' } }, spec: { leaseTransitions: 3 } };
    await direct.request({ method: 'POST', path, body });
    const a = candidate('a', name);
    await untilLeading(a);
    expect(await direct.request({ method: 'GET', path: `${path}/${name}` })).toMatchObject({
      metadata: { labels: { team: 'network' } },
      spec: { holderIdentity: 'a', leaseTransitions: 4, leaseDurationSeconds: 3 },
    });
  });

  it('passes from one elector to the other when the first one stops', async () => {
    const name = newLeaseName();
    const a = candidate('a', name);
    await untilLeading(a);
    const b = candidate('b', name);
    await waitUntil(async () => b.elector.holderIdentity, {
      what: 'b to see the holder',
      deadlineMs: 10_000,
    });
    expect(b.elector.isLeading).toBe(false);
    expect(await a.stop()).toBe('released');
    await untilLeading(b);
    expect(a.elector.isLeading).toBe(false);
  });

  it('passes on when the leader is cut off, which stops acting before the other starts', async () => {
    const name = newLeaseName();
    const a = candidate('a', name, viaProxy);
    await untilLeading(a);
    const b = candidate('b', name);
    proxy.stall();
    let bothAtOnce = false;
    await waitUntil(
      async () => {
        bothAtOnce ||= a.elector.isLeading && b.elector.isLeading;
        return b.elector.isLeading ? true : undefined;
      },
      { what: 'the handover', deadlineMs: 30_000 },
    );
    expect(bothAtOnce).toBe(false);
    expect(await a.ended).toBeInstanceOf(LeadershipLostError);
  });
});
