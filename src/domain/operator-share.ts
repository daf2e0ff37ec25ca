import type { HostConditionType } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';

const HOST_CONDITIONS: ReadonlySet<string> = new Set<HostConditionType>([
  'HostClaimed',
  'HostConfigured',
  'Released',
]);

type OperatorShare = Omit<NodeENIAttachmentStatus, 'unwantedSince' | 'host'>;

/** What the attachment controller writes of a status: not what the daemon, or the controller of NodeENIs, writes. */
export function operatorShare(status: NodeENIAttachmentStatus): OperatorShare {
  const { unwantedSince: _, host: __, conditions, ...share } = status;
  if (conditions === undefined) return share;
  return { ...share, conditions: conditions.filter(({ type }) => !HOST_CONDITIONS.has(type)) };
}

/** The same in an order of its own: the API server orders the conditions of several writers as it likes. */
export function inOrder(share: OperatorShare): OperatorShare {
  const { conditions } = share;
  if (conditions === undefined) return share;
  return { ...share, conditions: conditions.toSorted((a, b) => a.type.localeCompare(b.type)) };
}
