import { describe, expect, it } from 'vitest';
import type { BucketSize } from '../../domain/rate-bucket.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import {
  ActionPermits,
  bucketSizes,
  EC2_BUCKETS,
  EC2_DESCRIBE_BUCKET,
  type MutatingAction,
  scale,
} from './action-permits.ts';
import { Ec2Budget } from './ec2-budget.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';

/** Permits of two tokens at once and one a second for every action, and who was woken. */
function world(size: BucketSize = { burst: 2, tokensPerSecond: 1 }): {
  readonly clock: FakeClock;
  readonly permits: ActionPermits;
  readonly woken: string[];
  readonly takeAll: (action: MutatingAction, keys: readonly string[]) => string[];
} {
  const clock = new FakeClock();
  const woken: string[] = [];
  const budget = new Ec2Budget({ clock, sizeOf: () => size });
  const permits = new ActionPermits({ clock, budget, onGrant: (key) => woken.push(key) });
  const takeAll = (action: MutatingAction, keys: readonly string[]): string[] =>
    keys.filter((key) => permits.take(action, key));
  return { clock, permits, woken, takeAll };
}

describe('permits of one action', () => {
  it('are as many at once as the burst', () => {
    expect(world().takeAll(CREATE, ['a', 'b', 'c', 'd'])).toEqual(['a', 'b']);
  });

  it('come back at the rate, up to the burst', async () => {
    const { clock, takeAll } = world();
    takeAll(CREATE, ['a', 'b']);
    await clock.advance(1_000);
    expect(takeAll(CREATE, ['c', 'd'])).toEqual(['c']);
    await clock.advance(60_000);
    expect(takeAll(CREATE, ['e', 'f', 'g', 'h'])).toEqual(['e', 'f']);
  });

  it('are no other action’s', () => {
    const { takeAll } = world();
    takeAll(CREATE, ['a', 'b']);
    expect(takeAll(ATTACH, ['a', 'b'])).toEqual(['a', 'b']);
  });
});

