import type { HostLink, HostState } from './host-state.ts';
import type { LinkRecord } from './link-record.ts';

/** Where the link of an ENI is. */
export type LinkSearch =
  | { readonly kind: 'found'; readonly link: HostLink }
  /** The device is on this host, its link is in another namespace: a pod has it. */
  | { readonly kind: 'in-pod'; readonly pciAddress: string }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  | { readonly kind: 'absent' };

/** How candidates are told from links that merely bear the same MAC address. */
export interface LinkSearchRules {
  /** Whether a veth may stand for an ENI, as it does in tests and development clusters. */
  readonly areVirtualLinksAllowed: boolean;
}

/** Whether the link can be that of an ENI. An ENI is hardware: vlan, macvlan, bond, bridge and the like only repeat its MAC address. */
export function isCandidate(link: Pick<HostLink, 'isLoopback' | 'kind'>, rules: LinkSearchRules): boolean {
  if (link.isLoopback) return false;
  return link.kind === undefined || (link.kind === 'veth' && rules.areVirtualLinksAllowed);
}

/**
 * Finds the link of an ENI by its MAC address, never by name: names depend on instance family and image
 * (kubernetes/kops#18642). A link that is gone from the host while its PCI device is there was moved into a pod.
 */
export function findLink(
  macAddress: string,
  state: HostState,
  rules: LinkSearchRules,
  record?: Pick<LinkRecord, 'pciAddress'>,
): LinkSearch {
  const found = state.links.filter((link) => link.macAddress === macAddress && isCandidate(link, rules));
  const [link, ...others] = found;
  if (link !== undefined) {
    return others.length === 0
      ? { kind: 'found', link }
      : { kind: 'ambiguous', names: found.map(({ name }) => name).toSorted() };
  }
  const pciAddress = record?.pciAddress;
  if (pciAddress !== undefined && state.linklessDevices.includes(pciAddress)) {
    return { kind: 'in-pod', pciAddress };
  }
  return { kind: 'absent' };
}
