import { createHash, randomUUID } from 'node:crypto';
import { createCertificateIssuer } from '../adapters/certificates/certificate-issuer.ts';
import { createEc2Client, type Ec2CallRecord } from '../adapters/ec2/ec2-client.ts';
import { createEc2Reader } from '../adapters/ec2/ec2-reader.ts';
import { createEc2Writer } from '../adapters/ec2/ec2-writer.ts';
import { kubeconfigCredentials } from '../adapters/kubernetes/kubeconfig-credentials.ts';
import type { ApiTransport } from '../adapters/kubernetes/api-transport.ts';
import { createApiTransport } from '../adapters/kubernetes/undici-transport.ts';
import { createAttachmentWriter } from '../adapters/kubernetes/attachment-writer.ts';
import { createEventRecorder } from '../adapters/kubernetes/event-recorder.ts';
import { createEventSink } from '../adapters/kubernetes/event-sink.ts';
import { createLeaseStore } from '../adapters/kubernetes/lease-store.ts';
import { createListWatch } from '../adapters/kubernetes/list-watch.ts';
import { createNodeEniWriter } from '../adapters/kubernetes/node-eni-writer.ts';
import { createNodeWriter } from '../adapters/kubernetes/node-writer.ts';
import { createPodEvictions } from '../adapters/kubernetes/pod-evictions.ts';
import { createPodReader } from '../adapters/kubernetes/pod-reader.ts';
import { processCredentials } from '../adapters/kubernetes/process-credentials.ts';
import { createTypedClient, type TypedClient } from '../adapters/kubernetes/typed-client.ts';
import { createWebhookCertificateStore } from '../adapters/kubernetes/webhook-certificate-store.ts';
import { preferSmallHeap } from '../adapters/process/prefer-small-heap.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import { exponentialBackoff } from '../runtime/backoff.ts';
import { type Program, runProgram } from '../adapters/process/run-program.ts';
import { systemClock } from '../runtime/clock.ts';
import { delay } from '../runtime/delay.ts';
import { LeadershipLostError } from '../runtime/fence.ts';
import type { HealthReport } from '../runtime/health.ts';
import { createHealthServer } from '../runtime/health-server.ts';
import type { Manager } from '../runtime/manager.ts';
import type { Logger } from '../runtime/logger.ts';
import { type OperatorConfig, readOperatorConfig } from './config.ts';
import { createEvictBlockers } from './attachment/evict-blockers.ts';
import { bucketSizes } from './engine/action-permits.ts';
import { Ec2Budget } from './engine/ec2-budget.ts';
import { createOperator, type OperatorDeps } from './operator.ts';
import type { Ec2Gateway, EventSink } from './ports.ts';
import { createOperatorMetrics, type OperatorMetrics } from './operator-metrics.ts';

const VERSION = '0.1.0';
/** Of config/webhook. */
const WEBHOOK_SERVICE = 'eni-webhook';
const USER_AGENT = `multi-eni-operator/${VERSION}`;

function createEc2(config: OperatorConfig, metrics: OperatorMetrics, budget: Ec2Budget): Ec2Gateway {
  const common = {
    region: config.awsRegion,
    userAgent: USER_AGENT,
    monotonicMs: () => systemClock.monotonicMs(),
    onCall: (call: Ec2CallRecord) => metrics.ec2Call(call),
    onThrottle: (action: string) => budget.noticeThrottle(action),
    admit: (action: string, attempt: number) => budget.admit(action, attempt),
  };
  const reading = createEc2Client({ ...common, maxAttempts: 2 });
  // Calls that change something hold a permit of their action already.
  const writing = createEc2Client({ ...common, maxAttempts: 1 });
  return { ...createEc2Reader(reading), ...createEc2Writer(writing) };
}

/** The uid of namespace kube-system outlives every object of ours, and no two clusters share it. */
async function readClusterIdentity(
  client: TypedClient,
  config: OperatorConfig,
  at: {
    readonly logger: Logger;
    readonly signal: AbortSignal;
    readonly onFailure: (message: string) => void;
  },
): Promise<ClusterIdentity | undefined> {
  let backoff = exponentialBackoff({ baseMs: 500, maxMs: 15_000 });
  while (!at.signal.aborted) {
    try {
      const namespace = await client.namespaces.get('kube-system', { signal: at.signal });
      if (namespace === undefined) throw new Error('namespace kube-system does not exist');
      const { uid } = namespace.metadata;
      return { name: config.clusterName ?? uid, uid };
    } catch (error) {
      at.onFailure(error instanceof Error ? error.message : String(error));
      backoff = backoff.next(Math.random);
      at.logger.warn({ err: error, retryInMs: backoff.delayMs }, 'cannot read the cluster identity');
      await delay(systemClock, backoff.delayMs, at.signal);
    }
  }
  return undefined;
}

