import type { Scheduler } from 'fast-check';
import { ADMISSION_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import {
  attachmentIndexers,
  type AttachmentIndex,
  type NodeEniIndex,
  nodeEniIndexers,
  nodeIndexers,
  type NodeIndex,
} from '../../src/operator/caches.ts';
import type { ClusterNode } from '../../src/domain/node-selection.ts';
import { ClaimBook } from '../../src/operator/claims/claim-book.ts';
import { createClaimGuard } from '../../src/operator/claims/claim-guard.ts';
import { isEngaged, keysOfAttachment } from '../../src/operator/claims/claims-of-attachment.ts';
import { wakeLosers } from '../../src/operator/claims/wake-losers.ts';
import type { Ec2Directories } from '../../src/operator/engine/ec2-directories.ts';
import { createNodeEniReconcile } from '../../src/operator/node-eni/controller.ts';
import { NodeEniReporter } from '../../src/operator/node-eni/report.ts';
import type { Attempt } from '../../src/operator/ports.ts';
import { wireEvents } from '../../src/operator/wire-events.ts';
import { createController } from '../../src/runtime/controller.ts';
import { done, type ReconcileOutcome } from '../../src/runtime/outcome.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { WorkQueue } from '../../src/runtime/work-queue.ts';
import { aClusterNode } from '../builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from '../builders/ec2-resources.ts';
import { aNodeEni } from '../builders/node-eni.ts';
import { fedInformer } from './fed-informer.ts';
import { scheduledCall, scheduledClock, ScheduledCollection, timeOf } from './scheduled-api.ts';
import { markDeleted, scheduledAttachmentWriter, scheduledNodeEniWriter } from './scheduled-writers.ts';

/** A NodeENI of the world; all of them want device index 2 of every node. */
export interface ClaimingNodeEni {
  readonly name: string;
  /** Whole seconds, as the API server stores them. */
  readonly createdAtSeconds: number;
  readonly replaces?: string;
}

/** API server and operators whose every message takes as long as the scheduler likes. */
export interface ClaimWorld {
  /** Starts an operator: empty caches, that fill as its watches deliver. Nothing but the API server keeps two apart. */
  readonly startReplica: () => void;
  readonly createNodeEni: (wanted: ClaimingNodeEni) => Promise<void>;
  readonly deleteNodeEni: (name: string) => Promise<void>;
  readonly nodeEnis: () => NodeENI[];
  readonly attachments: () => NodeENIAttachment[];
  /** Changes of EC2 that were made: for which key, and for which attachment and NodeENI. */
  readonly ec2Changes: readonly {
    readonly key: string;
    readonly uid: string;
    readonly nodeEniName: string;
  }[];
  /** Attachments that were made although there was one of their key. */
  readonly doubles: readonly string[];
  /** Changes of EC2 that were made while another attachment of the key was engaged. */
  readonly violations: readonly string[];
}

/** A world of nodes `node-1` to `node-<n>`, each on its own instance. */
export function claimWorld(scheduler: Scheduler, nodes: number): ClaimWorld {
  let version = 0;
  const nextVersion = (): string => String((version += 1));
  const nodeEnis = new ScheduledCollection<NodeENI>(nextVersion);
  const attachments = new ScheduledCollection<NodeENIAttachment>(nextVersion);
  const clusterNodes = Array.from({ length: nodes }, (_, at): ClusterNode => {
    const number = at + 1;
    return aClusterNode({ name: `node-${number}`, uid: `node-uid-${number}`, instanceId: `i-${number}` });
  });
  const ec2Changes: { key: string; uid: string; nodeEniName: string }[] = [];
  const doubles: string[] = [];
  const violations: string[] = [];
  const clock = scheduledClock(scheduler);
  const call = scheduledCall(scheduler);
  const attachmentWriter = scheduledAttachmentWriter({
    call,
    nodeEnis,
    attachments,
    onMade: (name, nodeName) => {
      if (attachments.all().some((other) => other.spec.nodeName === nodeName)) doubles.push(name);
    },
  });
  const nodeEniWriter = scheduledNodeEniWriter({ call, nodeEnis });
  const directories: Ec2Directories = {
    instances: async (ids) => new Map(ids.map((instanceId) => [instanceId, anInstance({ instanceId })])),
    peekInstance: (instanceId) => anInstance({ instanceId }),
    invalidateInstance: () => undefined,
    interfacesChanged: () => undefined,
    enisToTakeOver: async () => [],
    limits: async () => undefined,
    subnets: () => call('subnets', () => [aSubnet()]),
    securityGroups: async () => [aSecurityGroup()],
  };

  function changeEc2(attachment: NodeENIAttachment): void {
    const { uid } = attachment.metadata;
    for (const key of keysOfAttachment(attachment)) {
      ec2Changes.push({ key, uid, nodeEniName: attachment.spec.nodeENI.name });
      for (const other of attachments.all()) {
        if (other.metadata.uid === uid || !isEngaged(other) || !keysOfAttachment(other).includes(key))
          continue;
        violations.push(`${attachment.metadata.name} although ${other.metadata.name} has ${key}`);
      }
    }
  }

  function startReplica(): void {
    const fed = {
      nodeEnis: fedInformer<NodeENI, NodeEniIndex>('nodeenis', nodeEniIndexers),
      attachments: fedInformer<NodeENIAttachment, AttachmentIndex>('nodeeniattachments', attachmentIndexers),
      nodes: fedInformer<ClusterNode, NodeIndex>('nodes', nodeIndexers),
    };
    const caches = {
      nodeEnis: fed.nodeEnis.store,
      attachments: fed.attachments.store,
      nodes: fed.nodes.store,
    };
    const informers = {
      nodeEnis: fed.nodeEnis.informer,
      attachments: fed.attachments.informer,
      nodes: fed.nodes.informer,
    };
    const newQueue = (): WorkQueue => new WorkQueue({ clock, random: seededRandom(1) });
    const queues = { nodeEnis: newQueue(), attachments: newQueue() };
    const claims = new ClaimBook({ isKnown: (name) => caches.attachments.get(name) !== undefined });
    wireEvents(informers, queues, clock);
    wakeLosers(informers, queues.nodeEnis, claims);
    for (const object of clusterNodes) {
      fed.nodes.store.put({ key: object.name, uid: object.uid, resourceVersion: '1', object });
    }
    nodeEnis.watch(scheduler, fed.nodeEnis);
    attachments.watch(scheduler, fed.attachments);
    const guard = createClaimGuard({ writer: attachmentWriter, clock });
    const attempt: Attempt = {
      description: '',
      tags: {},
      number: 1,
      subnetID: 'subnet-a',
      securityGroupIDs: ['sg-1'],
      createdAt: timeOf(500),
    };

    /** The attachment controller, as far as claims go: its first change of EC2 and its release. */
    async function reconcileAttachment(name: string, signal: AbortSignal): Promise<ReconcileOutcome> {
      const attachment = caches.attachments.get(name);
      if (attachment === undefined) return done;
      if (attachment.metadata.deletionTimestamp !== undefined) {
        await attachmentWriter.removeFinalizer(attachment, signal);
        return done;
      }
      const unsettled = await guard.settle(attachment, signal);
      if (unsettled !== undefined) return unsettled;
      if (attachment.spec.attempt !== undefined) return done;
      const next = await attachmentWriter.freezeAttempt(attachment, attempt, signal);
      changeEc2(next);
      return done;
    }

    const reconcileNodeEni = createNodeEniReconcile({
      caches,
      claims,
      clock,
      directories,
      attachmentWriter,
      detachGraceMs: 30_000,
      nodeGoneGraceMs: 300_000,
      writer: nodeEniWriter,
      reporter: new NodeEniReporter({ writer: nodeEniWriter, events: { record: () => undefined }, clock }),
    });
    const common = { workers: 3, clock, logger: new RecordingLogger() };
    const never = new AbortController().signal;
    void createController({
      ...common,
      name: 'nodeeni',
      queue: queues.nodeEnis,
      reconcile: reconcileNodeEni,
    }).start(never);
    void createController({
      ...common,
      name: 'attachment',
      queue: queues.attachments,
      reconcile: reconcileAttachment,
    }).start(never);
  }

  return {
    startReplica,
    ec2Changes,
    doubles,
    violations,
    nodeEnis: () => nodeEnis.all(),
    attachments: () => attachments.all(),
    createNodeEni: ({ name, createdAtSeconds, replaces }) =>
      call(`create ${name}`, () => {
        const annotations = replaces === undefined ? {} : { [ADMISSION_ANNOTATIONS.replaces]: replaces };
        const uid = `uid-of-${name}`;
        nodeEnis.put(aNodeEni({}, { name, uid, creationTimestamp: timeOf(createdAtSeconds), annotations }));
      }),
    deleteNodeEni: (name) =>
      call(`delete ${name}`, () => {
        const stored = nodeEnis.get(name);
        if (stored !== undefined) markDeleted(nodeEnis, stored);
      }),
  };
}
