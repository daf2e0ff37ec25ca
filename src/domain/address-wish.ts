/** How many addresses and prefixes an ENI is to have besides its primary address. An absent count: as many as there are. */
export interface AddressWish {
  readonly secondaryPrivateIPCount?: number;
  readonly ipv4PrefixCount?: number;
  readonly ipv6AddressCount?: number;
  readonly ipv6PrefixCount?: number;
}

const FAMILIES = [
  ['secondaryPrivateIPCount', 'ipv4PrefixCount'],
  ['ipv6AddressCount', 'ipv6PrefixCount'],
] as const;

/**
 * The counts wanted now. A family that the NodeENI never named is nobody's business but that of who assigns such
 * addresses, a pod's IPAM for example; one that it names, or named once, is kept at exactly its counts, 0 where none is
 * given any more.
 */
export function addressWish(fields: AddressWish, earlier: readonly (AddressWish | undefined)[]): AddressWish {
  const managed = FAMILIES.filter((family) =>
    family.some((count) => [fields, ...earlier].some((source) => source?.[count] !== undefined)),
  );
  return Object.fromEntries(managed.flat().map((count) => [count, fields[count] ?? 0]));
}
