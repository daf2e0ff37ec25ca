import { describe, expect, it } from 'vitest';
import { createWebhookMetrics } from './webhook-metrics.ts';

describe('the metrics of the webhooks', () => {
  it('count reviews by webhook, operation and verdict', async () => {
    const metrics = createWebhookMetrics();
    const review = { webhook: 'validate-nodeeni', operation: 'CREATE', durationMs: 2 } as const;

    metrics.reviewed({ ...review, verdict: 'denied' });
    metrics.reviewed({ ...review, verdict: 'denied' });

    const { body } = await metrics.text();
    expect(body).toContain(
      'nodeeni_webhook_requests_total{webhook="validate-nodeeni",operation="CREATE",verdict="denied"} 2',
    );
    expect(body).toContain('nodeeni_webhook_request_duration_seconds_sum{webhook="validate-nodeeni"} 0.004');
  });

  it('tell how long the certificate lasts, and that there is none', async () => {
    const metrics = createWebhookMetrics();
    expect((await metrics.text()).body).toContain('nodeeni_webhook_certificate_expiry_seconds Nan');

    metrics.observe(() => ({ certificateExpiresInSeconds: 90, isCacheSynced: true }));
    metrics.certificateLoaded();
    metrics.certificateFailed();

    const { body } = await metrics.text();
    expect(body).toContain('nodeeni_webhook_certificate_expiry_seconds 90');
    expect(body).toContain('nodeeni_webhook_certificate_loads_total 1');
    expect(body).toContain('nodeeni_webhook_certificate_load_failures_total 1');
    expect(body).toContain('nodeeni_webhook_cache_synced 1');
  });
});
