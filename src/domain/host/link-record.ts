import type { HostLink, HostState, LinkAddress, LinkSysctls } from './host-state.ts';
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
  /** Alternative names that the daemon added, those of an earlier wish included until they are gone. */
  readonly altNames: readonly string[];
  /** Addresses with prefix length that the daemon added, those of an earlier wish included until they are gone. */
  readonly addresses: readonly string[];
  /** Routing tables, and priorities of rules, that the daemon fills or filled. */
  readonly tables: readonly number[];
}

/** `10.0.0.4/24`. */
export function withLength({ address, prefixLength }: LinkAddress): string {
  return `${address}/${prefixLength}`;
}

/** What a record depends on beside wish and link. */
export interface RecordContext {
  readonly bootId: string;
  readonly record?: LinkRecord;
  readonly state: Pick<HostState, 'routes' | 'rules'>;
  /** Tables that attachments fill: an index that was freed may be taken again already. */
  readonly usedTables?: ReadonlySet<number>;
}

/**
 * The record of what the daemon is about to have done to the link. What an earlier wish left behind stays in it until it
 * is seen to be gone, so that neither a failure nor the end of the process in between forgets it. Equal wishes, links and
 * hosts give equal records.
 */
export function recordFor(wish: LinkWish, link: HostLink, context: RecordContext): LinkRecord {
  const earlier = recordOfLink(context.record, link, context.bootId);
  return {
    attachmentName: wish.attachmentName,
    attachmentUid: wish.attachmentUid,
    macAddress: wish.macAddress,
    bootId: context.bootId,
    linkIndex: link.index,
    linkName: link.name,
    ...(link.pciAddress === undefined ? {} : { pciAddress: link.pciAddress }),
    before: earlier?.before ?? untouched(link),
    altNames: ownAltNames(wish.host.altName, link, earlier),
    addresses: ownAddresses(wish, link, earlier),
    tables: ownTables(wish, context),
  };
}

/** The record, if it speaks of this very link: one that was plugged again has nothing of what was done before. */
export function recordOfLink(
  record: LinkRecord | undefined,
  link: HostLink,
  bootId: string,
): LinkRecord | undefined {
  return record?.linkIndex === link.index && record.bootId === bootId ? record : undefined;
}

function untouched({ mtu, isUp, sysctls }: HostLink): LinkRecord['before'] {
  return { mtu, isUp, sysctls };
}

/** Tables that a wish fills. */
export function wantedTables(wish: LinkWish): number[] {
  return wish.host.policyRouting ? [tableOf(wish.networkCardIndex, wish.deviceIndex)] : [];
}

/** A name that the link had already is not ours to take away. */
function ownAltNames(altName: string, link: HostLink, earlier: LinkRecord | undefined): string[] {
  const known = earlier?.altNames ?? [];
  const isOwn = link.name !== altName && (known.includes(altName) || !link.altNames.includes(altName));
  const old = known.filter((name) => name !== altName && link.altNames.includes(name));
  return [...(isOwn ? [altName] : []), ...old];
}

/** An address that the link had already is not ours to take away either. */
function ownAddresses(wish: LinkWish, link: HostLink, earlier: LinkRecord | undefined): string[] {
  const present = new Set(link.addresses.map((address) => withLength(address)));
  const known = earlier?.addresses ?? [];
  const wanted = wantedAddresses(wish).map((address) => withLength(address));
  return [
    ...wanted.filter((address) => known.includes(address) || !present.has(address)),
    ...known.filter((address) => present.has(address) && !wanted.includes(address)),
  ];
}

function ownTables(wish: LinkWish, { record, bootId, state, usedTables }: RecordContext): number[] {
  const wanted = wantedTables(wish);
  const known = record?.bootId === bootId ? record.tables : [];
  const isOurs = (table: number): boolean => !wanted.includes(table) && usedTables?.has(table) !== true;
  const isFilled = (table: number): boolean =>
    state.routes.some((route) => route.table === table) || state.rules.some((rule) => rule.table === table);
  return [...wanted, ...known.filter((table) => isOurs(table) && isFilled(table))];
}
