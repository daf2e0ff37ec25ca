import { ADMISSION_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';

/** Whether the NodeENI is being deleted although it is protected: admission was away. Nothing of it is released then. */
export function isDeletionHeld({ metadata }: Pick<NodeENI, 'metadata'>): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    metadata.annotations?.[ADMISSION_ANNOTATIONS.deletionProtection] === 'true'
  );
}

/**
 * Whether the release of an attachment is held, because the deletion of its NodeENI is: a deletion in the foreground, as GitOps tools
 * send it, makes Kubernetes delete the attachments, too. A NodeENI of another uid says nothing about it.
 */
export function isReleaseHeld(attachment: NodeENIAttachment, namesake: NodeENI | undefined): boolean {
  return (
    attachment.metadata.deletionTimestamp !== undefined &&
    namesake?.metadata.uid === attachment.spec.nodeENI.uid &&
    isDeletionHeld(namesake)
  );
}
