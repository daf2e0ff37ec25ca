import { isDeepStrictEqual } from 'node:util';
import { API_GROUP, FINALIZER, NODE_CONDITION } from '../../api/v1alpha1/names.ts';
import type { Node, NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { ApiError, type ApiErrorKind } from '../../src/adapters/kubernetes/api-error.ts';
import type { AttachmentWriter, NodeEniWriter, NodeWriter } from '../../src/operator/ports.ts';
import { sharedStatus } from '../support/shared-status.ts';
import { MemoryCollection } from './memory-collection.ts';

/** Kinds that a finalizer can hold. */
interface Held {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
    readonly finalizers?: string[];
  };
}

const STATUS: Readonly<Record<'absent' | 'conflict' | 'rejected', number>> = {
  absent: 404,
  conflict: 409,
  rejected: 422,
};

function refusal(kind: keyof typeof STATUS & ApiErrorKind, name: string, why: string): ApiError {
  return new ApiError({ kind, status: STATUS[kind], reason: kind, message: `${name}: ${why}` });
}

function existing<T extends Held>(collection: MemoryCollection<T>, name: string): T {
  const stored = collection.get(name);
  if (stored === undefined) throw refusal('absent', name, 'not found');
  return stored;
}

function ofVersion<T extends Held>(collection: MemoryCollection<T>, read: Held['metadata']): T {
  const stored = existing(collection, read.name);
  if (stored.metadata.uid !== read.uid) throw refusal('conflict', read.name, 'another uid');
  if (stored.metadata.resourceVersion !== read.resourceVersion) {
    throw refusal('conflict', read.name, 'the object has been modified');
  }
  return stored;
}

/** Stores what differs only: the API server ignores writes that change nothing. */
function store<T extends Held>(collection: MemoryCollection<T>, stored: T, next: T): T {
  return isDeepStrictEqual(stored, next) ? stored : collection.put(next);
}

