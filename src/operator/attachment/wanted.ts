import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import type { DeletionPolicy } from '../../domain/effective-spec.ts';
import type { EniObservation } from '../../domain/eni-step.ts';
import type { ClusterIdentity } from '../../domain/ownership.ts';
import { type TagFacts, tagWish } from '../../domain/tag-wish.ts';
import type { Caches } from '../caches.ts';

interface WantedDeps {
  readonly caches: Caches;
  readonly cluster: ClusterIdentity;
}

/** What the wish for the tags of the attachment's ENI depends on. */
export function tagFactsOf(attachment: NodeENIAttachment, cluster: ClusterIdentity): TagFacts {
  const { metadata, spec, status } = attachment;
  return {
    cluster,
    purpose: { nodeEniName: spec.nodeENI.name, instanceId: spec.instanceID, slotKey: spec.slot },
    nodeName: spec.nodeName,
    attachmentUid: metadata.uid,
    ...(spec.attempt === undefined ? {} : { attempt: spec.attempt }),
    ...(spec.tags === undefined ? {} : { userTags: spec.tags }),
    stored: status,
  };
}

/** The NodeENI stays until its attachments are gone, and knows better than a copy that was made some time before. */
function deletionPolicyOf({ spec }: NodeENIAttachment, { caches }: WantedDeps): DeletionPolicy {
  const nodeEni = caches.nodeEnis.get(spec.nodeENI.name);
  const isOwner = nodeEni?.metadata.uid === spec.nodeENI.uid;
  return (isOwner ? nodeEni?.spec.deletionPolicy : undefined) ?? spec.deletionPolicy ?? 'Delete';
}

/** What the attachment wants of its ENI. */
export function wantedOf(
  attachment: NodeENIAttachment,
  eni: Eni | undefined,
  deps: WantedDeps,
): EniObservation['wanted'] {
  const { spec } = attachment;
  const { secondaryPrivateIPCount, ipv4PrefixCount, ipv6AddressCount, ipv6PrefixCount } = spec;
  return {
    instanceId: spec.instanceID,
    networkCardIndex: spec.networkCardIndex,
    deviceIndex: spec.deviceIndex,
    deleteOnTermination: spec.deleteOnTermination,
    sourceDestCheck: spec.sourceDestCheck,
    deletionPolicy: deletionPolicyOf(attachment, deps),
    securityGroupIds: spec.securityGroupIDs,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    tags:
      eni === undefined ? { required: {}, obsolete: {} } : tagWish(eni, tagFactsOf(attachment, deps.cluster)),
    addresses: {
      ...(secondaryPrivateIPCount === undefined ? {} : { secondaryPrivateIPCount }),
      ...(ipv4PrefixCount === undefined ? {} : { ipv4PrefixCount }),
      ...(ipv6AddressCount === undefined ? {} : { ipv6AddressCount }),
      ...(ipv6PrefixCount === undefined ? {} : { ipv6PrefixCount }),
    },
  };
}
