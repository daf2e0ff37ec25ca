import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { createIpCommand } from '../adapters/host/ip-command.ts';
import { createIproute2Host } from '../adapters/host/iproute2-host.ts';
import { createLinkRecordFiles } from '../adapters/host/link-record-files.ts';
import { type ApiCredentials, inClusterCredentials } from '../adapters/kubernetes/api-credentials.ts';
import { createApiTransport } from '../adapters/kubernetes/api-transport.ts';
import { createHostReports } from '../adapters/kubernetes/host-reports.ts';
import { createListWatch } from '../adapters/kubernetes/list-watch.ts';
import { plainKubeconfigCredentials } from '../adapters/kubernetes/plain-kubeconfig.ts';
import { createTypedClient } from '../adapters/kubernetes/typed-client.ts';
import { systemClock } from '../runtime/clock.ts';
import { createHealthServer } from '../runtime/health-server.ts';
import type { Logger } from '../runtime/logger.ts';
import { type DaemonConfig, readDaemonConfig } from './config.ts';
import { createDaemonMetrics } from './daemon-metrics.ts';
import { createDaemon } from './daemon.ts';
import { createRecordBook } from './record-book.ts';

const VERSION = '0.1.0';
const USER_AGENT = `multi-eni-daemon/${VERSION}`;

function credentialsOf(config: DaemonConfig, logger: Logger): ApiCredentials {
  const clock = systemClock;
  if (config.kubeconfig !== undefined)
    return plainKubeconfigCredentials({ path: config.kubeconfig, clock, logger });
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || port === undefined) {
    throw new Error('no kubeconfig and not in a pod: set --kubeconfig or KUBECONFIG');
  }
  return inClusterCredentials({ host, port, clock, logger });
}

async function run(config: DaemonConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  const metrics = createDaemonMetrics();
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const records = createRecordBook(
    createLinkRecordFiles({ directory: config.stateDirectory, bootId, logger }),
  );
  await records.open();
  const transport = createApiTransport({
    credentials: credentialsOf(config, logger),
    clock: systemClock,
    random: Math.random,
    userAgent: USER_AGENT,
  });
  const client = createTypedClient(transport);
  const daemon = createDaemon({
    nodeName: config.nodeName,
    bootId,
    rules: { areVirtualLinksAllowed: config.areVirtualLinksAllowed },
    clock: systemClock,
    random: Math.random,
    logger,
    resyncPeriodMs: config.resyncPeriodMs,
    host: createIproute2Host({
      ip: createIpCommand(),
      paths: {
        sysfs: config.sysfs,
        procSysNet: config.procSysNet,
        run: config.hostRun,
        etc: config.hostEtc,
      },
      clock: systemClock,
      logger,
    }),
    reports: createHostReports(client, config.nodeName),
    records,
    attachments: createListWatch(client.nodeENIAttachments, {
      fieldSelector: `spec.nodeName=${config.nodeName}`,
    }),
    metrics,
  });
  const servers = new AbortController();
  const server = createHealthServer({
    // The pod is in the host's network: all addresses would be those of the host.
    host: config.bindAddress,
    port: config.httpPort,
    logger,
    liveness: () => ({ ok: true, checks: [] }),
    readiness: () => daemon.readiness(),
    metrics: () => metrics.text(),
  });
  const serving = server.start(servers.signal);
  try {
    await Promise.race([server.ready(), serving]);
    logger.info({ port: server.port, version: VERSION }, 'daemon started');
    await daemon.run(stop);
  } finally {
    servers.abort();
    await serving;
    await transport.close();
  }
}

async function main(): Promise<number> {
  const result = readDaemonConfig(process.argv.slice(2), process.env);
  if (result.kind === 'help') {
    process.stdout.write(result.text);
    return 0;
  }
  if (result.kind === 'problems') {
    process.stderr.write(`${result.problems.join('\n')}\n`);
    return 2;
  }
  const { config } = result;
  const logger = pino({ level: config.logLevel, base: { node: config.nodeName } });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await run(config, logger, stop.signal);
    return 0;
  } catch (error) {
    logger.fatal({ err: error }, 'daemon failed');
    return 1;
  }
}

process.exitCode = await main();
