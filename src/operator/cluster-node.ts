import { KARPENTER_DISRUPTED_TAINT } from '../../api/v1alpha1/names.ts';
import type { Node } from '../../gen/v1alpha1/stored.ts';
import { type ClusterNode, parseProviderId } from '../domain/node-selection.ts';

/** The few members of a Node that the operator keeps: half a kilobyte instead of twelve. */
export function toClusterNode(node: Node): ClusterNode {
  const instanceId = parseProviderId(node.spec?.providerID);
  const taints = node.spec?.taints ?? [];
  return {
    name: node.metadata.name,
    uid: node.metadata.uid,
    labels: node.metadata.labels ?? {},
    createdAtMs: Date.parse(node.metadata.creationTimestamp),
    ...(instanceId === undefined ? {} : { instanceId }),
    isGoing:
      node.metadata.deletionTimestamp !== undefined ||
      taints.some((taint) => taint.key === KARPENTER_DISRUPTED_TAINT),
  };
}