describe('who waits for a permit', () => {
  it('is woken when one is kept for it, first come first served', async () => {
    const { clock, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c', 'd', 'e']);
    await clock.advance(999);
    expect(woken).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(['c']);
    await clock.advance(2_000);
    expect(woken).toEqual(['c', 'd', 'e']);
  });

  it('finds it there however late it comes, whoever asks in between', async () => {
    const { clock, permits, takeAll } = world();
    takeAll(CREATE, ['a', 'b', 'c']);
    await clock.advance(1_000);
    expect(takeAll(CREATE, ['x'])).toEqual([]);
    expect(permits.take(CREATE, 'c')).toBe(true);
    expect(permits.take(CREATE, 'c')).toBe(false);
  });

  it('is not overtaken by one that comes later', async () => {
    const { clock, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c']);
    await clock.advance(500);
    takeAll(CREATE, ['x']);
    await clock.advance(500);
    expect(woken).toEqual(['c']);
  });

  it('is not overtaken either in the moment between a token and its timer', async () => {
    const { clock, takeAll, woken } = world({ burst: 1, tokensPerSecond: 3.5 });
    takeAll(CREATE, ['a', 'b']);
    // The token is there after 285.7 ms, the timer fires after 286.
    await clock.advance(285.8);
    expect(takeAll(CREATE, ['x'])).toEqual([]);
    await clock.advance(1);
    expect(woken).toEqual(['b']);
  });

  it('waits once, however often it asks', async () => {
    const { clock, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c', 'c', 'c']);
    await clock.advance(10_000);
    expect(woken).toEqual(['c']);
  });

  it('that gives up neither is woken nor uses a token', async () => {
    const { clock, permits, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c', 'd']);
    permits.release('c');
    await clock.advance(1_000);
    expect(woken).toEqual(['d']);
  });
});

describe('a permit that is given back', () => {
  it('goes to the next in line at once', async () => {
    const { clock, permits, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c', 'd']);
    await clock.advance(1_000);
    permits.release('c');
    expect(woken).toEqual(['c', 'd']);
    expect(permits.take(CREATE, 'd')).toBe(true);
  });

  it('is there for the next when nobody waits', async () => {
    const { clock, permits, takeAll } = world();
    takeAll(CREATE, ['a', 'b', 'c']);
    await clock.advance(1_000);
    permits.release('c');
    expect(takeAll(CREATE, ['x', 'y'])).toEqual(['x']);
  });

  it('is not one that was used: releasing makes no tokens', () => {
    const { permits, takeAll } = world();
    takeAll(CREATE, ['a', 'b']);
    permits.release('a');
    permits.release('b');
    expect(takeAll(CREATE, ['c'])).toEqual([]);
  });

  it('is of all actions but the one that is kept', async () => {
    const { clock, permits, takeAll, woken } = world();
    takeAll(CREATE, ['a', 'b', 'c']);
    takeAll(ATTACH, ['a', 'b', 'c']);
    permits.release('c', ATTACH);
    await clock.advance(5_000);
    expect(woken).toEqual(['c']);
    expect(permits.take(ATTACH, 'c')).toBe(true);
    expect(takeAll(CREATE, ['x', 'y', 'z'])).toEqual(['x', 'y']);
  });
});

describe('the share of the account’s buckets', () => {
  it('is taken of burst and rate alike, rounded down, at least one token', () => {
    expect(scale({ burst: 100, tokensPerSecond: 5 }, 0.7)).toEqual({ burst: 70, tokensPerSecond: 3.5 });
    expect(scale({ burst: 50, tokensPerSecond: 5 }, 0.01)).toEqual({ burst: 1, tokensPerSecond: 0.05 });
    expect(scale(EC2_DESCRIBE_BUCKET, 1)).toEqual({ burst: 100, tokensPerSecond: 20 });
  });

  it('is of the sizes that EC2 documents for each action', () => {
    const named = { burst: 100, tokensPerSecond: 5 };
    const others = { burst: 50, tokensPerSecond: 5 };
    const tags = { burst: 100, tokensPerSecond: 10 };
    const sizeOf = bucketSizes(1);
    expect(Object.fromEntries(Object.keys(EC2_BUCKETS).map((action) => [action, sizeOf(action)]))).toEqual({
      CreateNetworkInterface: named,
      AttachNetworkInterface: others,
      ModifyNetworkInterfaceAttribute: named,
      DetachNetworkInterface: others,
      DeleteNetworkInterface: named,
      CreateTags: tags,
      DeleteTags: tags,
      AssignPrivateIpAddresses: named,
      UnassignPrivateIpAddresses: named,
      AssignIpv6Addresses: named,
      UnassignIpv6Addresses: named,
    });
    expect(bucketSizes(0.5)('DetachNetworkInterface')).toEqual({ burst: 25, tokensPerSecond: 2.5 });
    expect(bucketSizes(0.5)('DescribeSubnets')).toEqual({ burst: 50, tokensPerSecond: 10 });
  });

  it('is taken of what the account is said to have where that differs', () => {
    const sizeOf = bucketSizes(0.5, { CreateNetworkInterface: { burst: 1_000, tokensPerSecond: 50 } });
    expect(sizeOf('CreateNetworkInterface')).toEqual({ burst: 500, tokensPerSecond: 25 });
    expect(sizeOf('AttachNetworkInterface')).toEqual({ burst: 25, tokensPerSecond: 2.5 });
  });

  it('is never exceeded by floating-point dust: 1,000 attaches take no longer than the rate says', async () => {
    const { clock, permits, woken } = world({ burst: 35, tokensPerSecond: 3.5 });
    const keys = Array.from({ length: 1_000 }, (_, index) => `att-${index}`);
    for (const key of keys) permits.take(ATTACH, key);
    await clock.advance(Math.ceil((965 / 3.5) * 1_000) + 1_000);
    expect(woken).toHaveLength(965);
  });
});
