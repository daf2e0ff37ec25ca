import { isDeepStrictEqual } from 'node:util';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { type ClusterNode, matchesSelector } from '../domain/node-selection.ts';
import type { Informer, InformerEvent } from '../runtime/informer.ts';
import type { Clock } from '../runtime/clock.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import { paceWakes } from './pace-wakes.ts';
import type { AttachmentIndex, NodeEniIndex, NodeIndex } from './caches.ts';

/** The informers of the operator. */
export interface OperatorInformers {
  readonly nodeEnis: Informer<NodeENI, NodeEniIndex>;
  readonly attachments: Informer<NodeENIAttachment, AttachmentIndex>;
  readonly nodes: Informer<ClusterNode, NodeIndex>;
}

/** The queues of the operator. */
export interface OperatorQueues {
  readonly nodeEnis: WorkQueue;
  readonly attachments: WorkQueue;
}

/** Whether nothing changed but what concerns no ENI. */
function isSameForEnis(old: ClusterNode, object: ClusterNode): boolean {
  return isDeepStrictEqual({ ...old, health: object.health }, object);
}

/** The states of an object that an event tells of. */
export function statesOf<T>(event: InformerEvent<T>): T[] {
  switch (event.type) {
    case 'added':
    case 'resynced':
      return [event.object];
    case 'updated':
      return [event.old, event.object];
    case 'deleted':
      return [event.old];
  }
}

/**
 * An attachment changes some times on its way, and a NodeENI may have thousands: a look at all of them serves every
 * change since the one before. Its status is written no more often anyway.
 */
const OWNER_WAKE_PERIOD_MS = 1_000;

/** Says which keys each change of a cache wakes. Filters are here, so that reconciles need none. */
export function wireEvents(informers: OperatorInformers, queues: OperatorQueues, clock: Clock): void {
  const { nodeEnis, attachments, nodes } = informers;
  const owners = paceWakes(queues.nodeEnis, clock, OWNER_WAKE_PERIOD_MS);

  nodeEnis.addHandler((event) => {
    queues.nodeEnis.add(event.key, event.type === 'resynced' ? 'low' : 'high');
    if (event.type === 'deleted') owners.forget(event.key);
    if (event.type !== 'updated') return;
    const [was, is] = [event.old.metadata, event.object.metadata];
    // Orders for a release are annotations, which change no generation.
    if (was.generation === is.generation && isDeepStrictEqual(was.annotations, is.annotations)) return;
    for (const attachment of attachments.cache.byIndex('nodeEni', event.key)) {
      queues.attachments.add(attachment.metadata.name);
    }
  });

  attachments.addHandler((event) => {
    if (event.type === 'resynced') return;
    queues.attachments.add(event.key);
    const instances = new Set<string>();
    for (const { spec } of statesOf(event)) {
      owners.wake(spec.nodeENI.name);
      instances.add(spec.instanceID);
    }
    if (event.type !== 'deleted') return;
    // What it held on the instance is free now.
    for (const instanceId of instances) wakeInstance(instanceId);
  });

  nodes.addHandler((event) => {
    if (event.type === 'updated' && isSameForEnis(event.old, event.object)) return;
    const states = statesOf(event);
    for (const nodeEni of nodeEnis.cache.list()) {
      if (states.some((node) => matchesSelector(nodeEni.spec.nodeSelector, node.labels))) {
        queues.nodeEnis.add(nodeEni.metadata.name);
      }
    }
    for (const { instanceId } of states) {
      if (instanceId === undefined) continue;
      wakeInstance(instanceId);
      for (const { spec } of attachments.cache.byIndex('instance', instanceId))
        queues.nodeEnis.add(spec.nodeENI.name);
    }
  });

  function wakeInstance(instanceId: string): void {
    for (const { metadata } of attachments.cache.byIndex('instance', instanceId)) {
      queues.attachments.add(metadata.name);
    }
  }
}
