import { KARPENTER_DISRUPTED_TAINT, NODE_CONDITION } from '../../api/v1alpha1/names.ts';
import type { Node } from '../../gen/v1alpha1/stored.ts';
import { type ClusterNode, type NodeHealth, parseProviderId } from '../domain/node-selection.ts';

/** The few members of a Node that the operator keeps: half a kilobyte instead of twelve. */
export function toClusterNode(node: Node): ClusterNode {
  const instanceId = parseProviderId(node.spec?.providerID);
  const taints = node.spec?.taints ?? [];
  const internal = node.status?.addresses?.find(({ type }) => type === 'InternalIP');
  return {
    name: node.metadata.name,
    uid: node.metadata.uid,
    labels: node.metadata.labels ?? {},
    createdAtMs: Date.parse(node.metadata.creationTimestamp),
    ...(instanceId === undefined ? {} : { instanceId }),
    isGoing:
      node.metadata.deletionTimestamp !== undefined ||
      taints.some((taint) => taint.key === KARPENTER_DISRUPTED_TAINT),
    ...(internal === undefined ? {} : { internalAddress: internal.address }),
    health: healthOf(node),
  };
}

function healthOf({ spec, status }: Node): NodeHealth {
  const conditions = status?.conditions ?? [];
  const own = conditions.find(({ type }) => type === NODE_CONDITION);
  return {
    isReady: conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    taintKeys: (spec?.taints ?? []).map(({ key }) => key),
    ...(own === undefined
      ? {}
      : {
          eniCondition: {
            status: own.status,
            reason: own.reason ?? '',
            message: own.message ?? '',
            lastTransitionTime: own.lastTransitionTime ?? '',
          },
        }),
  };
}
