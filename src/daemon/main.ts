import { readFile } from 'node:fs/promises';
import { createIpCommand } from '../adapters/host/ip-command.ts';
import { createIproute2Host } from '../adapters/host/iproute2-host.ts';
import { createLinkRecordFiles } from '../adapters/host/link-record-files.ts';
import { createPodResources } from '../adapters/kubelet/pod-resources.ts';
import { createTransportOver } from '../adapters/kubernetes/api-transport.ts';
import { createHostReports } from '../adapters/kubernetes/host-reports.ts';
import { createListWatch } from '../adapters/kubernetes/list-watch.ts';
import { openNodePools } from '../adapters/kubernetes/node-pools.ts';
import { plainKubeconfigCredentials } from '../adapters/kubernetes/plain-kubeconfig.ts';
import { processCredentials } from '../adapters/kubernetes/process-credentials.ts';
import { createTypedClient } from '../adapters/kubernetes/typed-client.ts';
import { type Program, runProgram } from '../adapters/process/run-program.ts';
import { systemClock } from '../runtime/clock.ts';
import { createHealthServer } from '../runtime/health-server.ts';
import type { Logger } from '../runtime/logger.ts';
import { type DaemonConfig, readDaemonConfig } from './config.ts';
import { createDaemonMetrics } from './daemon-metrics.ts';
import { createDaemon } from './daemon.ts';
import { createRecordBook } from './record-book.ts';

const VERSION = '0.1.0';
const USER_AGENT = `multi-eni-daemon/${VERSION}`;

async function run(config: DaemonConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  const metrics = createDaemonMetrics();
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const records = createRecordBook(
    createLinkRecordFiles({ directory: config.stateDirectory, bootId, logger }),
  );
  await records.open();
  const transport = createTransportOver(openNodePools, {
    credentials: processCredentials({
      kubeconfig: config.kubeconfig,
      env: process.env,
      clock: systemClock,
      logger,
      fromKubeconfig: plainKubeconfigCredentials,
    }),
    clock: systemClock,
    random: Math.random,
    userAgent: USER_AGENT,
  });
  const client = createTypedClient(transport);
  const rules = { areVirtualLinksAllowed: config.areVirtualLinksAllowed };
  const daemon = createDaemon({
    nodeName: config.nodeName,
    bootId,
    rules,
    clock: systemClock,
    random: Math.random,
    logger,
    resyncPeriodMs: config.resyncPeriodMs,
    host: createIproute2Host({
      ip: createIpCommand(),
      rules,
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
    devices: createPodResources({ socketPath: config.podResourcesSocket, logger }),
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

const program: Program<DaemonConfig> = {
  readOptions: readDaemonConfig,
  logFields: (config) => ({ node: config.nodeName }),
  run,
  failureMessage: 'daemon failed',
};

process.exitCode = await runProgram(program, process, systemClock);
