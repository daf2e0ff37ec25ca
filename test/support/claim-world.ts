import type { Scheduler } from 'fast-check';
import { ADMISSION_ANNOTATIONS, FINALIZER } from '../../api/v1alpha1/names.ts';
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
import type { Attempt, AttachmentWriter, NodeEniWriter } from '../../src/operator/ports.ts';
import { wireEvents } from '../../src/operator/wire-events.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { createController } from '../../src/runtime/controller.ts';
import { done, type ReconcileOutcome } from '../../src/runtime/outcome.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { WorkQueue } from '../../src/runtime/work-queue.ts';
import { aClusterNode } from '../builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from '../builders/ec2-resources.ts';
import { aNodeEni } from '../builders/node-eni.ts';
import { type FedInformer, fedInformer } from './fed-informer.ts';

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

/** Waits so long are rechecks and time limits, on which no winner may depend: they never end. */
const LONG_MS = 30_000;

interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly finalizers?: string[];
    readonly deletionTimestamp?: string;
  };
}

function conflict(name: string): Error {
  return Object.assign(new Error(`${name} has changed`), { kind: 'conflict' });
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Objects of one kind on the API server, and the watches that follow them. */
class Collection<T extends Stored> {
  readonly #objects = new Map<string, T>();
  readonly #log: { readonly type: 'put' | 'removed'; readonly object: T }[] = [];
  readonly #watches: (() => void)[] = [];
  readonly #nextVersion: () => string;

  constructor(nextVersion: () => string) {
    this.#nextVersion = nextVersion;
  }

  all(): T[] {
    return [...this.#objects.values()];
  }

  get(name: string): T | undefined {
    return this.#objects.get(name);
  }

  put(object: T): T {
    const resourceVersion = this.#nextVersion();
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion } };
    this.#objects.set(stored.metadata.name, stored);
    this.#tell({ type: 'put', object: stored });
    return stored;
  }

  /** What a change of finalizers or a deletion leaves: nothing, once it is deleted and no finalizer holds it. */
  putOrRemove(object: T): void {
    const { deletionTimestamp, finalizers = [], name } = object.metadata;
    if (deletionTimestamp === undefined || finalizers.length > 0) {
      this.put(object);
      return;
    }
    this.#objects.delete(name);
    this.#tell({ type: 'removed', object });
  }

  /** Feeds an informer with every event, in order, each as late as the scheduler likes. */
  watch(scheduler: Scheduler, { store, tell }: Pick<FedInformer<T, never>, 'store' | 'tell'>): void {
    let next = 0;
    let isDelivering = false;
    const deliver = async (): Promise<void> => {
      if (isDelivering) return;
      isDelivering = true;
      for (let event = this.#log[next]; event !== undefined; event = this.#log[next]) {
        next += 1;
        await scheduler.schedule(Promise.resolve(), 'watch event');
        const { object } = event;
        const { name: key, uid, resourceVersion } = object.metadata;
        tell(
          event.type === 'put' ? store.put({ key, uid, resourceVersion, object }) : store.remove(key, uid),
        );
      }
      isDelivering = false;
    };
    const wake = (): void => void deliver();
    this.#watches.push(wake);
    wake();
  }

  #tell(event: { readonly type: 'put' | 'removed'; readonly object: T }): void {
    this.#log.push(event);
    for (const watch of this.#watches) watch();
  }
}

