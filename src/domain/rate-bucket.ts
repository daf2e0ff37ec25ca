/** Size of a token bucket. */
export interface BucketSize {
  readonly burst: number;
  readonly tokensPerSecond: number;
}

/**
 * A token bucket whose rate halves when it is told of a throttle and comes back while all is quiet, never above its
 * seed (additive increase, multiplicative decrease). A value: every step gives a new one. Times are monotonic
 * milliseconds and never go back.
 */
export interface RateBucket {
  readonly seed: BucketSize;
  readonly tokens: number;
  /** When `tokens` was right. */
  readonly atMs: number;
  /** The rate is below the seed since; absent: it never was throttled. */
  readonly slowed?: {
    readonly tokensPerSecond: number;
    readonly sinceMs: number;
    readonly halvedAtMs: number;
  };
}

/** Share of the seed's rate that every quiet second gives back. */
const REGAINED_PER_SECOND = 0.01;
/** No throttle makes a bucket slower than this, unless its seed is: somebody has to find out when EC2 relents. */
const SLOWEST_TOKENS_PER_SECOND = 0.1;
/** Calls that were under way when the rate was halved say nothing of the new rate. */
const HALVED_AT_MOST_EVERY_MS = 1_000;

/** A full bucket. @throws RangeError when the size could never give a token */
export function fullBucket(seed: BucketSize, nowMs: number): RateBucket {
  if (!(seed.tokensPerSecond > 0) || !(seed.burst >= 1)) {
    throw new RangeError(
      `a bucket needs tokensPerSecond > 0 and burst >= 1, got ${seed.tokensPerSecond} and ${seed.burst}`,
    );
  }
  return { seed, tokens: seed.burst, atMs: nowMs };
}

/** Tokens a second that the bucket gains at a moment. */
export function rateAt({ seed, slowed }: RateBucket, nowMs: number): number {
  if (slowed === undefined) return seed.tokensPerSecond;
  const quietSeconds = Math.max(0, nowMs - slowed.sinceMs) / 1000;
  const regained = quietSeconds * REGAINED_PER_SECOND * seed.tokensPerSecond;
  return Math.min(seed.tokensPerSecond, slowed.tokensPerSecond + regained);
}

/** The bucket as it is at a moment, with what it gained since. */
export function elapse(bucket: RateBucket, nowMs: number): RateBucket {
  const { seed, tokens, atMs } = bucket;
  if (nowMs <= atMs) return bucket;
  const [rate, gained] = [rateAt(bucket, atMs), seed.tokensPerSecond * REGAINED_PER_SECOND];
  const rampSeconds = Math.min((nowMs - atMs) / 1000, (seed.tokensPerSecond - rate) / gained);
  const flatSeconds = (nowMs - atMs) / 1000 - rampSeconds;
  const sum = rampSeconds * (rate + (gained * rampSeconds) / 2) + flatSeconds * seed.tokensPerSecond;
  return { ...bucket, tokens: Math.min(seed.burst, tokens + sum), atMs: nowMs };
}

/** The bucket without one token, or undefined when it has none. */
export function takeToken(bucket: RateBucket, nowMs: number): RateBucket | undefined {
  const current = elapse(bucket, nowMs);
  return current.tokens < 1 ? undefined : { ...current, tokens: current.tokens - 1 };
}

/** The bucket with a token that was taken and not used; never more than the burst. */
export function giveTokenBack(bucket: RateBucket, nowMs: number): RateBucket {
  const current = elapse(bucket, nowMs);
  return { ...current, tokens: Math.min(current.seed.burst, current.tokens + 1) };
}

/**
 * The bucket after EC2 throttled a call: it is empty, and its rate is half of what it was. Throttles within a second
 * of the last halving only empty it and delay its recovery.
 */
export function throttle(bucket: RateBucket, nowMs: number): RateBucket {
  const { seed, slowed } = bucket;
  const isHalvedAlready = slowed !== undefined && nowMs - slowed.halvedAtMs < HALVED_AT_MOST_EVERY_MS;
  const floor = Math.min(SLOWEST_TOKENS_PER_SECOND, seed.tokensPerSecond);
  const tokensPerSecond = isHalvedAlready
    ? slowed.tokensPerSecond
    : Math.max(floor, rateAt(bucket, nowMs) / 2);
  const halvedAtMs = isHalvedAlready ? slowed.halvedAtMs : nowMs;
  return { seed, tokens: 0, atMs: nowMs, slowed: { tokensPerSecond, sinceMs: nowMs, halvedAtMs } };
}

/**
 * Milliseconds until the bucket has given `count` tokens to one who takes each as it comes, if all stays quiet; 0 when
 * they are there.
 */
export function msUntilTokens(bucket: RateBucket, count: number, nowMs: number): number {
  const current = elapse(bucket, nowMs);
  const needed = count - current.tokens;
  if (needed <= 0) return 0;
  const full = current.seed.tokensPerSecond;
  const [rate, gained] = [rateAt(current, nowMs), full * REGAINED_PER_SECOND];
  const rampSeconds = (full - rate) / gained;
  const rampTokens = rampSeconds * (rate + (gained * rampSeconds) / 2);
  if (needed >= rampTokens) return (rampSeconds + (needed - rampTokens) / full) * 1000;
  // The root of: rate * s + gained / 2 * s² = needed.
  return ((Math.sqrt(rate * rate + 2 * gained * needed) - rate) / gained) * 1000;
}
