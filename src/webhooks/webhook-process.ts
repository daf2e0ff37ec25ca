import type { Clock } from '../runtime/clock.ts';
import { delay } from '../runtime/delay.ts';
import { createHealthServer } from '../runtime/health-server.ts';
import type { Logger } from '../runtime/logger.ts';
import { Manager } from '../runtime/manager.ts';
import type { Random } from '../runtime/random.ts';
import { createApp } from './app.ts';
import { CertificateStore } from './certificates.ts';
import { type ClusterView, createClusterView } from './cluster-view.ts';
import type { WebhookConfig } from './config.ts';
import { createDeletionWarnings } from './deletion-warnings.ts';
import type { CertificateFiles, PodReader, WebhookListWatches } from './ports.ts';
import type { WebhookGauges, WebhookMetrics } from './webhook-metrics.ts';
import { createWebhookServer } from './webhook-server.ts';
import { createWebhooks } from './webhooks.ts';

/** What {@link createWebhookProcess} is made of. */
export interface WebhookProcessDeps {
  readonly version: string;
  readonly config: WebhookConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: WebhookMetrics;
  readonly listWatches: WebhookListWatches;
  readonly podReader: PodReader;
  readonly certificateFiles: CertificateFiles;
}

/** The whole program but its command line. */
export interface WebhookProcess {
  /** Runs until `signal` aborts, then drains and stops; rejects with what ended it otherwise. */
  run(signal: AbortSignal): Promise<void>;
}

/** Puts the program together; nothing listens or reads before `run`. */
export function createWebhookProcess(deps: WebhookProcessDeps): WebhookProcess {
  const { config, clock, logger, metrics } = deps;
  let isDraining = false;
  const view = createClusterView(deps);
  const server = createWebhookServer({
    app: createApp({
      webhooks: createWebhooks({
        view: () => view.current(),
        moreWarnings: createDeletionWarnings({
          view: () => view.current(),
          pods: deps.podReader,
          clock,
          logger,
        }),
      }),
      clock,
      logger,
      onReview: (record) => metrics.reviewed(record),
      isDraining: () => isDraining,
    }),
    clock,
    host: config.bindAddress,
    port: config.webhookPort,
  });
  const certificates = new CertificateStore({
    files: deps.certificateFiles,
    pollPeriodMs: config.certificatePollPeriodMs,
    clock,
    logger,
    onLoaded: (certificate) => {
      server.useCertificate(certificate);
      metrics.certificateLoaded();
    },
    onFailed: () => metrics.certificateFailed(),
  });
  metrics.observe(() => gaugesOf(certificates, view, clock.now()));
  const healthServer = createHealthServer({
    ...(config.bindAddress === undefined ? {} : { host: config.bindAddress }),
    port: config.httpPort,
    logger,
    liveness: () => ({ ok: true, checks: [] }),
    readiness: () => manager.readiness(),
    metrics: () => metrics.text(),
  });
  // A certificate is waited for like a cache: without it nothing can be answered.
  const manager = new Manager({
    clock,
    logger,
    servers: [healthServer, server],
    informers: [...view.informers, certificates],
  });
  manager.addReadyCheck('certificate', () => certificates.check());
  manager.addReadyCheck('draining', () => ({ ok: !isDraining, message: isDraining ? 'yes' : 'no' }));

  /** Answers on until every API server has heard that this process is not ready, then stops. */
  async function drainWhenAsked(asked: AbortSignal, stop: AbortController): Promise<void> {
    await once(asked);
    isDraining = true;
    logger.info({ delayMs: config.shutdownDelayMs }, 'draining');
    await delay(clock, config.shutdownDelayMs);
    stop.abort();
  }

  return {
    async run(signal) {
      const stop = new AbortController();
      void drainWhenAsked(signal, stop);
      const running = manager.run(stop.signal);
      await Promise.race([Promise.all([server.ready(), healthServer.ready()]), running]);
      const [port, webhookPort] = [healthServer.port, server.port];
      logger.info({ port, webhookPort, version: deps.version }, 'webhook started');
      await running;
    },
  };
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function gaugesOf(certificates: CertificateStore, view: ClusterView, nowMs: number): WebhookGauges {
  const { current } = certificates;
  return {
    certificateExpiresInSeconds: current === undefined ? undefined : (current.expiresAtMs - nowMs) / 1000,
    isCacheSynced: view.informers.every(({ hasSynced }) => hasSynced),
  };
}
