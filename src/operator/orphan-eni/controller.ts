import { ORPHAN_TIMINGS, type OrphanTimings } from '../../domain/orphan-plan.ts';
import { createController } from '../../runtime/controller.ts';
import type { Random } from '../../runtime/random.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import { WorkQueue } from '../../runtime/work-queue.ts';
import type { OperatorMetrics } from '../operator-metrics.ts';
import { createOrphanCollector, isOrphanKey } from './collector.ts';
import type { OrphanCollectorDeps } from './deps.ts';

/** What {@link createOrphanController} needs. */
export interface OrphanControllerDeps extends Omit<
  OrphanCollectorDeps,
  'metrics' | 'queue' | 'timings' | 'isAcknowledged'
> {
  readonly config: { readonly acknowledgeOrphans?: boolean; readonly orphanTimings?: OrphanTimings };
  readonly metrics: OperatorMetrics;
  readonly random: Random;
  readonly maxDelayMs: number;
  readonly severityOf: (error: unknown) => 'debug' | 'warn' | 'error';
}

/** The collection of leaked ENIs as the operator runs it. */
export interface OrphanController {
  readonly runnable: Runnable;
  /** See `EniListerDeps.onListed`. */
  readonly listed: (begunAtMs: number) => void;
  /** Takes a grant of the permits, if it is one of the collector's. */
  readonly granted: (key: string) => boolean;
}

const NAME = 'orphan-eni';

/** Creates the controller with a queue of its own. */
export function createOrphanController(deps: OrphanControllerDeps): OrphanController {
  const { clock, random, logger, metrics, config, maxDelayMs, severityOf } = deps;
  const queue = new WorkQueue({ clock, random, maxDelayMs, metrics: metrics.queue(NAME) });
  const { listed, reconcile } = createOrphanCollector({
    ...deps,
    queue,
    metrics: metrics.orphans,
    timings: config.orphanTimings ?? ORPHAN_TIMINGS,
    isAcknowledged: config.acknowledgeOrphans ?? false,
  });
  return {
    listed,
    granted: (key) => {
      if (!isOrphanKey(key)) return false;
      queue.add(key);
      return true;
    },
    runnable: createController({
      name: NAME,
      queue,
      workers: 1,
      reconcile,
      clock,
      logger,
      metrics: metrics.controller(NAME),
      severityOf,
    }),
  };
}
