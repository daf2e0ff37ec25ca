import { createCertificateFiles } from '../adapters/host/certificate-files.ts';
import { kubeconfigCredentials } from '../adapters/kubernetes/kubeconfig-credentials.ts';
import { createApiTransport } from '../adapters/kubernetes/undici-transport.ts';
import { createListWatch } from '../adapters/kubernetes/list-watch.ts';
import { createPodReader } from '../adapters/kubernetes/pod-reader.ts';
import { processCredentials } from '../adapters/kubernetes/process-credentials.ts';
import { createTypedClient } from '../adapters/kubernetes/typed-client.ts';
import { type Program, runProgram } from '../adapters/process/run-program.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { readWebhookConfig, type WebhookConfig } from './config.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';
import { createWebhookProcess } from './webhook-process.ts';

const VERSION = '0.1.0';
const USER_AGENT = `multi-eni-operator-webhook/${VERSION}`;

async function run(config: WebhookConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  const transport = createApiTransport({
    credentials: processCredentials({
      kubeconfig: config.kubeconfig,
      env: process.env,
      clock: systemClock,
      logger,
      fromKubeconfig: kubeconfigCredentials,
    }),
    clock: systemClock,
    random: Math.random,
    userAgent: USER_AGENT,
  });
  const client = createTypedClient(transport);
  try {
    await createWebhookProcess({
      config,
      version: VERSION,
      clock: systemClock,
      random: Math.random,
      logger,
      metrics: createWebhookMetrics(),
      listWatches: {
        nodeEnis: createListWatch(client.nodeENIs),
        attachments: createListWatch(client.nodeENIAttachments),
        nodes: createListWatch(client.nodes),
      },
      podReader: createPodReader(client, transport),
      certificateFiles: createCertificateFiles(config.certificateDir, logger),
    }).run(stop);
  } finally {
    await transport.close();
  }
}

const program: Program<WebhookConfig> = {
  readOptions: readWebhookConfig,
  logFields: (config) => ({ pod: config.podName }),
  run,
  failureMessage: 'webhook failed',
};

process.exitCode = await runProgram(program, process, systemClock);