function webhookCertificatesOf(
  { managesWebhookCertificates, leaseNamespace }: OperatorConfig,
  transport: ApiTransport,
): Pick<OperatorDeps, 'webhookCertificates'> {
  if (!managesWebhookCertificates) return {};
  const service = `${WEBHOOK_SERVICE}.${leaseNamespace}.svc`;
  return {
    webhookCertificates: {
      store: createWebhookCertificateStore(transport, leaseNamespace),
      issuer: createCertificateIssuer(),
      dnsNames: [service, `${service}.cluster.local`],
    },
  };
}

function notReached(message: string): HealthReport {
  return { ok: false, checks: [{ name: 'api server', ok: false, message }] };
}

/** A lost leadership ends everything that acts, but not the process: it waits for its turn again. */
async function runUntilLeadershipIsLost(manager: Manager, stop: AbortSignal, logger: Logger): Promise<void> {
  try {
    await manager.run(stop);
  } catch (error) {
    if (!(error instanceof LeadershipLostError)) throw error;
    logger.warn({ err: error }, 'leadership lost, starting over');
  }
}

async function run(config: OperatorConfig, logger: Logger, stop: AbortSignal): Promise<void> {
  preferSmallHeap();
  const metrics = createOperatorMetrics();
  const budget = new Ec2Budget({
    clock: systemClock,
    sizeOf: bucketSizes(config.ec2Share, config.ec2Buckets),
    observer: metrics.engine,
    stop,
  });
  const credentials = processCredentials({
    kubeconfig: config.kubeconfig,
    env: process.env,
    clock: systemClock,
    logger,
    fromKubeconfig: kubeconfigCredentials,
  });
  const newTransport = (): ApiTransport =>
    createApiTransport({
      credentials,
      clock: systemClock,
      random: Math.random,
      userAgent: USER_AGENT,
      onCall: (call) => metrics.kubernetesCall(call),
    });
  // The Lease has connections of its own, so that no burst of other calls delays a renewal.
  const [transport, leaseTransport] = [newTransport(), newTransport()];
  const client = createTypedClient(transport);
  const events = createEventRecorder({
    transport,
    clock: systemClock,
    logger,
    component: 'multi-eni-operator',
    instance: config.podName,
  });

  let manager: Manager | undefined;
  let problem = 'not reached yet';
  const servers = new AbortController();
  const server = createHealthServer({
    port: config.httpPort,
    logger,
    liveness: () => ({ ok: true, checks: [] }),
    readiness: () => manager?.readiness() ?? notReached(problem),
    metrics: () => metrics.text(),
  });
  const serving = server.start(servers.signal);
  try {
    await Promise.race([server.ready(), serving]);
    logger.info({ port: server.port, version: VERSION }, 'operator started');
    const cluster = await readClusterIdentity(client, config, {
      logger,
      signal: stop,
      onFailure: (message) => {
        problem = message;
      },
    });
    if (cluster === undefined) return;
    const ec2 = createEc2(config, metrics, budget);
    const listWatches = {
      nodeEnis: createListWatch(client.nodeENIs),
      attachments: createListWatch(client.nodeENIAttachments),
      nodes: createListWatch(client.nodes),
    };
    while (!stop.aborted) {
      // Every leadership starts from nothing: what was known may have changed under another leader.
      manager = createOperator({
        config,
        cluster,
        processIdentity: `${config.podName}_${randomUUID()}`,
        clock: systemClock,
        random: Math.random,
        logger,
        metrics,
        ec2,
        budget,
        nodeEniWriter: createNodeEniWriter(client),
        attachmentWriter: createAttachmentWriter(client),
        nodeWriter: createNodeWriter(client),
        podReader: createPodReader(client, transport),
        events: createEventSink(events),
        leaseStore: createLeaseStore({
          transport: leaseTransport,
          namespace: config.leaseNamespace,
          name: config.leaseName,
        }),
        listWatches,
        sha256: (text) => createHash('sha256').update(text).digest('hex'),
        ...webhookCertificatesOf(config, transport),
        ...evictionOf(config, { transport, events: createEventSink(events), logger }),
      });
      await runUntilLeadershipIsLost(manager, stop, logger);
    }
    await events.flush();
  } finally {
    servers.abort();
    await serving;
    await Promise.all([transport.close(), leaseTransport.close()]);
  }
}

/** Nobody is evicted unless that was asked for. */
function evictionOf(
  { evictMaxUnavailable }: OperatorConfig,
  { transport, events, logger }: { transport: ApiTransport; events: EventSink; logger: Logger },
): Pick<OperatorDeps, 'evictBlockers'> {
  if (evictMaxUnavailable === 0) return {};
  return {
    evictBlockers: createEvictBlockers({
      evictions: createPodEvictions(transport),
      events,
      clock: systemClock,
      logger,
      maxUnavailable: evictMaxUnavailable,
    }),
  };
}

const program: Program<OperatorConfig> = {
  readOptions: readOperatorConfig,
  logFields: (config) => ({ pod: config.podName }),
  run,
  failureMessage: 'operator failed',
};

// All is stopped and flushed. Timers of what still waits for tokens of EC2 must not keep the process alive.
process.exit(await runProgram(program, process, systemClock));
