import { FINALIZER } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { ClusterNode } from '../../src/domain/node-selection.ts';
import {
  attachmentIndexers,
  type AttachmentIndex,
  type Caches,
  nodeEniIndexers,
  type NodeEniIndex,
  nodeIndexers,
  type NodeIndex,
} from '../../src/operator/caches.ts';
import type {
  AttachmentWriter,
  EventSink,
  NodeEniWriter,
  NodePod,
  NodeWriter,
  PodReader,
} from '../../src/operator/ports.ts';
import type { NetworkDefinition } from '../../src/domain/host/link-users.ts';
import type { OperatorInformers } from '../../src/operator/wire-events.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { fedInformer } from './fed-informer.ts';
import { sharedStatus } from './shared-status.ts';

function conflict(name: string): Error {
  return Object.assign(new Error(`${name} has changed`), { kind: 'conflict', reason: 'Conflict' });
}

/** What was told to people. */
export type RecordedEvent = Parameters<EventSink['record']>[0];

/** The API server as the operator sees it: caches that follow every write at once, writers, and events. */
export class FakeCluster {
  readonly informers: OperatorInformers;
  readonly caches: Caches;
  readonly events: RecordedEvent[] = [];
  /** Writes that changed something or would have, by method, in order. */
  readonly writes: string[] = [];
  /** Pods of all nodes that have networks of their own, or are the daemon's. */
  pods: NodePod[] = [];
  networkDefinitions: NetworkDefinition[] = [];
  /** Why pods cannot be read. */
  podFailure: Error | undefined;
  /** Reads past the caches, in order. */
  readonly reads: string[] = [];
  readonly #clock: Clock;
  readonly #nodeEnis = fedInformer<NodeENI, NodeEniIndex>('nodeenis', nodeEniIndexers);
  readonly #attachments = fedInformer<NodeENIAttachment, AttachmentIndex>(
    'nodeeniattachments',
    attachmentIndexers,
  );
  readonly #nodes = fedInformer<ClusterNode, NodeIndex>('nodes', nodeIndexers);
  #version = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.informers = {
      nodeEnis: this.#nodeEnis.informer,
      attachments: this.#attachments.informer,
      nodes: this.#nodes.informer,
    };
    this.caches = {
      nodeEnis: this.#nodeEnis.store,
      attachments: this.#attachments.store,
      nodes: this.#nodes.store,
    };
  }

  putNodeEni(nodeEni: NodeENI): void {
    const object = { ...nodeEni, metadata: this.#stamp(nodeEni.metadata) };
    const { name: key, uid, resourceVersion } = object.metadata;
    this.#nodeEnis.tell(this.#nodeEnis.store.put({ key, uid, resourceVersion, object }));
  }

  removeNodeEni(name: string): void {
    const { uid } = this.nodeEni(name).metadata;
    this.#nodeEnis.tell(this.#nodeEnis.store.remove(name, uid));
  }

  /** What the informer's resync does. */
  resyncNodeEni(name: string): void {
    this.#nodeEnis.tell([{ type: 'resynced', key: name, object: this.nodeEni(name) }]);
  }

  putNode(object: ClusterNode): void {
    const { name: key, uid } = object;
    const entry = { key, uid, resourceVersion: this.#nextVersion(), object };
    this.#nodes.tell(this.#nodes.store.put(entry));
  }

  removeNode(name: string): void {
    const node = this.caches.nodes.get(name);
    if (node !== undefined) this.#nodes.tell(this.#nodes.store.remove(name, node.uid));
  }

  putAttachment(attachment: NodeENIAttachment): NodeENIAttachment {
    const object = { ...attachment, metadata: this.#stamp(attachment.metadata) };
    const { name: key, uid, resourceVersion } = object.metadata;
    this.#attachments.tell(this.#attachments.store.put({ key, uid, resourceVersion, object }));
    return object;
  }

  removeAttachment(name: string): void {
    const { uid } = this.attachment(name).metadata;
    this.#attachments.tell(this.#attachments.store.remove(name, uid));
  }

  /** What `kubectl delete` does while a finalizer holds the object. */
  deleteAttachment(name: string): void {
    const attachment = this.attachment(name);
    const deletionTimestamp = attachment.metadata.deletionTimestamp ?? this.#now();
    this.putAttachment({ ...attachment, metadata: { ...attachment.metadata, deletionTimestamp } });
  }

  nodeEni(name: string): NodeENI {
    const nodeEni = this.caches.nodeEnis.get(name);
    if (nodeEni === undefined) throw new Error(`no NodeENI ${name}`);
    return nodeEni;
  }

  attachment(name: string): NodeENIAttachment {
    const attachment = this.caches.attachments.get(name);
    if (attachment === undefined) throw new Error(`no attachment ${name}`);
    return attachment;
  }

  readonly nodeEniWriter: NodeEniWriter = {
    setFinalizer: async (nodeEni, isPresent) => {
      const { name, resourceVersion } = nodeEni.metadata;
      this.writes.push(isPresent ? 'addFinalizer' : 'removeFinalizer');
      const stored = this.nodeEni(name);
      if (stored.metadata.resourceVersion !== resourceVersion) throw conflict(name);
      const others = (stored.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
      const finalizers = isPresent ? [...others, FINALIZER] : others;
      this.putNodeEni({ ...stored, metadata: { ...stored.metadata, finalizers } });
      if (!isPresent && stored.metadata.deletionTimestamp !== undefined) this.removeNodeEni(name);
    },
    applyStatus: async (nodeEni, status) => {
      this.writes.push('nodeEniStatus');
      this.putNodeEni({ ...this.nodeEni(nodeEni.metadata.name), status });
    },
  };

  readonly attachmentWriter: AttachmentWriter = {
    applyIntent: async ({ name, owner, spec }) => {
      this.writes.push('applyIntent');
      const stored = this.caches.attachments.get(name);
      const reference = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', ...owner };
      this.putAttachment({
        apiVersion: 'networking.k8s.aws/v1alpha1',
        kind: 'NodeENIAttachment',
        metadata: {
          ...(stored?.metadata ?? {
            name,
            uid: `uid-of-${name}-${this.#version}`,
            resourceVersion: '',
            generation: 0,
            creationTimestamp: this.#now(),
          }),
          generation: (stored?.metadata.generation ?? 0) + 1,
          finalizers: [FINALIZER],
          ownerReferences: [{ ...reference, controller: true, blockOwnerDeletion: true }],
        },
        spec: { ...spec, ...(stored?.spec.attempt === undefined ? {} : { attempt: stored.spec.attempt }) },
        status: stored?.status ?? { observedGeneration: -1 },
      });
    },
    freezeAttempt: async (attachment, attempt) => {
      const { name, resourceVersion } = attachment.metadata;
      this.writes.push(`freezeAttempt ${attempt.number}`);
      const stored = this.attachment(name);
      if (stored.metadata.resourceVersion !== resourceVersion) throw conflict(name);
      const metadata = { ...stored.metadata, generation: stored.metadata.generation + 1 };
      return this.putAttachment({ ...stored, metadata, spec: { ...stored.spec, attempt } });
    },
    setUnwantedSince: async ({ name }, since) => {
      this.writes.push('setUnwantedSince');
      const { unwantedSince: _, ...status } = this.attachment(name).status;
      const marked = since === undefined ? status : { ...status, unwantedSince: since };
      this.putAttachment({ ...this.attachment(name), status: marked });
    },
    applyStatus: async (attachment, status) => {
      this.writes.push('attachmentStatus');
      const stored = this.attachment(attachment.metadata.name);
      this.putAttachment({ ...stored, status: sharedStatus(stored.status, status) });
    },
    delete: async ({ name, uid }) => {
      this.writes.push('deleteAttachment');
      if (this.caches.attachments.get(name)?.metadata.uid === uid) this.deleteAttachment(name);
    },
    retract: async ({ name, uid, resourceVersion }) => {
      this.writes.push('retractAttachment');
      const stored = this.caches.attachments.get(name);
      if (stored?.metadata.uid !== uid) return;
      if (stored.metadata.resourceVersion !== resourceVersion) throw conflict(name);
      this.deleteAttachment(name);
    },
    removeFinalizer: async ({ metadata: { name, resourceVersion } }) => {
      this.writes.push('finishAttachment');
      if (this.attachment(name).metadata.resourceVersion !== resourceVersion) throw conflict(name);
      this.removeAttachment(name);
    },
    get: async (name) => {
      this.reads.push(`get ${name}`);
      return this.caches.attachments.get(name);
    },
    ownerExists: async (name) => this.caches.nodeEnis.get(name) !== undefined,
    list: async () => this.caches.attachments.list(),
  };

  readonly podReader: PodReader = {
    list: async (nodeName) => {
      this.reads.push(`pods ${nodeName ?? '*'}`);
      if (this.podFailure !== undefined) throw this.podFailure;
      return this.pods.filter((pod) => nodeName === undefined || pod.nodeName === nodeName);
    },
    networkDefinitions: async () => this.networkDefinitions,
  };

  readonly nodeWriter: NodeWriter = {
    applyCondition: async (name, { status, reason, message, lastTransitionTime }) => {
      const eniCondition = { status, reason, message, lastTransitionTime };
      this.writes.push(`node ${name} ${eniCondition.status}`);
      const node = this.#node(name);
      this.putNode({ ...node, health: { ...node.health, eniCondition } });
    },
    withdrawCondition: async (name) => {
      this.writes.push(`node ${name} withdrawn`);
      const node = this.#node(name);
      const { eniCondition: _, ...health } = node.health;
      this.putNode({ ...node, health });
    },
    removeTaint: async ({ name }, key) => {
      this.writes.push(`untaint ${name}`);
      const node = this.#node(name);
      const taintKeys = node.health.taintKeys.filter((taint) => taint !== key);
      this.putNode({ ...node, health: { ...node.health, taintKeys } });
    },
  };

  #node(name: string): ClusterNode {
    const node = this.caches.nodes.get(name);
    if (node === undefined) throw new Error(`no Node ${name}`);
    return node;
  }

  readonly eventSink: EventSink = { record: (event) => void this.events.push(event) };

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  #nextVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #stamp<M extends { readonly resourceVersion: string }>(metadata: M): M {
    return { ...metadata, resourceVersion: this.#nextVersion() };
  }
}
