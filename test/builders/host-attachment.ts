import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { HostWish } from '../../src/domain/host-wish.ts';
import { macOf } from './host-state.ts';
import { aCondition, aNodeEniAttachment, type AttachmentParts } from './node-eni-attachment.ts';

/** The attachment, named `upf-N`, of the ENI whose link is `aLink(n)`, as the operator leaves it once it is attached. */
export function anAttachedEni(
  n: number,
  host: Partial<HostWish> = {},
  parts: AttachmentParts = {},
): NodeENIAttachment {
  return aNodeEniAttachment({
    metadata: { name: `upf-${n}`, uid: `uid-${n}`, ...parts.metadata },
    spec: {
      deviceIndex: n,
      subnetCIDR: `10.0.${n}.0/24`,
      host: {
        managedBy: 'Daemon',
        addressing: 'None',
        policyRouting: false,
        altName: `ne-upf-${n}`,
        ...host,
      },
      ...parts.spec,
    },
    status: {
      eniID: `eni-${n}`,
      macAddress: macOf(n),
      privateIPAddress: `10.0.${n}.4`,
      conditions: [aCondition({ type: 'Attached', status: 'True' })],
      ...parts.status,
    },
  });
}

/** The same, being deleted; no pod uses it unless `users` says so. */
export function beingDeleted(attachment: NodeENIAttachment, isBlocked = false): NodeENIAttachment {
  const { status } = attachment;
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'Blocked');
  const blocked = aCondition({ type: 'Blocked', status: isBlocked ? 'True' : 'False' });
  return {
    ...attachment,
    metadata: { ...attachment.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    status: { ...status, conditions: [...others, blocked] },
  };
}

/** Status and reason of a condition, `True/Configured`; empty while it is not there. */
export function conditionText({ status }: NodeENIAttachment, type: string): string {
  const condition = (status.conditions ?? []).find((one) => one.type === type);
  return condition === undefined ? '' : `${condition.status}/${condition.reason}`;
}
