import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import { bottleneckOf, callsToAttach, predictConvergenceMs } from '../../domain/predict-convergence.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ActionPermits } from '../engine/action-permits.ts';
import type { Ec2Budget } from '../engine/ec2-budget.ts';
import type { EventSink } from '../ports.ts';

/** What {@link announceConvergence} needs. */
export interface AnnounceConvergenceDeps {
  readonly budget: Ec2Budget;
  readonly permits: ActionPermits;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** Fewer fit into EC2's smallest documented burst: they take as long as EC2 does. */
const WORTH_TELLING_ABOVE = 50;

/** Tells people how long many attachments made at once will take, with what waits already and EC2's present rate. */
export function announceConvergence(
  nodeEni: NodeENI,
  attachments: number,
  deps: AnnounceConvergenceDeps,
): void {
  if (attachments <= WORTH_TELLING_ABOVE) return;
  const { deleteOnTermination, sourceDestCheck } = effectiveSpec(nodeEni.spec);
  const waiting = callsToAttach({
    waiting: deps.permits.waiting(),
    attachments,
    deleteOnTermination,
    sourceDestCheck,
  });
  const buckets = Object.fromEntries(
    Object.keys(waiting).map((action) => [action, deps.budget.bucketOf(action)]),
  );
  const input = { waiting, buckets, nowMs: deps.clock.monotonicMs() };
  const seconds = Math.ceil(predictConvergenceMs(input) / 1000);
  const rate = Number((bottleneckOf(input)?.tokensPerSecond ?? 0).toFixed(2));
  const { name, uid } = nodeEni.metadata;
  deps.events.record({
    kind: 'NodeENI',
    name,
    uid,
    type: 'Normal',
    reason: 'ConvergenceEstimated',
    message: `${attachments} attachments: about ${seconds} s at ${rate}/s`,
  });
}
