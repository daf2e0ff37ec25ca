/** A pending callback of {@link Clock.schedule}. */
export interface ScheduledTask {
  /** Prevents the callback from running; harmless after it ran. */
  cancel(): void;
}

/** All time the product knows. Injected everywhere, so that tests own it. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump; use it only for what people read. */
  now(): number;
  /** Milliseconds from an arbitrary origin; never goes back. Use it for every duration. */
  monotonicMs(): number;
  /** Runs `callback` once, `delayMs` from now (0 = as soon as possible). */
  schedule(delayMs: number, callback: () => void): ScheduledTask;
}

/** A longer delay makes Node's `setTimeout` fire at once, so longer ones are waited for in parts. */
const longestTimerMs = 2_147_483_647;

function scheduleTimer(delayMs: number, callback: () => void): ScheduledTask {
  let remainingMs = delayMs;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const partMs = Math.min(remainingMs, longestTimerMs);
    timer = setTimeout(() => {
      remainingMs -= partMs;
      if (remainingMs > 0) arm();
      else callback();
    }, partMs);
  };
  arm();
  return { cancel: () => clearTimeout(timer) };
}

/** The machine's clock. */
export const systemClock: Clock = {
  // oxlint-disable-next-line no-restricted-properties -- the one place that reads the wall clock
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: scheduleTimer,
};
