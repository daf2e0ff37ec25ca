import type { HostLink, LinkAddress, LinkSysctls } from './host-state.ts';
import { tableOf, wantedAddresses } from './link-routing.ts';
import type { LinkWish } from './link-wish.ts';

/**
 * What the daemon did to a link, stored before it does it. It lives exactly as long as the kernel's own state: a record
 * of another boot says nothing.
 */
export interface LinkRecord {
  readonly attachmentName: string;
  readonly attachmentUid: string;
  readonly macAddress: string;
  readonly bootId: string;
  /** The link that `before` was read of; a link that was plugged again starts anew. */
  readonly linkIndex: number;
  readonly linkName: string;
  readonly pciAddress?: string;
  /** How the link was before the daemon touched it. */
  readonly before: { readonly mtu: number; readonly isUp: boolean; readonly sysctls: LinkSysctls };
  readonly altName?: string;
  /** Addresses with prefix length that the daemon added. */
  readonly addresses: readonly string[];
  /** Routing table and rule priority that the daemon fills. */
  readonly table?: number;
}

/** `10.0.0.4/24`. */
export function withLength({ address, prefixLength }: LinkAddress): string {
  return `${address}/${prefixLength}`;
}

/** The record of what the daemon is about to have done to the link. Equal wishes and links give equal records. */
export function recordFor(
  wish: LinkWish,
  link: HostLink,
  known: { readonly bootId: string; readonly record?: LinkRecord },
): LinkRecord {
  const earlier = stillTrue(known.record, link, known.bootId);
  const { altName } = wish.host;
  return {
    attachmentName: wish.attachmentName,
    attachmentUid: wish.attachmentUid,
    macAddress: wish.macAddress,
    bootId: known.bootId,
    linkIndex: link.index,
    linkName: link.name,
    ...(link.pciAddress === undefined ? {} : { pciAddress: link.pciAddress }),
    before: earlier?.before ?? untouched(link),
    ...(ownsAltName(altName, link, earlier) ? { altName } : {}),
    addresses: ownAddresses(wish, link, earlier),
    ...(wish.host.policyRouting ? { table: tableOf(wish.networkCardIndex, wish.deviceIndex) } : {}),
  };
}

function stillTrue(record: LinkRecord | undefined, link: HostLink, bootId: string): LinkRecord | undefined {
  return record?.linkIndex === link.index && record.bootId === bootId ? record : undefined;
}

function untouched({ mtu, isUp, sysctls }: HostLink): LinkRecord['before'] {
  return { mtu, isUp, sysctls };
}

/** A name that the link had already is not ours to take away. */
function ownsAltName(altName: string, link: HostLink, record: LinkRecord | undefined): boolean {
  if (link.name === altName) return false;
  return record?.altName === altName || !link.altNames.includes(altName);
}

/** An address that the link had already is not ours to take away either. */
function ownAddresses(wish: LinkWish, link: HostLink, record: LinkRecord | undefined): string[] {
  const present = new Set(link.addresses.map((address) => withLength(address)));
  return wantedAddresses(wish)
    .map((address) => withLength(address))
    .filter((address) => (record?.addresses ?? []).includes(address) || !present.has(address));
}
