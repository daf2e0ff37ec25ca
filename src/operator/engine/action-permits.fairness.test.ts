import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BucketSize } from '../../domain/rate-bucket.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { ActionPermits, type MutatingAction } from './action-permits.ts';
import { Ec2Budget } from './ec2-budget.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const DETACH = 'DetachNetworkInterface';
const DELETE = 'DeleteNetworkInterface';

interface World {
  readonly clock: FakeClock;
  readonly budget: Ec2Budget;
  readonly permits: ActionPermits;
  /** Who was woken, in order. */
  readonly woken: string[];
  /** What was told to metrics. */
  readonly told: string[];
}

function world(size: BucketSize, maxCleanupCalls?: number): World {
  const clock = new FakeClock();
  const [woken, told]: [string[], string[]] = [[], []];
  const observer = {
    waited: (action: string, durationMs: number) => told.push(`${action} waited ${durationMs}`),
    throttled: (action: string) => told.push(`${action} throttled`),
  };
  const budget = new Ec2Budget({ clock, sizeOf: () => size, observer });
  const permits = new ActionPermits({
    clock,
    budget,
    observer,
    onGrant: (key) => woken.push(key),
    ...(maxCleanupCalls === undefined ? {} : { maxCleanupCalls }),
  });
  return { clock, budget, permits, woken, told };
}

/** Asks for every interface of every node, node by node. */
function askAll({ permits }: World, nodes: number, perNode: number): string[] {
  return Array.from({ length: nodes * perNode }, (_, index) => {
    const [node, order] = [Math.floor(index / perNode), index % perNode];
    const key = `n${node}-${order}`;
    return permits.take(CREATE, key, { group: `i-${node}`, order }) ? key : '';
  }).filter((key) => key !== '');
}

