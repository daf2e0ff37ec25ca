import { createHash } from 'node:crypto';
import { ENI_TAGS, FINALIZER } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from '../../src/domain/ec2-resources.ts';
import { createAttachmentReconcile } from '../../src/operator/attachment/controller.ts';
import { AttemptMemory } from '../../src/operator/attachment/memory.ts';
import { PodDirectory } from '../../src/operator/attachment/pod-directory.ts';
import { createReleaseGateKeeper } from '../../src/operator/attachment/release-gate-keeper.ts';
import type { HostDaemonMode } from '../../src/operator/config.ts';
import { createNodeReadiness } from '../../src/operator/node-readiness/node-readiness.ts';
import { attachmentsOfEni } from '../../src/operator/attachments-of-eni.ts';
import { ClaimBook } from '../../src/operator/claims/claim-book.ts';
import { createClaimGuard } from '../../src/operator/claims/claim-guard.ts';
import { wakeLosers } from '../../src/operator/claims/wake-losers.ts';
import { ActionPermits, bucketSizes } from '../../src/operator/engine/action-permits.ts';
import { Ec2Budget } from '../../src/operator/engine/ec2-budget.ts';
import { soonNeededInstances } from '../../src/operator/attachment/soon-needed-instances.ts';
import { createEc2Directories } from '../../src/operator/engine/ec2-directories.ts';
import { EniInventory } from '../../src/operator/engine/eni-inventory.ts';
import { EniLister } from '../../src/operator/engine/eni-lister.ts';
import { fenceWriter } from '../../src/operator/engine/fenced-writer.ts';
import { createOrphanController } from '../../src/operator/orphan-eni/controller.ts';
import { createOperatorMetrics, type OperatorMetrics } from '../../src/operator/operator-metrics.ts';
import { createNodeEniReconcile } from '../../src/operator/node-eni/controller.ts';
import { forecast } from '../../src/operator/node-eni/forecast.ts';
import { NodeEniReporter } from '../../src/operator/node-eni/report.ts';
import { wireEvents } from '../../src/operator/wire-events.ts';
import { createController } from '../../src/runtime/controller.ts';
import { FakeClock } from '../../src/runtime/fake-clock.ts';
import type { ReconcileOutcome } from '../../src/runtime/outcome.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { WorkQueue } from '../../src/runtime/work-queue.ts';
import { aClusterNode } from '../builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet, limitsOf } from '../builders/ec2-resources.ts';
import { aNodeEni } from '../builders/node-eni.ts';
import { type AttachmentParts, aNodeEniAttachment } from '../builders/node-eni-attachment.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeEc2 } from './fake-ec2.ts';

/** Identity of the cluster of an {@link engineWorld}. */
export const CLUSTER = { name: 'demo', uid: 'cluster-uid' } as const;

/** Name of the attachment that {@link EngineWorld.addAttachment} makes unless told otherwise. */
export const ATTACHMENT = 'tenant-a-111111-i-1-00000000';

/** What a process is started with unless a test says otherwise. */
const DEFAULT_PARTS = {
  nodeEnis: false,
  acknowledgeOrphans: false,
  takeOverReference: true,
  hostDaemon: 'Disabled',
  startupTaint: undefined,
} as const;

/** The operator's own parts over a cluster and an EC2 in memory, on one clock. */
export interface EngineWorld {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly cluster: FakeCluster;
  readonly logger: RecordingLogger;
  readonly metrics: OperatorMetrics;
  /** Whether mutating calls are allowed. */
  readonly leadership: { isHeld: boolean };
  /** Starts a process: fresh memory, same world. The one before stops. */
  readonly start: (parts?: {
    readonly nodeEnis?: boolean;
    readonly acknowledgeOrphans?: boolean;
    readonly takeOverReference?: boolean;
    readonly hostDaemon?: HostDaemonMode;
    readonly startupTaint?: string;
    /** Runs the controller of the readiness of nodes. */
    readonly readiness?: boolean;
  }) => void;
  readonly addAttachment: (parts?: AttachmentParts) => NodeENIAttachment;
  /** Status, reason and message of the attachment's Ready condition. */
  readonly ready: (name?: string) => string;
}

