import { setTimeout as delay } from 'node:timers/promises';

/** Bounds of one wait. */
export interface WaitOptions {
  /** Completes the sentence "timed out after N s waiting for …". */
  readonly what: string;
  readonly deadlineMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** More for the failure message, for example the tail of a log. */
  readonly explain?: () => string;
}

/**
 * Polls until `probe` gives a value other than undefined.
 * @throws Error with the explanation at the deadline; the signal's reason when aborted; whatever `probe` throws.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  options: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + options.deadlineMs;
  for (;;) {
    options.signal?.throwIfAborted();
    const found = await probe();
    if (found !== undefined) {
      return found;
    }
    if (performance.now() >= deadline) {
      const explanation = options.explain?.() ?? '';
      throw new Error(
        `timed out after ${options.deadlineMs / 1000} s waiting for ${options.what}${explanation && `\n${explanation}`}`,
      );
    }
    await delay(options.intervalMs ?? 50, undefined, { signal: options.signal });
  }
}