describe('nodes that wait for the same action', () => {
  it('all get their first interface before any gets its second', async () => {
    const all = world({ burst: 1, tokensPerSecond: 1 });
    expect(askAll(all, 4, 3)).toEqual(['n0-0']);
    await all.clock.advance(3_000);
    expect(all.woken).toEqual(['n1-0', 'n2-0', 'n3-0']);
    await all.clock.advance(8_000);
    expect(all.woken.slice(3)).toEqual(['n0-1', 'n1-1', 'n2-1', 'n3-1', 'n0-2', 'n1-2', 'n2-2', 'n3-2']);
  });

  it('are named in the order of their turns, each action in its place', async () => {
    const all = world({ burst: 1, tokensPerSecond: 1 });
    askAll(all, 3, 2);
    for (const node of [3, 4]) all.permits.take(ATTACH, `n${node}-0`, { group: `i-${node}`, order: 0 });
    // n0 and n3 were served at once; the second interface of n0 has waited longest.
    expect([...new Set(all.permits.waitingGroups())]).toEqual(['i-1', 'i-4', 'i-2', 'i-0']);
  });

  it('that come late are not behind all the interfaces of those that came early', async () => {
    const all = world({ burst: 1, tokensPerSecond: 1 });
    askAll(all, 2, 10);
    await all.clock.advance(2_000);
    all.permits.take(CREATE, 'late', { group: 'i-late', order: 2 });
    await all.clock.advance(1_000);
    expect(all.woken).toContain('late');
  });

  it('let none starve, whatever others ask for, again and again', async () => {
    const asks = fc.array(
      fc.record({ node: fc.integer({ min: 0, max: 3 }), order: fc.integer({ min: 0, max: 4 }) }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(asks, async (others) => {
        const all = world({ burst: 1, tokensPerSecond: 1 });
        const askOthers = (): void => {
          for (const { node, order } of others) {
            all.permits.take(CREATE, `n${node}-${order}`, { group: `i-${node}`, order });
          }
        };
        askOthers();
        let isServed = all.permits.take(CREATE, 'patient', { group: 'i-0', order: 9 });
        for (let second = 0; second < 40 && !isServed; second += 1) {
          await all.clock.advance(1_000);
          isServed = all.woken.includes('patient');
          askOthers();
        }
        expect(isServed).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a permit that nobody uses', () => {
  it('goes to the next in line after 15 s', async () => {
    const { clock, permits, woken } = world({ burst: 1, tokensPerSecond: 0.01 });
    for (const key of ['a', 'b', 'c']) permits.take(CREATE, key);
    await clock.advance(100_000);
    expect(woken).toEqual(['b']);
    await clock.advance(14_999);
    expect(woken).toEqual(['b']);
    await clock.advance(1);
    expect(woken).toEqual(['b', 'c']);
    expect(permits.take(CREATE, 'c')).toBe(true);
    expect(permits.take(CREATE, 'b')).toBe(false);
  });

  it('is still there for its key when nobody else waits', async () => {
    const { clock, permits } = world({ burst: 1, tokensPerSecond: 1 });
    for (const key of ['a', 'b']) permits.take(CREATE, key);
    await clock.advance(60_000);
    expect(permits.take(CREATE, 'b')).toBe(true);
    expect(permits.take(CREATE, 'c')).toBe(false);
  });
});

describe('a throttle', () => {
  it('stops an action at once and halves its rate, and leaves the others alone', async () => {
    const { clock, permits, woken, told } = world({ burst: 50, tokensPerSecond: 5 });
    expect(permits.take(CREATE, 'first')).toBe(true);
    permits.throttled(CREATE);
    expect(told).toContain('CreateNetworkInterface throttled');
    for (let index = 0; index < 100; index += 1) {
      expect(permits.take(CREATE, `create-${index}`)).toBe(false);
    }
    const attached = Array.from({ length: 50 }, (_, index) => permits.take(ATTACH, `attach-${index}`));
    expect(attached.every(Boolean)).toBe(true);
    await clock.advance(10_000);
    expect(woken.length).toBeGreaterThanOrEqual(25);
    expect(woken.length).toBeLessThanOrEqual(28);
    await clock.advance(600_000);
    expect(woken).toHaveLength(100);
    expect(permits.waiting()).toEqual({ [CREATE]: 0, [ATTACH]: 0 });
  });
});

/** Those of the keys that get a permit at once. */
function ask({ permits }: World, action: MutatingAction, keys: readonly string[]): string[] {
  return keys.filter((key) => permits.take(action, key));
}

describe('releases', () => {
  const SIZE = { burst: 50, tokensPerSecond: 5 };
  it('have only so many calls under way, whatever tokens there are', () => {
    const all = world(SIZE, 3);
    expect(ask(all, DETACH, ['a', 'b', 'c', 'd', 'e'])).toEqual(['a', 'b', 'c']);
    all.permits.finished(DETACH);
    expect(all.woken).toEqual(['d']);
    all.permits.finished(DETACH);
    expect(all.woken).toEqual(['d', 'e']);
    expect(ask(all, DETACH, ['d', 'e', 'f'])).toEqual(['d', 'e']);
  });

  it('share that number between detach and delete, deletes first', () => {
    const all = world(SIZE, 1);
    expect(ask(all, DETACH, ['a', 'b'])).toEqual(['a']);
    expect(ask(all, DELETE, ['x'])).toEqual([]);
    all.permits.finished(DETACH);
    expect(all.woken).toEqual(['x']);
    expect(ask(all, DELETE, ['x'])).toEqual(['x']);
    all.permits.finished(DELETE);
    expect(all.woken).toEqual(['x', 'b']);
  });

  it('take no call from creates and attaches', () => {
    const all = world(SIZE, 1);
    ask(all, DETACH, ['a', 'b', 'c']);
    expect(ask(all, CREATE, ['x', 'y', 'z'])).toEqual(['x', 'y', 'z']);
    expect(ask(all, ATTACH, ['x', 'y', 'z'])).toEqual(['x', 'y', 'z']);
  });

  it('get the place of one that was woken and never came', async () => {
    const all = world(SIZE, 1);
    ask(all, DETACH, ['a', 'b', 'c']);
    all.permits.finished(DETACH);
    await all.clock.advance(15_000);
    expect(all.woken).toEqual(['b', 'c']);
  });

  it('get the place of one that gave up', () => {
    const all = world(SIZE, 1);
    ask(all, DETACH, ['a', 'b', 'c']);
    all.permits.finished(DETACH);
    all.permits.release('b');
    expect(all.woken).toEqual(['b', 'c']);
  });

  it('of hundreds of interfaces go as fast as EC2 allows where a call takes half a second', async () => {
    const all = world(SIZE, 3);
    const left = new Set(Array.from({ length: 300 }, (_, index) => `att-${index}`));
    const call = (key: string): void => {
      if (!left.has(key) || !all.permits.take(DETACH, key)) return;
      left.delete(key);
      all.clock.schedule(500, () => all.permits.finished(DETACH));
    };
    for (const key of left) call(key);
    let seen = 0;
    const work = (): void => {
      for (; seen < all.woken.length; seen += 1) call(all.woken[seen] ?? '');
      if (left.size > 0) all.clock.schedule(5, work);
    };
    work();
    // 3 calls / 0.5 s would be 6/s; the bucket of 5/s and its burst of 50 decide: (300 − 50) / 5 = 50 s.
    await all.clock.advance(52_000);
    expect(left.size).toBe(0);
  });
});

describe('the time that a call waited for its token', () => {
  it('is told for every call, the ones that did not wait included', async () => {
    const { clock, permits, told } = world({ burst: 1, tokensPerSecond: 1 });
    permits.take(CREATE, 'a');
    permits.take(CREATE, 'b');
    await clock.advance(1_000);
    await clock.advance(250);
    permits.take(CREATE, 'b');
    expect(told).toEqual(['CreateNetworkInterface waited 0', 'CreateNetworkInterface waited 1250']);
  });
});