/** A running m5.large `i-1` as node-1 in subnet-a, one group, one NodeENI `tenant-a` whose finalizer is set. */
export function engineWorld(options: { readonly ec2Share?: number } = {}): EngineWorld {
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock);
  const cluster = new FakeCluster(clock);
  const logger = new RecordingLogger();
  const metrics = createOperatorMetrics();
  const leadership = { isHeld: true };
  ec2.region.addSubnet(aSubnet());
  ec2.region.addSecurityGroup(aSecurityGroup());
  ec2.region.addLimits(limitsOf(3));
  ec2.region.addInstance(anInstance(), 'subnet-a');
  cluster.putNode(aClusterNode());
  cluster.putNodeEni(aNodeEni({}, { finalizers: [FINALIZER] }));

  const queue = (): WorkQueue => new WorkQueue({ clock, random: seededRandom(1), maxDelayMs: 300_000 });
  let stop = new AbortController();

  const start: EngineWorld['start'] = (parts) => {
    const { nodeEnis, acknowledgeOrphans, takeOverReference, hostDaemon, startupTaint } = {
      ...DEFAULT_PARTS,
      ...parts,
    };
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    const queues = { nodeEnis: queue(), attachments: queue() };
    wireEvents(cluster.informers, queues, clock);
    const claims = new ClaimBook({ isKnown: (name) => cluster.caches.attachments.get(name) !== undefined });
    wakeLosers(cluster.informers, queues.nodeEnis, claims);
    for (const name of cluster.caches.nodeEnis.keys()) queues.nodeEnis.add(name);
    for (const name of cluster.caches.attachments.keys()) queues.attachments.add(name);
    const inventory = new EniInventory();
    const woken = (name: string): void => queues.attachments.add(name);
    const lister = new EniLister({
      reader: ec2,
      inventory,
      cluster: CLUSTER,
      clock,
      logger,
      resyncPeriodMs: 300_000,
      onFirstListing: () => cluster.caches.attachments.keys().forEach(woken),
      onChange: (eni) => {
        for (const each of attachmentsOfEni(eni, cluster.caches)) woken(each.metadata.name);
      },
      onAnswer: woken,
      onListed: (begunAtMs) => orphans.listed(begunAtMs),
    });
    const { caches, attachmentWriter, nodeEniWriter, eventSink: events } = cluster;
    const budget = new Ec2Budget({ clock, sizeOf: bucketSizes(options.ec2Share ?? 1) });
    const permits = new ActionPermits({
      clock,
      budget,
      onGrant: (key) => {
        if (!orphans.granted(key)) woken(key);
      },
    });
    const directories = createEc2Directories(ec2, clock, soonNeededInstances({ caches, permits, clock }));
    const fenced = fenceWriter(ec2, { isHeld: () => leadership.isHeld, signal }, 2_500);
    const orphans = createOrphanController({
      caches,
      cluster: CLUSTER,
      inventory,
      permits,
      ec2: fenced,
      events,
      metrics,
      clock,
      logger,
      reader: ec2,
      attachments: attachmentWriter,
      config: { acknowledgeOrphans },
      random: seededRandom(1),
      maxDelayMs: 300_000,
      severityOf: () => 'warn',
    });
    const reconcileAttachment = createAttachmentReconcile({
      caches,
      cluster: CLUSTER,
      inventory,
      lister,
      directories,
      permits,
      memory: new AttemptMemory(),
      claims: createClaimGuard({ writer: attachmentWriter, clock }),
      releaseGate: createReleaseGateKeeper({
        caches,
        pods: new PodDirectory(cluster.podReader, clock),
        writer: attachmentWriter,
        clock,
        hostDaemon,
      }),
      hostDaemon,
      ec2: fenced,
      writer: attachmentWriter,
      events,
      clock,
      takeOverReference,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
    });
    const readiness = parts?.readiness
      ? createNodeReadiness({
          caches,
          informers: cluster.informers,
          writer: cluster.nodeWriter,
          events,
          clock,
          random: seededRandom(1),
          logger,
          metrics,
          maxDelayMs: 300_000,
          severityOf: () => 'warn',
          startupTaint,
        })
      : undefined;
    const reconcileNodeEni = createNodeEniReconcile({
      caches,
      directories,
      claims,
      detachGraceMs: 30_000,
      nodeGoneGraceMs: 300_000,
      attachmentWriter,
      writer: nodeEniWriter,
      reporter: new NodeEniReporter({ writer: nodeEniWriter, events, clock }),
      clock,
      ...(readiness === undefined ? {} : { onPlanned: readiness.planned, onGone: readiness.forget }),
      predictMs: (nodeEni, attachments) =>
        forecast(nodeEni, attachments, { budget, permits, clock }).durationMs,
    });
    void lister.start(signal);
    void orphans.runnable.start(signal);
    void readiness?.runnable.start(signal);
    run('attachment', queues.attachments, reconcileAttachment, signal);
    if (nodeEnis) run('nodeeni', queues.nodeEnis, reconcileNodeEni, signal);
  };

  function run(
    name: string,
    keys: WorkQueue,
    reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileOutcome>,
    signal: AbortSignal,
  ): void {
    void createController({ name, queue: keys, workers: 4, reconcile, clock, logger }).start(signal);
  }

  return {
    clock,
    ec2,
    cluster,
    logger,
    metrics,
    leadership,
    start,
    addAttachment: (parts = {}) =>
      cluster.putAttachment(
        aNodeEniAttachment({ ...parts, metadata: { finalizers: [FINALIZER], ...parts.metadata } }),
      ),
    ready: (name = ATTACHMENT) => {
      const condition = cluster.attachment(name).status.conditions?.find(({ type }) => type === 'Ready');
      return condition === undefined
        ? 'none'
        : `${condition.status} ${condition.reason}: ${condition.message}`;
    },
  };
}

/** The ENIs that exist for attachments. */
export function ours({ ec2 }: Pick<EngineWorld, 'ec2'>): Eni[] {
  return ec2.region.enis().filter((eni) => eni.tags[ENI_TAGS.attachment] !== undefined);
}
