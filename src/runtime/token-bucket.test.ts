import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('lets the burst through at once and the rest at its rate, first come first served', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ clock, tokensPerSecond: 10, burst: 2 });
    const served: [number, number][] = [];
    for (let id = 0; id < 5; id += 1) void bucket.take().then(() => served.push([id, clock.monotonicMs()]));
    await clock.advance(1_000);
    expect(served).toEqual([
      [0, 0],
      [1, 0],
      [2, 100],
      [3, 200],
      [4, 300],
    ]);
  });

  it('does not let anyone overtake those who wait', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ clock, tokensPerSecond: 1, burst: 1 });
    expect(bucket.tryTake()).toBe(true);
    const waiting = bucket.take();
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(1_000);
    expect(await waiting).toBe(true);
  });

  it('gives nothing to a waiter that gave up, and its token to the next', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ clock, tokensPerSecond: 1, burst: 1 });
    bucket.tryTake();
    const stop = new AbortController();
    const first = bucket.take(stop.signal);
    const second = bucket.take();
    stop.abort();
    expect(await first).toBe(false);
    await clock.advance(1_000);
    expect(await second).toBe(true);
    expect(await bucket.take(stop.signal)).toBe(false);
  });

  it('refuses a rate that would never serve anyone', () => {
    expect(() => new TokenBucket({ clock: new FakeClock(), tokensPerSecond: 0, burst: 1 })).toThrow(
      /tokensPerSecond/,
    );
  });
});
