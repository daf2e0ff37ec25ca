import { pino } from 'pino';
import { createCertificateFiles } from '../adapters/host/certificate-files.ts';
import { inClusterCredentials } from '../adapters/kubernetes/api-credentials.ts';
import { kubeconfigCredentials } from '../adapters/kubernetes/kubeconfig-credentials.ts';
import { createApiTransport } from '../adapters/kubernetes/undici-transport.ts';
import { createListWatch } from '../adapters/kubernetes/list-watch.ts';
import { createTypedClient } from '../adapters/kubernetes/typed-client.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { readWebhookConfig, type WebhookConfig } from './config.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';
import { createWebhookProcess } from './webhook-process.ts';

const VERSION = '0.1.0';
const USER_AGENT = `multi-eni-operator-webhook/${VERSION}`;

function credentialsOf(config: WebhookConfig, logger: Logger): ReturnType<typeof inClusterCredentials> {
  const clock = systemClock;
  if (config.kubeconfig !== undefined)
    return kubeconfigCredentials({ path: config.kubeconfig, clock, logger });
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || port === undefined) {
    throw new Error('no kubeconfig and not in a pod: set --kubeconfig or KUBECONFIG');
  }
  return inClusterCredentials({ host, port, clock, logger });
}

async function run(config: WebhookConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  const transport = createApiTransport({
    credentials: credentialsOf(config, logger),
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
      certificateFiles: createCertificateFiles(config.certificateDir, logger),
    }).run(stop);
  } finally {
    await transport.close();
  }
}

async function main(): Promise<number> {
  const result = readWebhookConfig(process.argv.slice(2), process.env);
  if (result.kind === 'help') {
    process.stdout.write(result.text);
    return 0;
  }
  if (result.kind === 'problems') {
    process.stderr.write(`${result.problems.join('\n')}\n`);
    return 2;
  }
  const { config } = result;
  const logger = pino({ level: config.logLevel, base: { pod: config.podName } });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await run(config, logger, stop.signal);
    return 0;
  } catch (error) {
    logger.fatal({ err: error }, 'webhook failed');
    return 1;
  }
}

process.exitCode = await main();