/** A world of nodes `node-1` to `node-<n>`, each on its own instance. */
export function claimWorld(scheduler: Scheduler, nodes: number): ClaimWorld {
  let version = 0;
  const nextVersion = (): string => String((version += 1));
  const nodeEnis = new Collection<NodeENI>(nextVersion);
  const attachments = new Collection<NodeENIAttachment>(nextVersion);
  const clusterNodes = Array.from({ length: nodes }, (_, at): ClusterNode => {
    const number = at + 1;
    return aClusterNode({ name: `node-${number}`, uid: `node-uid-${number}`, instanceId: `i-${number}` });
  });
  const ec2Changes: { key: string; uid: string; nodeEniName: string }[] = [];
  const doubles: string[] = [];
  const violations: string[] = [];
  let elapsedMs = 0;
  const clock: Clock = {
    now: () => 1_000_000,
    monotonicMs: () => elapsedMs,
    schedule: (delayMs, callback) => {
      const dueMs = elapsedMs + delayMs;
      let isCancelled = delayMs >= LONG_MS;
      if (!isCancelled) {
        void scheduler.schedule(Promise.resolve(), 'timer').then(() => {
          if (isCancelled) return;
          elapsedMs = Math.max(elapsedMs, dueMs);
          callback();
        });
      }
      return { cancel: () => void (isCancelled = true) };
    },
  };

  /** A request on its way, its effect, and the reply on its way. */
  async function call<R>(label: string, act: () => R): Promise<R> {
    await scheduler.schedule(Promise.resolve(), `request ${label}`);
    let failure: unknown;
    let result: R | undefined;
    try {
      result = act();
    } catch (error) {
      failure = error;
    }
    await scheduler.schedule(Promise.resolve(), `reply ${label}`);
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error('no error');
    // What `act` returned; undefined belongs to R where it did.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return result as R;
  }

  function current<T extends Stored>(collection: Collection<T>, read: Stored['metadata']): T {
    const stored = collection.get(read.name);
    if (stored?.metadata.resourceVersion !== read.resourceVersion) throw conflict(read.name);
    return stored;
  }

  function markDeleted<T extends Stored>(collection: Collection<T>, stored: T): void {
    if (stored.metadata.deletionTimestamp !== undefined) return;
    collection.putOrRemove({
      ...stored,
      metadata: {
        ...stored.metadata,
        deletionTimestamp: timeOf(900),
        generation: stored.metadata.generation + 1,
      },
    });
  }

  const attachmentWriter: AttachmentWriter = {
    applyIntent: ({ name, owner, spec }) =>
      call(`apply ${name}`, () => {
        const stored = attachments.get(name);
        if (
          stored === undefined &&
          attachments.all().some((other) => other.spec.nodeName === spec.nodeName)
        ) {
          doubles.push(name);
        }
        const ownerReference = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', ...owner };
        attachments.put({
          apiVersion: 'networking.k8s.aws/v1alpha1',
          kind: 'NodeENIAttachment',
          metadata: {
            ...(stored?.metadata ?? {
              name,
              uid: `uid-${nextVersion()}`,
              resourceVersion: '',
              generation: 1,
              creationTimestamp: timeOf(500),
            }),
            finalizers: [FINALIZER],
            ownerReferences: [{ ...ownerReference, controller: true, blockOwnerDeletion: true }],
          },
          spec: { ...spec, ...(stored?.spec.attempt === undefined ? {} : { attempt: stored.spec.attempt }) },
          status: stored?.status ?? { observedGeneration: -1 },
        });
      }),
    freezeAttempt: (attachment, attempt) =>
      call(`freeze ${attachment.metadata.name}`, () => {
        const stored = current(attachments, attachment.metadata);
        return attachments.put({ ...stored, spec: { ...stored.spec, attempt } });
      }),
    setUnwantedSince: () => Promise.resolve(),
    applyStatus: () => Promise.resolve(),
    delete: ({ name, uid }) =>
      call(`delete ${name}`, () => {
        const stored = attachments.get(name);
        if (stored?.metadata.uid === uid) markDeleted(attachments, stored);
      }),
    retract: ({ name, uid, resourceVersion }) =>
      call(`retract ${name}`, () => {
        const stored = attachments.get(name);
        if (stored === undefined || stored.metadata.uid !== uid) return;
        if (stored.metadata.resourceVersion !== resourceVersion) throw conflict(name);
        markDeleted(attachments, stored);
      }),
    removeFinalizer: (attachment) =>
      call(`finish ${attachment.metadata.name}`, () => {
        const stored = current(attachments, attachment.metadata);
        attachments.putOrRemove({ ...stored, metadata: { ...stored.metadata, finalizers: [] } });
      }),
    ownerExists: (name) => call('owner', () => nodeEnis.get(name) !== undefined),
    list: () => call('list', () => attachments.all()),
  };
  const nodeEniWriter: NodeEniWriter = {
    setFinalizer: (nodeEni, isPresent) =>
      call(`finalizer ${nodeEni.metadata.name}`, () => {
        const stored = current(nodeEnis, nodeEni.metadata);
        const finalizers = isPresent ? [FINALIZER] : [];
        nodeEnis.putOrRemove({ ...stored, metadata: { ...stored.metadata, finalizers } });
      }),
    applyStatus: (nodeEni, status) =>
      call(`status ${nodeEni.metadata.name}`, () => {
        nodeEnis.put({ ...current(nodeEnis, nodeEni.metadata), status });
      }),
  };
  const directories: Ec2Directories = {
    instances: async (ids) => new Map(ids.map((instanceId) => [instanceId, anInstance({ instanceId })])),
    peekInstance: (instanceId) => anInstance({ instanceId }),
    invalidateInstance: () => undefined,
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
    wireEvents(informers, queues);
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
