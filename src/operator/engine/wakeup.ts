import type { Clock } from '../../runtime/clock.ts';

/** A wait that others can end early. */
export class Wakeup {
  readonly #clock: Clock;
  #end: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the current wait, if there is one. */
  wake(): void {
    this.#end?.();
  }

  /** Resolves after `delayMs`, on {@link wake}, or when the signal aborts. One wait at a time. */
  async wait(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const ended = Promise.withResolvers<void>();
    const end = (): void => ended.resolve();
    this.#end = end;
    const timer = Number.isFinite(delayMs) ? this.#clock.schedule(delayMs, end) : undefined;
    signal.addEventListener('abort', end, { once: true });
    try {
      await ended.promise;
    } finally {
      timer?.cancel();
      signal.removeEventListener('abort', end);
      this.#end = undefined;
    }
  }
}
