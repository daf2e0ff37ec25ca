import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import type { OperatorMetrics } from './operator-metrics.ts';
import type { OperatorQueues } from './wire-events.ts';

/** What {@link createQueues} needs. */
interface QueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: OperatorMetrics;
}

/** The queues that events fill; a failing key waits at most `maxDelayMs`. */
export function createQueues({ clock, random, metrics }: QueueDeps, maxDelayMs: number): OperatorQueues {
  const queue = (name: string): WorkQueue =>
    new WorkQueue({ clock, random, maxDelayMs, metrics: metrics.queue(name) });
  return { nodeEnis: queue('nodeeni'), attachments: queue('attachment') };
}
