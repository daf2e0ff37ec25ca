import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type ClaimHolder, claimKeys } from '../../domain/index-claims.ts';

/** Keys that the attachment holds. */
export function keysOfAttachment({ spec }: Pick<NodeENIAttachment, 'spec'>): string[] {
  const { instanceID, networkCardIndex, deviceIndex, dpdk } = spec;
  const pci = dpdk?.pciAddress === undefined ? {} : { pciAddress: dpdk.pciAddress };
  return claimKeys(instanceID, { networkCardIndex, deviceIndex, ...pci });
}

/** The attachment as far as its right to its keys goes. */
export function toHolder(attachment: NodeENIAttachment): ClaimHolder {
  const { metadata, spec } = attachment;
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    nodeEniName: spec.nodeENI.name,
    createdAtMs: Date.parse(metadata.creationTimestamp),
    keys: keysOfAttachment(attachment),
    isEngaged: isEngaged(attachment),
    isReleasing: metadata.deletionTimestamp !== undefined,
  };
}

/** Whether EC2 may have been called for the attachment. */
export function isEngaged({ spec, status }: Pick<NodeENIAttachment, 'spec' | 'status'>): boolean {
  return spec.attempt !== undefined || status.eniID !== undefined;
}
