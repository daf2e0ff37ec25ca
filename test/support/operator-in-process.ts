import { createHash, randomUUID } from 'node:crypto';
import { createEc2Client, type Ec2CallRecord } from '../../src/adapters/ec2/ec2-client.ts';
import { createEc2Reader } from '../../src/adapters/ec2/ec2-reader.ts';
import { createEc2Writer } from '../../src/adapters/ec2/ec2-writer.ts';
import type { ApiCallRecord } from '../../src/adapters/kubernetes/api-transport.ts';
import { createApiTransport } from '../../src/adapters/kubernetes/undici-transport.ts';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { createAttachmentWriter } from '../../src/adapters/kubernetes/attachment-writer.ts';
import { createEventRecorder } from '../../src/adapters/kubernetes/event-recorder.ts';
import { createEventSink } from '../../src/adapters/kubernetes/event-sink.ts';
import { createLeaseStore } from '../../src/adapters/kubernetes/lease-store.ts';
import { createListWatch } from '../../src/adapters/kubernetes/list-watch.ts';
import { createNodeEniWriter } from '../../src/adapters/kubernetes/node-eni-writer.ts';
import { createNodeWriter } from '../../src/adapters/kubernetes/node-writer.ts';
import { createPodEvictions } from '../../src/adapters/kubernetes/pod-evictions.ts';
import { createPodReader } from '../../src/adapters/kubernetes/pod-reader.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { createEvictBlockers } from '../../src/operator/attachment/evict-blockers.ts';
import type { OperatorConfig } from '../../src/operator/config.ts';
import { bucketSizes } from '../../src/operator/engine/action-permits.ts';
import { Ec2Budget } from '../../src/operator/engine/ec2-budget.ts';
import { createOperator, type OperatorDeps } from '../../src/operator/operator.ts';
import { createOperatorMetrics } from '../../src/operator/operator-metrics.ts';
import type { ManagedCertificates } from '../../src/operator/webhook-certificates/controller.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';

type TestConfig = OperatorDeps['config'] &
  Pick<OperatorConfig, 'ec2Share' | 'ec2Buckets'> &
  Partial<Pick<OperatorConfig, 'evictMaxUnavailable'>>;

/** How the operator under test is set up. */
export interface OperatorInProcessOptions {
  readonly kubeconfig: string;
  readonly ec2Endpoint: string;
  /** The operator's own clock; transport and SDK keep the real one. */
  readonly clock?: Clock;
  readonly config?: Partial<TestConfig>;
  readonly clusterName?: string;
  /** Absent: it makes no certificates. */
  readonly webhookCertificates?: ManagedCertificates;
  /** Lease of the leader; default `operator-under-test` in namespace `default`. */
  readonly lease?: { readonly namespace: string; readonly name: string };
}

/** An operator that runs in this process, with everything it said and called. */
export interface OperatorInProcess {
  readonly logger: RecordingLogger;
  readonly ec2Calls: readonly Ec2CallRecord[];
  readonly kubernetesCalls: readonly ApiCallRecord[];
  /** The metrics page. */
  metrics(): Promise<string>;
  readiness(): ReturnType<ReturnType<typeof createOperator>['readiness']>;
  /** Rejects with what ended the operator before {@link stop}. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Short times, so that tests see every grace. */
const TEST_CONFIG: TestConfig = {
  leaseDurationMs: 15_000,
  resyncPeriodMs: 300_000,
  detachGraceMs: 300,
  nodeGoneGraceMs: 600,
  ec2Share: 1,
  ec2Buckets: {},
  maxConcurrentReconciles: 5,
  maxConcurrentEniCleanup: 3,
};

/** Builds and starts the operator against a real API server and an EC2 endpoint. */
export async function startOperatorInProcess(options: OperatorInProcessOptions): Promise<OperatorInProcess> {
  const { clock = systemClock } = options;
  const logger = new RecordingLogger();
  const ec2Calls: Ec2CallRecord[] = [];
  const kubernetesCalls: ApiCallRecord[] = [];
  const transport = createApiTransport({
    credentials: kubeconfigCredentials({ path: options.kubeconfig, clock: systemClock, logger }),
    clock: systemClock,
    random: () => Math.random(),
    userAgent: 'operator-under-test',
    onCall: (call) => kubernetesCalls.push(call),
  });
  const client = createTypedClient(transport);
  const uid = (await client.namespaces.get('kube-system'))?.metadata.uid ?? '';
  const config = { ...TEST_CONFIG, ...options.config };
  const metrics = createOperatorMetrics();
  const budget = new Ec2Budget({
    clock,
    sizeOf: bucketSizes(config.ec2Share, config.ec2Buckets),
    observer: metrics.engine,
  });
  const newEc2Client = (maxAttempts: 1 | 2): ReturnType<typeof createEc2Client> =>
    createEc2Client({
      region: 'us-east-1',
      maxAttempts,
      userAgent: 'operator-under-test',
      monotonicMs: () => systemClock.monotonicMs(),
      onCall: (call) => ec2Calls.push(call),
      onThrottle: (action) => budget.noticeThrottle(action),
      admit: (action, attempt) => budget.admit(action, attempt),
      override: {
        endpoint: options.ec2Endpoint,
        credentials: { accessKeyId: 'operator', secretAccessKey: 'secret' },
      },
    });
  const [reading, writing] = [newEc2Client(2), newEc2Client(1)];
  const events = createEventRecorder({
    transport,
    clock: systemClock,
    logger,
    component: 'multi-eni-operator',
    instance: 'test',
  });
  const eventSink = createEventSink(events);
  const { evictMaxUnavailable: maxUnavailable = 0 } = config;
  const evictions = createPodEvictions(transport);
  const manager = createOperator({
    config,
    cluster: { name: options.clusterName ?? uid, uid },
    processIdentity: randomUUID(),
    clock,
    random: () => Math.random(),
    logger,
    metrics,
    budget,
    ec2: { ...createEc2Reader(reading), ...createEc2Writer(writing) },
    nodeEniWriter: createNodeEniWriter(client),
    attachmentWriter: createAttachmentWriter(client),
    nodeWriter: createNodeWriter(client),
    podReader: createPodReader(client, transport),
    events: eventSink,
    ...(maxUnavailable === 0
      ? {}
      : {
          evictBlockers: createEvictBlockers({ evictions, events: eventSink, clock, logger, maxUnavailable }),
        }),
    leaseStore: createLeaseStore({
      transport,
      ...(options.lease ?? { namespace: 'default', name: 'operator-under-test' }),
    }),
    listWatches: {
      nodeEnis: createListWatch(client.nodeENIs),
      attachments: createListWatch(client.nodeENIAttachments),
      nodes: createListWatch(client.nodes),
    },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    ...(options.webhookCertificates === undefined
      ? {}
      : { webhookCertificates: options.webhookCertificates }),
  });
  const stopping = new AbortController();
  const ended = manager.run(stopping.signal);
  // The test decides whether an early end matters.
  ended.catch((error: unknown) => logger.error({ err: error }, 'operator ended'));
  return {
    logger,
    ec2Calls,
    kubernetesCalls,
    metrics: async () => (await metrics.text()).body,
    readiness: () => manager.readiness(),
    ended,
    async stop() {
      stopping.abort();
      await ended;
      await events.flush();
      await transport.close();
      reading.destroy();
      writing.destroy();
    },
  };
}
