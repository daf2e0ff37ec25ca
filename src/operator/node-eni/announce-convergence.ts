import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import type { EventSink } from '../ports.ts';
import { forecast, type ForecastDeps } from './forecast.ts';

/** What {@link announceConvergence} needs. */
export interface AnnounceConvergenceDeps extends ForecastDeps {
  readonly events: EventSink;
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
  const { durationMs, bottleneck } = forecast(nodeEni, attachments, deps);
  const seconds = Math.ceil(durationMs / 1000);
  const rate = Number((bottleneck?.tokensPerSecond ?? 0).toFixed(2));
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
