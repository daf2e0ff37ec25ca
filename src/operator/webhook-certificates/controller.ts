import type { Clock } from '../../runtime/clock.ts';
import { createController } from '../../runtime/controller.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Random } from '../../runtime/random.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import { WorkQueue } from '../../runtime/work-queue.ts';
import type { OperatorMetrics } from '../operator-metrics.ts';
import { createWebhookCertificatesReconcile, type WebhookCertificatesDeps } from './reconcile.ts';

/** How the operator makes the certificates of the webhooks, where it does. */
export type ManagedCertificates = Omit<WebhookCertificatesDeps, 'clock' | 'logger'>;

/** What {@link webhookCertificatesControllers} needs. */
export interface WebhookCertificatesControllerDeps {
  /** Absent: somebody else provides the certificates. */
  readonly webhookCertificates?: ManagedCertificates;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<OperatorMetrics, 'queue' | 'controller'>;
  readonly random: Random;
  readonly severityOf: (error: unknown) => 'debug' | 'warn' | 'error';
}

const NAME = 'webhook-certificates';
/** Without a certificate no NodeENI can be created: a failure is tried again soon. */
const MAX_BACKOFF_MS = 60_000;

/** The controller, which looks at one key when it starts and again and again; none where it is not wanted. */
export function webhookCertificatesControllers(deps: WebhookCertificatesControllerDeps): readonly Runnable[] {
  const { webhookCertificates, clock, random, logger, metrics, severityOf } = deps;
  if (webhookCertificates === undefined) return [];
  const queue = new WorkQueue({ clock, random, maxDelayMs: MAX_BACKOFF_MS, metrics: metrics.queue(NAME) });
  queue.add(NAME);
  const reconcile = createWebhookCertificatesReconcile({ ...webhookCertificates, clock, logger });
  const controller = { reconcile, clock, logger, severityOf, metrics: metrics.controller(NAME) };
  return [createController({ name: NAME, queue, workers: 1, ...controller })];
}
