import { FINALIZER } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { AttachmentWriter, NodeEniWriter } from '../../src/operator/ports.ts';
import {
  conflict,
  type ScheduledCall,
  type ScheduledCollection,
  type Stored,
  timeOf,
} from './scheduled-api.ts';

function current<T extends Stored>(collection: ScheduledCollection<T>, read: Stored['metadata']): T {
  const stored = collection.get(read.name);
  if (stored?.metadata.resourceVersion !== read.resourceVersion) throw conflict(read.name);
  return stored;
}

/** What `kubectl delete` does while a finalizer holds the object. */
export function markDeleted<T extends Stored>(collection: ScheduledCollection<T>, stored: T): void {
  if (stored.metadata.deletionTimestamp !== undefined) return;
  const generation = stored.metadata.generation + 1;
  collection.putOrRemove({
    ...stored,
    metadata: { ...stored.metadata, deletionTimestamp: timeOf(900), generation },
  });
}

/** What the writers work on. */
interface WriterWorld {
  readonly call: ScheduledCall;
  readonly nodeEnis: ScheduledCollection<NodeENI>;
  readonly attachments: ScheduledCollection<NodeENIAttachment>;
  /** An attachment is made, under that name and on that node. */
  readonly onMade: (name: string, nodeName: string) => void;
}

/** The operator's writer of attachments over such an API server. */
export function scheduledAttachmentWriter({
  call,
  nodeEnis,
  attachments,
  onMade,
}: WriterWorld): AttachmentWriter {
  let made = 0;
  return {
    applyIntent: ({ name, owner, spec }) =>
      call(`apply ${name}`, () => {
        const stored = attachments.get(name);
        if (stored === undefined) onMade(name, spec.nodeName);
        const ownerReference = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', ...owner };
        attachments.put({
          apiVersion: 'networking.k8s.aws/v1alpha1',
          kind: 'NodeENIAttachment',
          metadata: {
            ...(stored?.metadata ?? {
              name,
              uid: `uid-${(made += 1)}`,
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
    get: (name) => call('get', () => attachments.get(name)),
    ownerExists: (name) => call('owner', () => nodeEnis.get(name) !== undefined),
    list: () => call('list', () => attachments.all()),
  };
}

/** The operator's writer of NodeENIs over such an API server. */
export function scheduledNodeEniWriter({
  call,
  nodeEnis,
}: Pick<WriterWorld, 'call' | 'nodeEnis'>): NodeEniWriter {
  return {
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
}
