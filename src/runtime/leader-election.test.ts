import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { LeadershipLostError } from './fence.ts';
import { FakeLeaseStore } from './fake-lease-store.ts';
import { LeaderElector, type LeaderElectorOptions } from './leader-election.ts';
import { seededRandom } from './random.ts';
import { RecordingLogger } from './recording-logger.ts';

interface Candidate {
  readonly elector: LeaderElector;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

function candidate(
  identity: string,
  world: { clock: FakeClock; store: FakeLeaseStore },
  options: Partial<LeaderElectorOptions> = {},
): Candidate {
  const elector = new LeaderElector({
    ...world,
    identity,
    random: seededRandom(identity.length),
    logger: new RecordingLogger(),
    ...options,
  });
  const stop = new AbortController();
  const ended = elector.start(stop.signal).then(
    () => 'released',
    (error: unknown) => error,
  );
  return { elector, stop, ended };
}

function aWorld(): { clock: FakeClock; store: FakeLeaseStore } {
  const clock = new FakeClock();
  return { clock, store: new FakeLeaseStore() };
}

describe('a leader elector', () => {
  it('leads at once where there is no lease, and writes times with six decimals', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    await a.elector.ready();
    expect(a.elector.fence().isHeld(0)).toBe(true);
    expect(world.store.lease?.record).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('keeps leading for as long as it can renew', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(3_600_000);
    expect(a.elector.isLeading).toBe(true);
    expect(a.elector.fence().signal.aborted).toBe(false);
    expect(world.store.lease?.record).toMatchObject({
      leaseTransitions: 0,
      acquireTime: '2026-01-01T00:00:00.000000Z',
    });
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('stays passive while a foreign holder renews, whatever its clock says', async () => {
    const world = aWorld();
    world.store.put({
      holderIdentity: 'go-controller_1234',
      leaseDurationSeconds: 15,
      acquireTime: '1999-01-01T00:00:00.000000Z',
      renewTime: '1999-01-01T00:00:00.000000Z',
      leaseTransitions: 4,
    });
    const a = candidate('a', world);
    for (let minute = 10; minute < 40; minute += 1) {
      await world.clock.advance(10_000);
      world.store.put({ ...world.store.record, renewTime: `1999-01-01T00:${minute}:00.000000Z` });
    }
    expect(a.elector.isLeading).toBe(false);
    expect(a.elector.holderIdentity).toBe('go-controller_1234');
    await world.clock.advance(20_000);
    expect(a.elector.isLeading).toBe(true);
    expect(world.store.record.leaseTransitions).toBe(5);
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('waits out the holder that it found, even if that looks long expired', async () => {
    const world = aWorld();
    world.store.put({
      holderIdentity: 'dead',
      leaseDurationSeconds: 15,
      acquireTime: '',
      renewTime: '2020-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    const a = candidate('a', world);
    await world.clock.advance(14_900);
    expect(a.elector.isLeading).toBe(false);
    await world.clock.advance(5_000);
    expect(a.elector.isLeading).toBe(true);
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('refuses a call that could outlast its hold', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.store.isDown = true;
    const fence = a.elector.fence();
    expect(fence.isHeld(9_999)).toBe(true);
    expect(fence.isHeld(10_000)).toBe(false);
    await world.clock.advance(6_000);
    expect(fence.isHeld(3_000)).toBe(true);
    expect(fence.isHeld(5_000)).toBe(false);
    a.stop.abort();
    await world.clock.advance(10_000);
    expect(fence.isHeld(0)).toBe(false);
  });

  it('refuses calls after a machine was suspended, when only the wall clock went on', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.clock.stepWall(60_000);
    expect(a.elector.fence().isHeld(0)).toBe(false);
    await world.clock.advance(3_000);
    expect(a.elector.fence().isHeld(0)).toBe(true);
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('loses the leadership, and says so, when the store is down for longer than the renew deadline', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.store.isDown = true;
    await world.clock.advance(9_000);
    expect(a.elector.fence().signal.aborted).toBe(false);
    await world.clock.advance(1_000);
    expect(a.elector.fence().signal.aborted).toBe(true);
    expect(await a.ended).toBeInstanceOf(LeadershipLostError);
  });

  it('survives a store that hangs for a while', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.store.isHanging = true;
    await world.clock.advance(6_000);
    world.store.isHanging = false;
    await world.clock.advance(60_000);
    expect(a.elector.isLeading).toBe(true);
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('goes on leading when a renewal was written but its reply was lost', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.store.lostReplies = 1;
    await world.clock.advance(60_000);
    expect(a.elector.isLeading).toBe(true);
    expect(world.store.record.leaseTransitions).toBe(0);
    a.stop.abort();
    await world.clock.advance(0);
  });

  it('gives up at once when somebody took the lease away', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    world.store.put({ ...world.store.record, holderIdentity: 'usurper' });
    await world.clock.advance(5_000);
    expect(await a.ended).toMatchObject({ message: 'lease is held by usurper' });
  });

  it('hands over at once when it is stopped', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    const b = candidate('bb', world);
    await world.clock.advance(30_000);
    expect(b.elector.isLeading).toBe(false);
    a.stop.abort();
    await world.clock.advance(0);
    expect(await a.ended).toBe('released');
    expect(world.store.record.holderIdentity).toBe('');
    await world.clock.advance(4_000);
    expect(b.elector.isLeading).toBe(true);
    expect(world.store.record.leaseTransitions).toBe(1);
    b.stop.abort();
    await world.clock.advance(0);
  });

  it('leaves the lease to expire when told that something may still be running', async () => {
    const world = aWorld();
    const a = candidate('a', world);
    await world.clock.advance(0);
    a.elector.keepLease();
    a.stop.abort();
    await world.clock.advance(0);
    expect(world.store.record.holderIdentity).toBe('a');
    expect(a.elector.fence().isHeld(0)).toBe(false);
  });

  it('works with a lease of three seconds', async () => {
    const world = aWorld();
    const a = candidate('a', world, { leaseDurationMs: 3_000 });
    await world.clock.advance(60_000);
    expect(a.elector.isLeading).toBe(true);
    expect(world.store.record.leaseDurationSeconds).toBe(3);
    world.store.isDown = true;
    await world.clock.advance(2_000);
    expect(await a.ended).toBeInstanceOf(LeadershipLostError);
  });

  it('renews visibly although its wall clock stands still', async () => {
    const world = aWorld();
    const frozen = { now: () => 1_000, monotonicMs: () => world.clock.monotonicMs() };
    const schedule = world.clock.schedule.bind(world.clock);
    const a = candidate('a', world, { clock: { ...frozen, schedule } });
    const b = candidate('bb', world);
    await world.clock.advance(120_000);
    expect([a.elector.isLeading, b.elector.isLeading]).toEqual([true, false]);
    a.stop.abort();
    b.stop.abort();
    await world.clock.advance(0);
  });

  it('refuses times that could not work', () => {
    const world = aWorld();
    const options = { ...world, identity: 'a', random: seededRandom(1), logger: new RecordingLogger() };
    expect(() => new LeaderElector({ ...options, renewDeadlineMs: 20_000 })).toThrow(/leaseDurationMs/);
    expect(() => new LeaderElector({ ...options, retryPeriodMs: 6_000 })).toThrow(/retryPeriodMs/);
  });
});
