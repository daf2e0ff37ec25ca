import type { ClusterNode } from './node-selection.ts';

/**
 * Label of the Amazon VPC CNI: `false` while the node waits for its trunk interface, `true` once that is attached
 * (aws/amazon-vpc-cni-k8s, README, ENABLE_POD_ENI). Karpenter's documentation advises to set it from the start.
 */
export const TRUNK_LABEL = 'vpc.amazonaws.com/has-trunk-attached';

/** Interfaces to be left free on an instance: the trunk interface to come would find no place otherwise. */
export function trunkReserve(nodes: readonly Pick<ClusterNode, 'labels'>[]): number {
  return nodes.some(({ labels }) => labels[TRUNK_LABEL] === 'false') ? 1 : 0;
}
