import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backoff, decorrelatedBackoff, exponentialBackoff } from './backoff.ts';
import { seededRandom } from './random.ts';

function delaysOf(first: Backoff, count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const delays: number[] = [];
  let backoff = first;
  for (let index = 0; index < count; index += 1) {
    backoff = backoff.next(random);
    delays.push(backoff.delayMs);
  }
  return delays;
}

describe('exponential back-off', () => {
  it('doubles to its limit and never jitters by more than a fifth', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const delays = delaysOf(exponentialBackoff({ baseMs: 200, maxMs: 300_000 }), 15, seed);
        for (const [failures, delayMs] of delays.entries()) {
          const fullMs = Math.min(300_000, 200 * 2 ** failures);
          expect(delayMs).toBeLessThanOrEqual(fullMs);
          expect(delayMs).toBeGreaterThan(fullMs * 0.79);
        }
      }),
    );
  });

  it('stays at its limit after a thousand failures', () => {
    expect(delaysOf(exponentialBackoff({ baseMs: 200, maxMs: 300_000 }), 2_000, 1).at(-1)).toBeGreaterThan(
      239_000,
    );
  });

  it('starts over from its first value, which no step has changed', () => {
    const first = exponentialBackoff({ baseMs: 100, maxMs: 1_000 });
    delaysOf(first, 5, 3);
    expect(first).toMatchObject({ delayMs: 0, failures: 0 });
    expect(first.next(() => 0)).toMatchObject({ delayMs: 100, failures: 1 });
  });
});

describe('decorrelated back-off', () => {
  it('stays between its bounds and below three times the last wait', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        let lastMs = 800;
        for (const delayMs of delaysOf(decorrelatedBackoff({ baseMs: 800, maxMs: 30_000 }), 30, seed)) {
          expect(delayMs).toBeGreaterThanOrEqual(800);
          expect(delayMs).toBeLessThanOrEqual(Math.min(30_000, 3 * lastMs));
          lastMs = delayMs;
        }
      }),
    );
  });

  it('spreads clients that failed at the same moment', () => {
    const thirdWaits = Array.from({ length: 50 }, (_, seed) =>
      delaysOf(decorrelatedBackoff({ baseMs: 800, maxMs: 30_000 }), 3, seed).at(-1),
    );
    expect(new Set(thirdWaits).size).toBe(50);
  });
});
