import type { Clock } from './clock.ts';
import { linkAbort } from './linked-abort.ts';

/** How long {@link withTimeLimit} waits at most. */
export interface TimeLimit {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Ends the wait too. */
  readonly signal?: AbortSignal;
}

/** The work did not end in time. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`not done within ${limitMs} ms`);
    this.name = 'TimeLimitError';
  }
}

/**
 * Runs `work` and stops waiting for it when time is up, even if it ignores its signal.
 *
 * @throws TimeLimitError when time is up, the reason of `limit.signal` when that aborts, and what `work` throws.
 */
export async function withTimeLimit<T>(
  limit: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, limitMs } = limit;
  const link = linkAbort(limit.signal);
  const timer = clock.schedule(limitMs, () => link.abort(new TimeLimitError(limitMs)));
  const ended = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(link.signal.reason);
    if (link.signal.aborted) onAbort();
    else link.signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([ended, work(link.signal)]);
  } finally {
    timer.cancel();
    link.dispose();
  }
}
