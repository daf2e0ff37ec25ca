import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { Eni } from './ec2-resources.ts';
import type { EniClaim } from './owned-eni.ts';
import { type ClusterIdentity, identityTags } from './ownership.ts';

/**
 * Tags by which others mark what they own: the VPC CNI, the VPC resource controller and EKS (amazon-vpc-cni-k8s
 * pkg/awsutils, amazon-vpc-resource-controller-k8s pkg/config).
 */
const OWNER_TAGS = ['node.k8s.amazonaws.com/instance_id', 'eks:eni:owner'];

/** Whether a tag says that a component of AWS owns the ENI. */
export function isOfAwsComponent({ tags }: Pick<Eni, 'tags'>): boolean {
  return OWNER_TAGS.some((key) => tags[key] !== undefined);
}

/**
 * Whether an ENI that an attachment remembers by its id only lost tags of ours, so that they may be restored: it is
 * attached exactly where the attachment wants it, and no tag says that it is somebody else's, or for something else.
 */
export function isOursWithoutTags(eni: Eni, claim: EniClaim, cluster: ClusterIdentity): boolean {
  const { attachment, tags } = eni;
  const isInPlace =
    attachment?.status === 'attached' &&
    attachment.instanceId === claim.purpose.instanceId &&
    attachment.networkCardIndex === claim.networkCardIndex &&
    attachment.deviceIndex === claim.deviceIndex;
  const ours = { ...identityTags(cluster, claim.purpose), [ENI_TAGS.attachment]: claim.attachmentUid };
  return (
    isInPlace &&
    Object.entries(ours).every(([key, value]) => (tags[key] ?? value) === value) &&
    !isOfAwsComponent(eni)
  );
}
