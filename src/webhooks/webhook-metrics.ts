import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Verdict } from './admission-review.ts';

/** One answered call. */
export interface ReviewRecord {
  readonly webhook: string;
  /** `unknown` where the body was no AdmissionReview. */
  readonly operation: string;
  readonly verdict: Verdict | 'malformed';
  readonly durationMs: number;
}

/** What is read when somebody asks. */
export interface WebhookGauges {
  /** Undefined before there is a certificate. */
  readonly certificateExpiresInSeconds: number | undefined;
  readonly isCacheSynced: boolean;
}

/** The metrics of the webhooks; every name begins with `nodeeni_webhook_`. */
export interface WebhookMetrics {
  reviewed(record: ReviewRecord): void;
  certificateLoaded(): void;
  certificateFailed(): void;
  /** Gauges that are read when somebody asks; a later call replaces the earlier one. */
  observe(read: () => WebhookGauges): void;
  /** Text exposition format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

/** Creates the metrics in a registry of their own. */
export function createWebhookMetrics(): WebhookMetrics {
  const registry = new Registry();
  const registers = [registry];
  let read: (() => WebhookGauges) | undefined;
  const requests = new Counter({
    name: 'nodeeni_webhook_requests_total',
    help: 'Reviews by webhook, operation and verdict (allowed, denied, invalid, malformed, failed)',
    labelNames: ['webhook', 'operation', 'verdict'],
    registers,
  });
  const duration = new Histogram({
    name: 'nodeeni_webhook_request_duration_seconds',
    help: 'Time from a whole request to its answer',
    labelNames: ['webhook'],
    buckets: SECONDS,
    registers,
  });
  const loaded = new Counter({
    name: 'nodeeni_webhook_certificate_loads_total',
    help: 'Certificates that were taken into use',
    registers,
  });
  const failed = new Counter({
    name: 'nodeeni_webhook_certificate_load_failures_total',
    help: 'Looks at the certificate files that found a pair that cannot be used; grows while it lies there',
    registers,
  });
  const expiry: Gauge = new Gauge({
    name: 'nodeeni_webhook_certificate_expiry_seconds',
    help: 'Seconds until the served certificate expires; negative afterwards, NaN without one',
    registers,
    collect: () => expiry.set(read?.().certificateExpiresInSeconds ?? Number.NaN),
  });
  const synced: Gauge = new Gauge({
    name: 'nodeeni_webhook_cache_synced',
    help: '1 once NodeENIs, nodes and attachments have been read',
    registers,
    collect: () => synced.set(read?.().isCacheSynced === true ? 1 : 0),
  });
  return {
    reviewed: ({ webhook, operation, verdict, durationMs }) => {
      requests.inc({ webhook, operation, verdict });
      duration.observe({ webhook }, durationMs / 1000);
    },
    certificateLoaded: () => loaded.inc(),
    certificateFailed: () => failed.inc(),
    observe: (newRead) => {
      read = newRead;
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
