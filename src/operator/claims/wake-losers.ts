import { isDeepStrictEqual } from 'node:util';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { InformerEvent } from '../../runtime/informer.ts';
import type { WorkQueue } from '../../runtime/work-queue.ts';
import type { OperatorInformers } from '../wire-events.ts';
import type { ClaimBook } from './claim-book.ts';
import { keysOfAttachment } from './claims-of-attachment.ts';

/** A winner's attachments go one by one; the loser looks at all that went meanwhile. */
const TOGETHER_MS = 200;

/**
 * Wakes NodeENIs that wait for others: losers of a place when its attachment appears, begins to go or is gone, and when the NodeENI
 * they lost to changes, or is looked at and neither has the place nor makes it; and those that share a subnet on an instance. Each
 * event costs a look-up, not a scan.
 */
export function wakeLosers(
  { nodeEnis, attachments }: Pick<OperatorInformers, 'nodeEnis' | 'attachments'>,
  queue: WorkQueue,
  claims: ClaimBook,
): void {
  claims.onWake((loser) => queue.addAfter(loser, TOGETHER_MS));

  nodeEnis.addHandler((event) => {
    if (!isNewsOfNodeEni(event)) return;
    for (const loser of claims.losersTo(event.key)) queue.addAfter(loser, TOGETHER_MS);
  });

  attachments.addHandler((event) => {
    const attachment = newsOfAttachment(event);
    if (attachment === undefined) return;
    const { spec } = attachment;
    for (const key of keysOfAttachment(attachment)) {
      for (const [loser, winner] of claims.losersOf(key)) {
        // Who knows that this one goes before it learns nothing from its making.
        if (event.type === 'added' && winner === spec.nodeENI.name) continue;
        queue.addAfter(loser, TOGETHER_MS);
      }
    }
    for (const other of attachments.cache.byIndex('instance', spec.instanceID)) {
      if (other.spec.subnetID !== spec.subnetID || other.spec.nodeENI.name === spec.nodeENI.name) continue;
      queue.addAfter(other.spec.nodeENI.name, TOGETHER_MS);
    }
  });
}

function isNewsOfNodeEni(event: InformerEvent<NodeENI>): boolean {
  if (event.type === 'resynced') return false;
  if (event.type !== 'updated') return true;
  const [was, is] = [event.old.metadata, event.object.metadata];
  return was.generation !== is.generation || !isDeepStrictEqual(was.annotations, is.annotations);
}

/** The attachment, if it came, begins to go, or went. */
function newsOfAttachment(event: InformerEvent<NodeENIAttachment>): NodeENIAttachment | undefined {
  switch (event.type) {
    case 'added':
      return event.object;
    case 'deleted':
      return event.old;
    case 'updated':
      return event.old.metadata.deletionTimestamp === event.object.metadata.deletionTimestamp
        ? undefined
        : event.object;
    case 'resynced':
      return undefined;
  }
}
