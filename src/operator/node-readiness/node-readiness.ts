import type { IntentPlan } from '../../domain/attachment-intent.ts';
import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { createController } from '../../runtime/controller.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Random } from '../../runtime/random.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import { WorkQueue } from '../../runtime/work-queue.ts';
import type { OperatorMetrics } from '../operator-metrics.ts';
import { paceWakes } from '../pace-wakes.ts';
import type { OperatorInformers } from '../wire-events.ts';
import { createNodeReadinessReconcile, type NodeReadinessDeps } from './controller.ts';
import { NodeDesires } from './node-desires.ts';
import { wakeNodes } from './wake-nodes.ts';

/** What {@link createNodeReadiness} needs. */
export interface NodeReadinessOptions extends Omit<NodeReadinessDeps, 'desires'> {
  readonly informers: OperatorInformers;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Pick<OperatorMetrics, 'queue' | 'controller'>;
  readonly maxDelayMs: number;
  readonly severityOf: (error: unknown) => 'debug' | 'warn' | 'error';
}

/** The readiness of nodes as the operator runs it. */
export interface NodeReadinessController {
  readonly runnable: Runnable;
  /** A NodeENI was planned anew. */
  readonly planned: (nodeEni: NodeENI, plan: IntentPlan) => void;
  readonly forget: (nodeEniName: string) => void;
}

const NAME = 'node-readiness';
const WORKERS = 4;
/** The ENIs of a node become Ready one shortly after the other; one write tells of all. */
const WAKE_PERIOD_MS = 1_000;

/** Creates the controller with a queue of its own. */
export function createNodeReadiness(options: NodeReadinessOptions): NodeReadinessController {
  const { informers, clock, random, logger, metrics, maxDelayMs, severityOf } = options;
  const queue = new WorkQueue({ clock, random, maxDelayMs, metrics: metrics.queue(NAME) });
  const wakes = paceWakes(queue, clock, WAKE_PERIOD_MS);
  const desires = new NodeDesires((nodeName) => wakes.wake(nodeName));
  wakeNodes(informers, (nodeName) => wakes.wake(nodeName));
  informers.nodes.addHandler((event) => {
    if (event.type === 'deleted') wakes.forget(event.key);
  });
  return {
    planned: ({ metadata }, plan) => desires.planned(metadata, plan),
    forget: (name) => desires.forget(name),
    runnable: createController({
      name: NAME,
      queue,
      workers: WORKERS,
      reconcile: createNodeReadinessReconcile({ ...options, desires }),
      clock,
      logger,
      metrics: metrics.controller(NAME),
      severityOf,
    }),
  };
}
