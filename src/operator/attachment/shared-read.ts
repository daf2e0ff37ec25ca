import type { Clock } from '../../runtime/clock.ts';

/** A read whose answer serves everybody who asks within a short time. */
export interface SharedRead<T> {
  /** An answer that is not older than it may be; who asks while it is being read waits for the same one. @throws errors of the read */
  get(signal: AbortSignal): Promise<T>;
  /** Whether the answer is too old to be given again, and nobody reads. */
  readonly isStale: boolean;
}

/** A read that takes long is repeated less often: it takes at most a sixth of the time. */
const AGE_PER_DURATION = 5;

/** Creates a {@link SharedRead}; an answer is as old as the beginning of its read. */
export function createSharedRead<T>(
  read: (signal: AbortSignal) => Promise<T>,
  clock: Pick<Clock, 'monotonicMs'>,
  maxAgeMs: number,
): SharedRead<T> {
  let known: { readonly value: T; readonly goodUntilMs: number } | undefined;
  let underWay: Promise<T> | undefined;

  async function readAnew(signal: AbortSignal): Promise<T> {
    const begunAtMs = clock.monotonicMs();
    try {
      const value = await read(signal);
      const tookMs = clock.monotonicMs() - begunAtMs;
      known = { value, goodUntilMs: begunAtMs + Math.max(maxAgeMs, tookMs * (1 + AGE_PER_DURATION)) };
      return value;
    } finally {
      underWay = undefined;
    }
  }

  const isFresh = (): boolean => known !== undefined && clock.monotonicMs() < known.goodUntilMs;
  return {
    async get(signal) {
      if (known !== undefined && isFresh()) return known.value;
      underWay ??= readAnew(signal);
      return underWay;
    },
    get isStale() {
      return !isFresh() && underWay === undefined;
    },
  };
}
