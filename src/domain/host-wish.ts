import type { HostInterface } from './effective-spec.ts';
import { fnv1a } from './fnv1a.ts';

/** What the daemon does with the link of one ENI: `spec.host` of a NodeENIAttachment. */
export interface HostWish {
  readonly managedBy: HostInterface['managedBy'];
  readonly addressing: HostInterface['addressing'];
  readonly policyRouting: boolean;
  readonly altName: string;
}

/** The part of a NodeENIAttachment that the daemon acts on. */
export interface HostRelevant {
  readonly macAddress?: string;
  readonly mtu?: number;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  readonly subnetCidr?: string;
  readonly addresses: readonly string[];
  readonly host: HostWish;
}

/** Alternative name of the first link of a NodeENI on a node. */
export function baseAltName(nodeEniName: string, { altName }: Pick<HostInterface, 'altName'>): string {
  return altName ?? `ne-${nodeEniName}`;
}

/**
 * The wish for the n-th ENI of a NodeENI on a node, n counted from the NodeENI's own device index. Every zone gives its
 * first ENI the same name, so that one NetworkAttachmentDefinition fits all nodes.
 */
export function hostWish(
  nodeEniName: string,
  wish: HostInterface,
  index: { readonly base: number; readonly own: number },
): HostWish {
  const name = baseAltName(nodeEniName, wish);
  const nth = index.own - index.base + 1;
  return {
    managedBy: wish.managedBy,
    addressing: wish.addressing,
    policyRouting: wish.policyRouting,
    altName: nth > 1 ? `${name}-${nth}` : name,
  };
}

/**
 * Digest of what the daemon acts on. The daemon reports it beside its conditions, and the operator counts them only
 * while it is that of the present spec: a change of tags or groups leaves them valid.
 */
export function hostWishDigest(relevant: HostRelevant): string {
  const { host } = relevant;
  const text = JSON.stringify([
    relevant.macAddress?.toLowerCase() ?? '',
    relevant.mtu ?? 0,
    relevant.networkCardIndex,
    relevant.deviceIndex,
    // Without addresses on the link, changes of the ENI's addresses do not concern the node.
    host.addressing === 'None' ? [] : [relevant.subnetCidr ?? '', ...relevant.addresses.toSorted()],
    [host.managedBy, host.addressing, host.policyRouting, host.altName],
  ]);
  return fnv1a(text);
}
