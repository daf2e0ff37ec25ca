import type { Clock } from '../runtime/clock.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';

/** Wakes keys of a queue, each at most once a period. */
export interface PacedWakes {
  /** Adds the key now, or at the end of the period in which it was added before. No wake is lost. */
  wake(key: string): void;
  /** The key's next wake is its first. */
  forget(key: string): void;
}

/** Paces wakes of `queue`; what else is added to it is not affected. */
export function paceWakes(
  queue: Pick<WorkQueue, 'addAfter'>,
  clock: Pick<Clock, 'monotonicMs'>,
  periodMs: number,
): PacedWakes {
  /** When each key was woken last, or will be. */
  const wokenAtMs = new Map<string, number>();
  return {
    wake(key) {
      const nowMs = clock.monotonicMs();
      const lastMs = wokenAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
      // A wake that is due later is asked for again: the queue forgets it when it hands the key out for another reason.
      const nextMs = nowMs < lastMs ? lastMs : Math.max(nowMs, lastMs + periodMs);
      wokenAtMs.set(key, nextMs);
      queue.addAfter(key, nextMs - nowMs);
    },
    forget(key) {
      wokenAtMs.delete(key);
    },
  };
}
