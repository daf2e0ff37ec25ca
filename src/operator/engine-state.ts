import { verdictOfNodeEni } from '../domain/node-eni-verdict.ts';
import { callsToAttach, predictConvergenceMs } from '../domain/predict-convergence.ts';
import { rateAt } from '../domain/rate-bucket.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Caches } from './caches.ts';
import type { EngineState } from './engine-metrics.ts';
import type { ActionPermits } from './engine/action-permits.ts';
import type { Ec2Budget } from './engine/ec2-budget.ts';
import type { EniInventory } from './engine/eni-inventory.ts';
import type { EniLister } from './engine/eni-lister.ts';
import type { ObservedState } from './operator-metrics.ts';

/** Reads what the engine's gauges show. */
export function engineState(of: {
  readonly budget: Ec2Budget;
  readonly permits: ActionPermits;
  readonly lister: EniLister;
  readonly inventory: EniInventory;
  readonly caches: Pick<Caches, 'attachments'>;
  readonly clock: Clock;
}): EngineState {
  const nowMs = of.clock.monotonicMs();
  const buckets = of.budget.buckets();
  const queued = of.permits.waiting();
  const attach = callsToAttach({
    waiting: queued,
    attachments: 0,
    deleteOnTermination: true,
    sourceDestCheck: true,
  });
  return {
    buckets: Object.fromEntries(
      Object.entries(buckets).map(([action, bucket]) => [
        action,
        { tokens: bucket.tokens, tokensPerSecond: rateAt(bucket, nowMs) },
      ]),
    ),
    waiting: queued,
    listingAgeMs: of.lister.listingAgeMs,
    openIntents: of.caches.attachments.list().filter(({ status }) => status.eniID === undefined).length,
    convergenceMs: predictConvergenceMs({ waiting: { ...queued, ...attach }, buckets, nowMs }),
    unreadableEnis: of.inventory.unreadable.size,
  };
}

/** Reads what the gauges of the caches show. */
export function observedState(
  { size }: Pick<EniInventory, 'size'>,
  { attachments, nodeEnis }: Pick<Caches, 'attachments' | 'nodeEnis'>,
): ObservedState {
  return {
    knownEnis: size,
    attachments: attachments.size,
    nodeEnis: nodeEnis
      .list()
      .map(({ metadata, status }) => ({ name: metadata.name, ...verdictOfNodeEni(status) })),
  };
}
