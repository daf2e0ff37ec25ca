import { createDaemonMetrics } from '../../src/daemon/daemon-metrics.ts';
import { createOperatorMetrics } from '../../src/operator/operator-metrics.ts';
import { createWebhookMetrics } from '../../src/webhooks/webhook-metrics.ts';

/** A metric as a program exports it once something of its kind has happened. */
export interface ExportedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

function parsePage(body: string): readonly ExportedMetric[] {
  const types = Array.from(body.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => ({
    name,
    type,
  }));
  return types.map(({ name, type }) => {
    const lines = body.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm'));
    const labels = Array.from(lines, ([, text = '']) => text).flatMap((text) =>
      Array.from(text.matchAll(/(\w+)="/g), ([, label = '']) => label),
    );
    // By `le` a histogram tells its own buckets apart.
    return { name, type, labels: [...new Set(labels)].filter((label) => label !== 'le') };
  });
}

/** The operator's page after everything that it counts has happened once. */
export async function operatorMetrics(): Promise<readonly ExportedMetric[]> {
  const metrics = createOperatorMetrics();
  const action = 'CreateNetworkInterface';
  metrics.ec2Call({ action, result: 'ok', durationMs: 1 });
  metrics.kubernetesCall({ method: 'GET', status: 200 });
  metrics.leading(true);
  metrics.queue('nodeeni').depthChanged(1);
  metrics.queue('nodeeni').waited(1);
  metrics.queue('nodeeni').retried();
  metrics.controller('nodeeni').reconciled('done', 1);
  metrics.orphans.found(1);
  metrics.orphans.deleted();
  metrics.orphans.braked('TooMany');
  metrics.referenceEnis({ TakenOver: 1 });
  metrics.engine.waited(action, 1);
  metrics.engine.throttled(action);
  metrics.engine.firstAttached(1);
  metrics.engine.firstReady(1);
  metrics.observe(() => ({
    knownEnis: 1,
    attachments: 1,
    nodeEnis: [{ name: 'a', condition: 'Ready', reason: 'Ready' }],
  }));
  metrics.engine.observe(() => ({
    buckets: { [action]: { tokens: 1, tokensPerSecond: 1 } },
    waiting: { [action]: 1 },
    listingAgeMs: 1,
    openIntents: 1,
    convergenceMs: 1,
    unreadableEnis: 1,
  }));
  return parsePage((await metrics.text()).body);
}

/** The webhooks' page after everything that they count has happened once. */
async function webhookMetrics(): Promise<readonly ExportedMetric[]> {
  const metrics = createWebhookMetrics();
  metrics.reviewed({ webhook: 'w', operation: 'CREATE', verdict: 'allowed', durationMs: 1 });
  metrics.certificateLoaded();
  metrics.certificateFailed();
  metrics.observe(() => ({ certificateExpiresInSeconds: 1, isCacheSynced: true }));
  return parsePage((await metrics.text()).body);
}

/** The daemon's page after everything that it counts has happened once. */
async function daemonMetrics(): Promise<readonly ExportedMetric[]> {
  const metrics = createDaemonMetrics();
  metrics.step('set-mtu', true);
  metrics.passed(1, true);
  metrics.links({ configured: 1, other: 1 });
  return parsePage((await metrics.text()).body);
}

/** Every metric of the three programs. */
export async function exportedMetrics(): Promise<readonly ExportedMetric[]> {
  const pages = await Promise.all([operatorMetrics(), webhookMetrics(), daemonMetrics()]);
  return pages.flat();
}
