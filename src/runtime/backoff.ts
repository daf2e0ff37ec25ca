import type { Random } from './random.ts';

/** How long a back-off waits at first and at most, in milliseconds. */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** An immutable step of a back-off. Keep the value of {@link Backoff.next} to go on, the first one to start over. */
export interface Backoff {
  /** How long to wait now; 0 before the first failure. */
  readonly delayMs: number;
  /** Failures so far. */
  readonly failures: number;
  next(random: Random): Backoff;
}

type Grow = (previous: { delayMs: number; failures: number }, random: Random) => number;

function step(delayMs: number, failures: number, grow: Grow): Backoff {
  return {
    delayMs,
    failures,
    next: (random) => step(grow({ delayMs, failures }, random), failures + 1, grow),
  };
}

/**
 * Doubles from `baseMs` to `maxMs`, less up to a fifth of jitter. Right for one key that keeps failing:
 * the wait never shrinks to almost nothing again.
 */
export function exponentialBackoff({ baseMs, maxMs }: BackoffLimits): Backoff {
  return step(0, 0, ({ failures }, random) => {
    const fullMs = Math.min(maxMs, baseMs * 2 ** failures);
    return fullMs * (1 - random() / 5);
  });
}

/**
 * Decorrelated jitter: uniform between `baseMs` and three times the last wait, capped at `maxMs`. Right for many
 * clients of one server: they spread out instead of coming back together
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function decorrelatedBackoff({ baseMs, maxMs }: BackoffLimits): Backoff {
  return step(0, 0, ({ delayMs }, random) => {
    const upperMs = Math.max(baseMs, delayMs) * 3;
    return Math.min(maxMs, baseMs + random() * (upperMs - baseMs));
  });
}
