import type { Condition, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { LinkNames } from './link-users.ts';

/** What a daemon did with the host for an attachment that is being released. */
export interface HostClaim {
  /** It may have touched the host. */
  readonly isClaimed: boolean;
  readonly isReleased: boolean;
  /** Why it cannot give the host back. */
  readonly releaseTrouble?: string;
}

function conditionOf({ status }: NodeENIAttachment, type: string): Condition | undefined {
  return (status.conditions ?? []).find((condition) => condition.type === type);
}

/**
 * Reads the claim of the daemon. A claim counts whatever it was made for; the release of a link with another MAC address
 * does not.
 */
export function hostClaim(attachment: NodeENIAttachment): HostClaim {
  const { host, macAddress } = attachment.status;
  const released = conditionOf(attachment, 'Released');
  const isOfThisLink = macAddress === undefined || host?.macAddress === macAddress.toLowerCase();
  const isHindered = released?.status === 'False' && released.reason !== 'WaitingForPods';
  return {
    isClaimed: conditionOf(attachment, 'HostClaimed')?.status === 'True',
    isReleased: released?.status === 'True' && isOfThisLink,
    ...(isHindered ? { releaseTrouble: `${released.reason}: ${released.message}` } : {}),
  };
}

/** By which names networks of pods may mean the link; `macAddress` is that of the ENI. */
export function linkNamesOf({ spec, status }: NodeENIAttachment, macAddress: string): LinkNames {
  const { linkName, altName, pciAddress } = status.host ?? {};
  const names = [linkName, altName, spec.host?.altName].filter((name) => name !== undefined);
  return {
    names: [...new Set(names)],
    macAddress: macAddress.toLowerCase(),
    ...(pciAddress === undefined ? {} : { pciAddress }),
  };
}
