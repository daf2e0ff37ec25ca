import type { Clock } from './clock.ts';

/** Resolves after `delayMs`, or as soon as `signal` aborts; the caller looks at the signal. Never rejects. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      task.cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const task = clock.schedule(delayMs, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
