import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { findSharedSubnets, type SharedSubnet, type SubnetUser } from '../../domain/shared-subnets.ts';
import type { Caches } from '../caches.ts';

function toUser({ metadata, spec }: NodeENIAttachment): SubnetUser {
  return {
    nodeEniName: spec.nodeENI.name,
    nodeName: spec.nodeName,
    instanceId: spec.instanceID,
    subnetId: spec.subnetID,
    isReleasing: metadata.deletionTimestamp !== undefined,
  };
}

/** Subnets that a NodeENI's attachments share with those of other NodeENIs, as far as the cache knows. */
export function sharedSubnetsOf(
  attachments: readonly NodeENIAttachment[],
  caches: Pick<Caches, 'attachments'>,
): SharedSubnet[] {
  return findSharedSubnets(
    attachments.map((attachment) => toUser(attachment)),
    (instanceId) =>
      caches.attachments.byIndex('instance', instanceId).map((attachment) => toUser(attachment)),
  );
}
