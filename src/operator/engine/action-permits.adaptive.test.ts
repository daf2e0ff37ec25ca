import { describe, expect, it } from 'vitest';
import { fullBucket, takeToken } from '../../domain/rate-bucket.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { ActionPermits, bucketSizes } from './action-permits.ts';
import { Ec2Budget } from './ec2-budget.ts';

const ATTACH = 'AttachNetworkInterface';

interface Outcome {
  readonly calls: number;
  readonly throttled: number;
  /** Keys that are not done in the end. */
  readonly left: number;
  readonly rateAtEnd: number;
}

/** Makes one call for every key, at EC2 with a bucket of its own idea; a throttled key comes back after half a second. */
async function run(
  keys: number,
  ec2: { readonly burst: number; readonly tokensPerSecond: number },
  options: { readonly isTold: boolean; readonly forMs: number },
): Promise<Outcome> {
  const clock = new FakeClock();
  const budget = new Ec2Budget({ clock, sizeOf: bucketSizes(1) });
  const left = new Set(Array.from({ length: keys }, (_, index) => `att-${index}`));
  let [account, calls, throttled] = [fullBucket(ec2, 0), 0, 0];
  const call = (key: string): void => {
    if (!permits.take(ATTACH, key)) return;
    calls += 1;
    const next = takeToken(account, clock.monotonicMs());
    permits.finished(ATTACH);
    if (next === undefined) {
      throttled += 1;
      if (options.isTold) permits.throttled(ATTACH);
      clock.schedule(500, () => call(key));
      return;
    }
    account = next;
    left.delete(key);
  };
  const permits: ActionPermits = new ActionPermits({
    clock,
    budget,
    onGrant: (key) => clock.schedule(0, () => call(key)),
  });
  for (const key of left) call(key);
  await clock.advance(options.forMs);
  const bucket = budget.bucketOf(ATTACH);
  return {
    calls,
    throttled,
    left: left.size,
    rateAtEnd: bucket.slowed?.tokensPerSecond ?? bucket.seed.tokensPerSecond,
  };
}

describe('an account whose bucket others empty by half', () => {
  const HALF = { burst: 25, tokensPerSecond: 2.5 };

  it('throttles few calls, and all attachments are made nearly as fast as it allows', async () => {
    // By the account's rate alone: (400 − 25) / 2.5 = 150 s.
    const outcome = await run(400, HALF, { isTold: true, forMs: 240_000 });
    expect(outcome.left).toBe(0);
    expect(outcome.throttled / outcome.calls).toBeLessThan(0.12);
    expect(outcome.rateAtEnd).toBeLessThan(5);
  });

  it('would throttle a good part of all calls if the budget did not learn', async () => {
    const learned = await run(400, HALF, { isTold: true, forMs: 240_000 });
    const stubborn = await run(400, HALF, { isTold: false, forMs: 240_000 });
    expect(stubborn.throttled).toBeGreaterThan(4 * learned.throttled);
  });
});

it('an account as documented throttles nothing at the full share', async () => {
  const outcome = await run(400, { burst: 50, tokensPerSecond: 5 }, { isTold: true, forMs: 71_000 });
  expect(outcome).toEqual({ calls: 400, throttled: 0, left: 0, rateAtEnd: 5 });
});
