import type { OrphanTimings } from '../domain/orphan-plan.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import type { Clock } from '../runtime/clock.ts';
import { createController } from '../runtime/controller.ts';
import { LeaderElector } from '../runtime/leader-election.ts';
import type { LeaseStore } from '../runtime/lease.ts';
import type { Logger } from '../runtime/logger.ts';
import { Manager } from '../runtime/manager.ts';
import type { Random } from '../runtime/random.ts';
import { createAttachmentReconcile } from './attachment/controller.ts';
import { AttemptMemory } from './attachment/memory.ts';
import { PodDirectory } from './attachment/pod-directory.ts';
import { createReleaseGateKeeper, type ReleaseGateKeeperDeps } from './attachment/release-gate-keeper.ts';
import { soonNeededInstances } from './attachment/soon-needed-instances.ts';
import { attachmentsOfEni } from './attachments-of-eni.ts';
import type { Caches } from './caches.ts';
import { ClaimBook } from './claims/claim-book.ts';
import { createClaimGuard } from './claims/claim-guard.ts';
import { wakeLosers } from './claims/wake-losers.ts';
import type { OperatorConfig } from './config.ts';
import { ActionPermits } from './engine/action-permits.ts';
import type { Ec2Budget } from './engine/ec2-budget.ts';
import { createEc2Directories } from './engine/ec2-directories.ts';
import { EniInventory } from './engine/eni-inventory.ts';
import { EniLister } from './engine/eni-lister.ts';
import { fenceWriter } from './engine/fenced-writer.ts';
import { adoptIdentityFirst } from './identity-adopter.ts';
import { createIdentityGuard } from './identity-guard.ts';
import { engineState, observedState } from './engine-state.ts';
import { announceConvergence } from './node-eni/announce-convergence.ts';
import { createNodeEniReconcile } from './node-eni/controller.ts';
import { forecast } from './node-eni/forecast.ts';
import { NodeEniReporter } from './node-eni/report.ts';
import { createNodeReadiness } from './node-readiness/node-readiness.ts';
import { createInformers, type OperatorListWatches } from './operator-informers.ts';
import type { OperatorMetrics } from './operator-metrics.ts';
import { createOrphanController } from './orphan-eni/controller.ts';
import type {
  AttachmentWriter,
  Ec2Gateway,
  EventSink,
  NodeEniWriter,
  NodeWriter,
  PodReader,
} from './ports.ts';
import { addReadyChecks } from './ready-checks.ts';
import { createReferenceSurvey } from './reference-survey.ts';
import {
  type ManagedCertificates,
  webhookCertificatesControllers,
} from './webhook-certificates/controller.ts';
import { retryAfterMsOf, severityOf } from './severity.ts';
import { createQueues } from './operator-queues.ts';
import { wireEvents } from './wire-events.ts';

/** Everything that the operator is made of; built by `main`, or by a test. */
export interface OperatorDeps extends Pick<ReleaseGateKeeperDeps, 'evictBlockers'> {
  readonly config: Pick<
    OperatorConfig,
    | 'leaseDurationMs'
    | 'resyncPeriodMs'
    | 'detachGraceMs'
    | 'nodeGoneGraceMs'
    | 'maxConcurrentReconciles'
    | 'maxConcurrentEniCleanup'
  > &
    Partial<
      Pick<
        OperatorConfig,
        | 'acknowledgeOrphans'
        | 'adoptIdentity'
        | 'takeOverReference'
        | 'hostDaemon'
        | 'releaseDeadlineMs'
        | 'startupTaint'
      >
    > & {
      /** For tests; default `ORPHAN_TIMINGS`. */
      readonly orphanTimings?: OrphanTimings;
    };
  readonly cluster: ClusterIdentity;
  /** Unique to this process. */
  readonly processIdentity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: OperatorMetrics;
  readonly ec2: Ec2Gateway;
  /** Counts the calls of `ec2`, too: those that read, and repetitions. */
  readonly budget: Ec2Budget;
  readonly nodeEniWriter: NodeEniWriter;
  readonly attachmentWriter: AttachmentWriter;
  readonly nodeWriter: NodeWriter;
  readonly podReader: PodReader;
  readonly events: EventSink;
  readonly leaseStore: LeaseStore;
  readonly listWatches: OperatorListWatches;
  readonly sha256: (text: string) => string;
  readonly webhookCertificates?: ManagedCertificates;
}

const ATTACHMENT_WORKERS = 32;
/** Longest wait after a failure; EC2's throttles and outages pass in minutes. */
const MAX_BACKOFF_MS = 300_000;

