import { RELEASE_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';

/** What a person orders for an attachment that is being released. */
export interface ReleaseOrders {
  /** The object goes at once; ENI and tags stay as they are. */
  readonly isAbandoned: boolean;
  /** A detach that does not end is forced. */
  readonly isForced: boolean;
}

type Annotated = Pick<NodeENI | NodeENIAttachment, 'metadata'>;

function isOrdered(object: Annotated | undefined, annotation: string): boolean {
  return (
    object?.metadata.deletionTimestamp !== undefined && object.metadata.annotations?.[annotation] === 'true'
  );
}

/**
 * Reads the orders for an attachment: from its own annotations, or from those of its NodeENI while that is being deleted,
 * too. Without a deletion an annotation orders nothing, and a NodeENI of another uid says nothing about it.
 */
export function releaseOrders(attachment: NodeENIAttachment, namesake: NodeENI | undefined): ReleaseOrders {
  const owner = namesake?.metadata.uid === attachment.spec.nodeENI.uid ? namesake : undefined;
  const isReleasing = attachment.metadata.deletionTimestamp !== undefined;
  const ordered = (annotation: string): boolean =>
    isReleasing && (isOrdered(attachment, annotation) || isOrdered(owner, annotation));
  return {
    isAbandoned: ordered(RELEASE_ANNOTATIONS.abandon),
    isForced: ordered(RELEASE_ANNOTATIONS.forceDetach),
  };
}