/** What the API server does with the three kinds the operator works on, as far as its writers can tell. */
export class MemoryCluster {
  readonly nodeEnis: MemoryCollection<NodeENI>;
  readonly attachments: MemoryCollection<NodeENIAttachment>;
  readonly nodes: MemoryCollection<Node>;
  readonly #nowMs: () => number;
  #version = 0;
  #uids = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    const options = { nowMs, nextVersion: () => this.#nextVersion() };
    this.nodeEnis = new MemoryCollection(options);
    this.attachments = new MemoryCollection(options);
    this.nodes = new MemoryCollection(options);
  }

  /** What `kubectl apply` of a NodeENI does. */
  applyNodeEni(name: string, spec: NodeENI['spec']): void {
    const stored = this.nodeEnis.get(name);
    if (stored === undefined) {
      this.nodeEnis.put({
        apiVersion: 'networking.k8s.aws/v1alpha1',
        kind: 'NodeENI',
        metadata: { name, generation: 1, ...this.#born() },
        spec,
        status: { observedGeneration: -1 },
      });
      return;
    }
    const generation = stored.metadata.generation + 1;
    this.nodeEnis.put({ ...stored, metadata: { ...stored.metadata, generation }, spec });
  }

  applyNode(node: {
    readonly name: string;
    readonly instanceId: string;
    readonly zone: string;
    readonly labels: Readonly<Record<string, string>>;
  }): void {
    const { name, instanceId, zone } = node;
    const labels = { ...node.labels, 'topology.kubernetes.io/zone': zone };
    const stored = this.nodes.get(name);
    const metadata = stored?.metadata ?? { name, ...this.#born() };
    this.nodes.put({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { ...metadata, labels },
      spec: { providerID: `aws:///${zone}/${instanceId}` },
      status: {},
    });
  }

  /** What `kubectl delete` does: an object with finalizers stays, marked. */
  delete<T extends Held>(collection: MemoryCollection<T>, name: string): void {
    const stored = collection.get(name);
    if (stored === undefined || stored.metadata.deletionTimestamp !== undefined) return;
    if ((stored.metadata.finalizers ?? []).length === 0) {
      collection.remove(name);
      return;
    }
    const { generation } = stored.metadata;
    const metadata = { ...stored.metadata, deletionTimestamp: this.#time(), generation: generation + 1 };
    collection.put({ ...stored, metadata });
  }

  readonly nodeEniWriter: NodeEniWriter = {
    setFinalizer: async (nodeEni, isPresent) => {
      const stored = ofVersion(this.nodeEnis, nodeEni.metadata);
      const others = (nodeEni.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
      this.#setFinalizers(this.nodeEnis, stored, isPresent ? [...others, FINALIZER] : others);
    },
    applyStatus: async (nodeEni, status) => {
      const stored = existing(this.nodeEnis, nodeEni.metadata.name);
      this.#checkVersion(stored, nodeEni);
      store(this.nodeEnis, stored, { ...stored, status });
    },
  };

  readonly attachmentWriter: AttachmentWriter = {
    applyIntent: async ({ name, owner, spec }) => {
      const ownerReferences = [
        {
          apiVersion: `${API_GROUP}/v1alpha1`,
          kind: 'NodeENI',
          name: owner.name,
          uid: owner.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ];
      const stored = this.attachments.get(name);
      if (stored === undefined) {
        this.attachments.put({
          apiVersion: 'networking.k8s.aws/v1alpha1',
          kind: 'NodeENIAttachment',
          metadata: { name, generation: 1, finalizers: [FINALIZER], ownerReferences, ...this.#born() },
          spec: { ...spec },
          status: { observedGeneration: -1 },
        });
        return;
      }
      const finalizers = stored.metadata.finalizers ?? [];
      const isNewFinalizer = !finalizers.includes(FINALIZER);
      if (isNewFinalizer && stored.metadata.deletionTimestamp !== undefined) {
        throw refusal('rejected', name, 'no new finalizers can be added if the object is being deleted');
      }
      const { attempt } = stored.spec;
      const next = { ...spec, ...(attempt === undefined ? {} : { attempt }) };
      const isSame = isDeepStrictEqual(next, stored.spec);
      store(this.attachments, stored, {
        ...stored,
        metadata: {
          ...stored.metadata,
          generation: stored.metadata.generation + (isSame ? 0 : 1),
          finalizers: isNewFinalizer ? [...finalizers, FINALIZER] : finalizers,
          ownerReferences,
        },
        spec: next,
      });
    },
    freezeAttempt: async (attachment, attempt) => {
      const stored = existing(this.attachments, attachment.metadata.name);
      this.#checkVersion(stored, attachment);
      const generation = stored.metadata.generation + 1;
      return this.attachments.put({
        ...stored,
        metadata: { ...stored.metadata, generation },
        spec: { ...stored.spec, attempt },
      });
    },
    setUnwantedSince: async ({ name }, since) => {
      const stored = existing(this.attachments, name);
      const { unwantedSince: _, ...rest } = stored.status;
      const status = since === undefined ? rest : { ...rest, unwantedSince: since };
      store(this.attachments, stored, { ...stored, status });
    },
    applyStatus: async (attachment, status) => {
      const stored = existing(this.attachments, attachment.metadata.name);
      this.#checkVersion(stored, attachment);
      store(this.attachments, stored, { ...stored, status: sharedStatus(stored.status, status) });
    },
    delete: async ({ name, uid }) => {
      if (this.attachments.get(name)?.metadata.uid === uid) this.delete(this.attachments, name);
    },
    retract: async ({ name, uid, resourceVersion }) => {
      const stored = this.attachments.get(name);
      if (stored?.metadata.uid !== uid) return;
      if (stored.metadata.resourceVersion !== resourceVersion) throw refusal('conflict', name, 'changed');
      this.delete(this.attachments, name);
    },
    removeFinalizer: async (attachment) => {
      const stored = ofVersion(this.attachments, attachment.metadata);
      const left = (attachment.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
      this.#setFinalizers(this.attachments, stored, left);
    },
    get: async (name) => this.attachments.get(name),
    ownerExists: async (name) => this.nodeEnis.get(name) !== undefined,
    list: async () => this.attachments.all(),
  };

  readonly nodeWriter: NodeWriter = {
    applyCondition: async (name, { writtenAt, ...condition }) => {
      const stored = this.#node(name);
      const others = (stored.status?.conditions ?? []).filter(({ type }) => type !== NODE_CONDITION);
      const own = { type: NODE_CONDITION, ...condition, lastHeartbeatTime: writtenAt };
      this.nodes.put({ ...stored, status: { ...stored.status, conditions: [...others, own] } });
    },
    withdrawCondition: async (name) => {
      const stored = this.#node(name);
      const conditions = (stored.status?.conditions ?? []).filter(({ type }) => type !== NODE_CONDITION);
      this.nodes.put({ ...stored, status: { ...stored.status, conditions } });
    },
    removeTaint: async ({ name }, key) => {
      const stored = this.#node(name);
      const taints = (stored.spec?.taints ?? []).filter((taint) => taint.key !== key);
      this.nodes.put({ ...stored, spec: { ...stored.spec, taints } });
    },
  };

  #node(name: string): Node {
    const stored = this.nodes.get(name);
    if (stored === undefined) throw refusal('absent', name, 'not found');
    return stored;
  }

  #checkVersion(stored: Held, read: Held): void {
    if (stored.metadata.resourceVersion === read.metadata.resourceVersion) return;
    throw refusal('conflict', read.metadata.name, 'the object has been modified');
  }

  #setFinalizers<T extends Held>(collection: MemoryCollection<T>, stored: T, finalizers: string[]): void {
    const { deletionTimestamp, name } = stored.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) {
      collection.remove(name);
      return;
    }
    const { finalizers: _, ...metadata } = stored.metadata;
    const next = finalizers.length === 0 ? metadata : { ...metadata, finalizers };
    store(collection, stored, { ...stored, metadata: next });
  }

  #born(): { readonly uid: string; readonly resourceVersion: string; readonly creationTimestamp: string } {
    this.#uids += 1;
    const uid = `${this.#uids.toString(16).padStart(6, '0')}00-0000-4000-8000-000000000000`;
    return { uid, resourceVersion: '', creationTimestamp: this.#time() };
  }

  #time(): string {
    return new Date(this.#nowMs()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }
}