/** Builds the operator: informers, election, lister and controllers under one manager. */
export function createOperator(deps: OperatorDeps): Manager {
  const { config, cluster, clock, random, logger, metrics, events } = deps;
  const { takeOverReference = true } = config;
  const informers = createInformers({ ...deps, resyncPeriodMs: config.resyncPeriodMs });
  const queues = createQueues(deps, MAX_BACKOFF_MS);
  const caches: Caches = {
    nodeEnis: informers.nodeEnis.cache,
    attachments: informers.attachments.cache,
    nodes: informers.nodes.cache,
  };
  wireEvents(informers, queues, clock);
  const claims = new ClaimBook({ isKnown: (name) => caches.attachments.get(name) !== undefined });
  wakeLosers(informers, queues.nodeEnis, claims);

  const elector = new LeaderElector({
    store: deps.leaseStore,
    identity: deps.processIdentity,
    clock,
    random,
    logger,
    leaseDurationMs: config.leaseDurationMs,
    metrics: { leadingChanged: (isLeading) => metrics.leading(isLeading), attemptFailed: () => undefined },
  });
  const inventory = new EniInventory();
  const lister = new EniLister({
    reader: deps.ec2,
    inventory,
    cluster,
    clock,
    logger,
    resyncPeriodMs: config.resyncPeriodMs,
    onFirstListing: () => {
      for (const name of caches.attachments.keys()) queues.attachments.add(name);
    },
    onChange: (eni) => {
      for (const { metadata } of attachmentsOfEni(eni, caches)) queues.attachments.add(metadata.name);
    },
    onAnswer: (name) => queues.attachments.add(name),
    onListed: (begunAtMs) => orphans.listed(begunAtMs),
  });
  const permits = new ActionPermits({
    clock,
    budget: deps.budget,
    maxCleanupCalls: config.maxConcurrentEniCleanup,
    observer: metrics.engine,
    onGrant: (key) => {
      if (!orphans.granted(key)) queues.attachments.add(key);
    },
  });
  const directories = createEc2Directories(deps.ec2, clock, soonNeededInstances({ caches, permits, clock }));
  metrics.observe(() => observedState(inventory, caches));
  metrics.engine.observe(() =>
    engineState({ budget: deps.budget, permits, lister, inventory, caches, clock }),
  );
  const ec2 = fenceWriter(deps.ec2, elector.fence(), config.leaseDurationMs / 3);
  const orphans = createOrphanController({
    caches,
    cluster,
    inventory,
    permits,
    ec2,
    events,
    metrics,
    config,
    clock,
    random,
    logger,
    severityOf,
    reader: deps.ec2,
    attachments: deps.attachmentWriter,
    maxDelayMs: MAX_BACKOFF_MS,
  });
  const readiness = createNodeReadiness({
    caches,
    informers,
    writer: deps.nodeWriter,
    events,
    clock,
    random,
    logger,
    metrics,
    severityOf,
    maxDelayMs: MAX_BACKOFF_MS,
    startupTaint: config.startupTaint,
  });
  const reconcileNodeEni = createNodeEniReconcile({
    caches,
    directories,
    claims,
    detachGraceMs: config.detachGraceMs,
    nodeGoneGraceMs: config.nodeGoneGraceMs,
    attachmentWriter: deps.attachmentWriter,
    writer: deps.nodeEniWriter,
    reporter: new NodeEniReporter({ writer: deps.nodeEniWriter, events, clock }),
    clock,
    onPlanned: readiness.planned,
    onGone: readiness.forget,
    predictMs: (nodeEni, attachments) =>
      forecast(nodeEni, attachments, { budget: deps.budget, permits, clock }).durationMs,
    onMaking: (nodeEni, attachments) =>
      announceConvergence(nodeEni, attachments, { budget: deps.budget, permits, events, clock }),
  });
  const reconcileAttachment = createAttachmentReconcile({
    caches,
    cluster,
    inventory,
    lister,
    directories,
    permits,
    memory: new AttemptMemory(),
    claims: createClaimGuard({ writer: deps.attachmentWriter, clock }),
    releaseGate: createReleaseGateKeeper({
      ...deps,
      ...config,
      caches,
      pods: new PodDirectory(deps.podReader, clock),
      writer: deps.attachmentWriter,
    }),
    hostDaemon: config.hostDaemon ?? 'Disabled',
    ec2,
    writer: deps.attachmentWriter,
    events,
    clock,
    sha256: deps.sha256,
    takeOverReference,
    onFirstAttached: (durationMs) => metrics.engine.firstAttached(durationMs),
    onFirstReady: (durationMs) => metrics.engine.firstReady(durationMs),
  });

  const { nodeEnis, attachments, nodes } = informers;
  const guard = createIdentityGuard(
    { list: () => attachments.cache.list(), ready: () => attachments.ready() },
    cluster,
    config.adoptIdentity,
  );
  const manager = new Manager({
    clock,
    logger,
    informers: [nodeEnis, attachments, nodes, guard],
    election: elector,
    controllers: [
      adoptIdentityFirst(lister, {
        cluster,
        ec2,
        clock,
        random,
        logger,
        adopted: config.adoptIdentity,
        reader: deps.ec2,
        attachments: deps.attachmentWriter,
        nodes: caches.nodes,
        budget: deps.budget,
      }),
      orphans.runnable,
      readiness.runnable,
      createReferenceSurvey({
        ...deps,
        caches,
        reader: deps.ec2,
        onCounted: (counts) => metrics.referenceEnis(counts),
        resyncPeriodMs: config.resyncPeriodMs,
        isWanted: takeOverReference,
      }),
      createController({
        name: 'nodeeni',
        queue: queues.nodeEnis,
        workers: config.maxConcurrentReconciles,
        reconcile: reconcileNodeEni,
        clock,
        logger,
        metrics: metrics.controller('nodeeni'),
        severityOf,
        retryAfterMsOf,
      }),
      createController({
        name: 'attachment',
        queue: queues.attachments,
        workers: ATTACHMENT_WORKERS,
        reconcile: reconcileAttachment,
        clock,
        logger,
        metrics: metrics.controller('attachment'),
        severityOf,
        retryAfterMsOf,
      }),
      ...webhookCertificatesControllers({ ...deps, severityOf }),
    ],
  });
  addReadyChecks(manager, lister, [nodeEnis, attachments, nodes]);
  return manager;
}
