import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BucketSize,
  fullBucket,
  giveTokenBack,
  msUntilTokens,
  type RateBucket,
  rateAt,
  takeToken,
  throttle,
} from './rate-bucket.ts';

const sizes = fc.record({
  burst: fc.integer({ min: 1, max: 100 }),
  tokensPerSecond: fc.integer({ min: 1, max: 200 }).map((tenths) => tenths / 10),
});

/** Room for what comes between two looks, so that a test that looks now and then loses nothing. */
const roomySizes = sizes.map((size) => ({ ...size, burst: size.burst + 1 }));

const steps = fc.array(
  fc.record({
    afterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 20_000 })),
    kind: fc.constantFrom('take', 'take', 'take', 'take', 'throttle'),
  }),
  { maxLength: 200 },
);

/** Takes as many tokens as there are from `fromMs` to `toMs`, looking every 10 ms. */
function drain(from: RateBucket, fromMs: number, toMs: number): { bucket: RateBucket; taken: number } {
  let [bucket, taken] = [from, 0];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += 10) {
    for (let next = takeToken(bucket, nowMs); next !== undefined; next = takeToken(bucket, nowMs)) {
      bucket = next;
      taken += 1;
    }
  }
  return { bucket, taken };
}

function throttledOften(seed: BucketSize, times: number): { bucket: RateBucket; nowMs: number } {
  let bucket = fullBucket(seed, 0);
  for (let time = 0; time < times; time += 1) bucket = throttle(bucket, time * 1_000);
  return { bucket, nowMs: Math.max(0, times - 1) * 1_000 };
}

describe('a bucket over random calls and throttles', () => {
  it('never gives more than burst plus rate in any window', () => {
    fc.assert(
      fc.property(sizes, steps, (seed, schedule) => {
        let [bucket, nowMs] = [fullBucket(seed, 0), 0];
        const takenAtMs: number[] = [];
        for (const { afterMs, kind } of schedule) {
          nowMs += afterMs;
          if (kind === 'throttle') {
            bucket = throttle(bucket, nowMs);
            continue;
          }
          const next = takeToken(bucket, nowMs);
          if (next === undefined) continue;
          bucket = next;
          takenAtMs.push(nowMs);
        }
        for (const [first, fromMs] of takenAtMs.entries()) {
          for (const [last, toMs] of takenAtMs.slice(first).entries()) {
            const allowed = seed.burst + (seed.tokensPerSecond * (toMs - fromMs)) / 1_000;
            expect(last + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never is faster than its seed, nor slower than the floor', () => {
    fc.assert(
      fc.property(sizes, steps, (seed, schedule) => {
        let [bucket, nowMs] = [fullBucket(seed, 0), 0];
        for (const { afterMs, kind } of schedule) {
          nowMs += afterMs;
          bucket = kind === 'throttle' ? throttle(bucket, nowMs) : (takeToken(bucket, nowMs) ?? bucket);
          expect(rateAt(bucket, nowMs)).toBeLessThanOrEqual(seed.tokensPerSecond);
          expect(rateAt(bucket, nowMs)).toBeGreaterThanOrEqual(Math.min(0.1, seed.tokensPerSecond));
          expect(bucket.tokens).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives in the ten seconds after a throttle about half of what it gave before', () => {
    fc.assert(
      fc.property(roomySizes, (seed) => {
        const busy = drain(fullBucket(seed, 0), 0, 10_000).bucket;
        const before = drain(busy, 10_000, 20_000).taken;
        const after = drain(throttle(busy, 10_000), 10_000, 20_000).taken;
        // What is regained meanwhile is 5 % of the seed on average; one call each may fall across an edge.
        expect(after).toBeLessThanOrEqual(0.55 * (before + 1) + 1);
        expect(after).toBeGreaterThanOrEqual(Math.floor(0.5 * (before - 1)) - 1);
      }),
      { numRuns: 50 },
    );
  });

  it('is back at its seed after at most 100 quiet seconds, however often it was throttled', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 30 }), (seed, times) => {
        const { bucket, nowMs } = throttledOften(seed, times);
        expect(rateAt(bucket, nowMs)).toBeLessThanOrEqual(seed.tokensPerSecond);
        expect(rateAt(bucket, nowMs + 100_000)).toBe(seed.tokensPerSecond);
      }),
    );
  });

  it('says exactly when so many tokens will have come', () => {
    fc.assert(
      fc.property(
        roomySizes,
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 300 }),
        (seed, times, count) => {
          const { bucket, nowMs } = throttledOften(seed, times);
          const waitMs = msUntilTokens(bucket, count, nowMs);
          const early = drain(bucket, nowMs, nowMs + waitMs - 20).taken;
          const late = drain(bucket, nowMs, nowMs + waitMs + 20).taken;
          expect(waitMs > 20 ? early : 0).toBeLessThan(count);
          expect(late).toBeGreaterThanOrEqual(count);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a bucket', () => {
  const seed = { burst: 50, tokensPerSecond: 4 };

  it('is empty and half as fast after a throttle, at once', () => {
    const bucket = throttle(fullBucket(seed, 0), 0);
    expect([bucket.tokens, rateAt(bucket, 0)]).toEqual([0, 2]);
    expect(msUntilTokens(bucket, 1, 0)).toBeGreaterThan(490);
  });

  it('regains one percent of its seed with every quiet second, no more than the seed', () => {
    const bucket = throttle(fullBucket(seed, 0), 0);
    expect(rateAt(bucket, 1_000)).toBeCloseTo(2.04);
    expect(rateAt(bucket, 25_000)).toBeCloseTo(3);
    expect(rateAt(bucket, 3_600_000)).toBe(4);
  });

  it('counts the throttles of calls that were under way together as one', () => {
    const bucket = throttle(throttle(throttle(fullBucket(seed, 0), 0), 200), 400);
    expect(rateAt(bucket, 400)).toBe(2);
    expect(rateAt(throttle(bucket, 1_400), 1_400)).toBeCloseTo(1, 1);
  });

  it('stops at a tenth of a call a second, or at its seed if that is less', () => {
    expect(rateAt(throttledOften(seed, 40).bucket, 39_000)).toBe(0.1);
    expect(rateAt(throttledOften({ burst: 1, tokensPerSecond: 0.05 }, 40).bucket, 39_000)).toBe(0.05);
  });

  it('takes a token back, but none that it has no room for', () => {
    const full = fullBucket(seed, 0);
    expect(giveTokenBack(full, 0).tokens).toBe(50);
    expect(giveTokenBack(takeToken(full, 0) ?? full, 0).tokens).toBe(50);
  });

  it('refuses a size that would never give a token', () => {
    expect(() => fullBucket({ burst: 0, tokensPerSecond: 1 }, 0)).toThrow(/burst >= 1, got 1 and 0/);
    expect(() => fullBucket({ burst: 1, tokensPerSecond: 0 }, 0)).toThrow(RangeError);
  });
});
