import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import {
  type Bottleneck,
  bottleneckOf,
  callsToAttach,
  predictConvergenceMs,
} from '../../domain/predict-convergence.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ActionPermits } from '../engine/action-permits.ts';
import type { Ec2Budget } from '../engine/ec2-budget.ts';

/** What {@link forecast} needs. */
export interface ForecastDeps {
  readonly budget: Ec2Budget;
  readonly permits: ActionPermits;
  readonly clock: Clock;
}

/** How long all that waits takes at EC2's present rate, with so many attachments more, and what decides it. */
export interface Forecast {
  readonly durationMs: number;
  readonly bottleneck: Bottleneck | undefined;
}

/** Predicts by the queues and buckets of this process; what others do to the account shows in the rates only. */
export function forecast(nodeEni: NodeENI, attachments: number, deps: ForecastDeps): Forecast {
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
  return { durationMs: predictConvergenceMs(input), bottleneck: bottleneckOf(input) };
}
