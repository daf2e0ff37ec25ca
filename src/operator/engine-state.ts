import { rateAt } from '../domain/rate-bucket.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Caches } from './caches.ts';
import type { EngineState } from './engine-metrics.ts';
import type { ActionPermits } from './engine/action-permits.ts';
import type { Ec2Budget } from './engine/ec2-budget.ts';
import type { EniLister } from './engine/eni-lister.ts';

/** Reads what the engine's gauges show. */
export function engineState(of: {
  readonly budget: Ec2Budget;
  readonly permits: ActionPermits;
  readonly lister: EniLister;
  readonly caches: Pick<Caches, 'attachments'>;
  readonly clock: Clock;
}): EngineState {
  const nowMs = of.clock.monotonicMs();
  return {
    buckets: Object.fromEntries(
      Object.entries(of.budget.buckets()).map(([action, bucket]) => [
        action,
        { tokens: bucket.tokens, tokensPerSecond: rateAt(bucket, nowMs) },
      ]),
    ),
    waiting: of.permits.waiting(),
    listingAgeMs: of.lister.listingAgeMs,
    openIntents: of.caches.attachments.list().filter(({ status }) => status.eniID === undefined).length,
  };
}
