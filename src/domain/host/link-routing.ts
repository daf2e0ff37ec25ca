import type { HostRoute, HostRule, LinkAddress } from './host-state.ts';
import type { LinkWish } from './link-wish.ts';

/** Own tables and rule priorities lie above those of the VPC CNI (to 1536, 32765) and of ec2-net-utils (10000 and up). */
const FIRST_TABLE = 20_000;
const PER_CARD = 100;
const LAST_TABLE = FIRST_TABLE + PER_CARD * 32;

/** Routing table, and priority of the rules, of the ENI at this index of this card. */
export function tableOf(networkCardIndex: number, deviceIndex: number): number {
  return FIRST_TABLE + PER_CARD * networkCardIndex + deviceIndex;
}

/** Whether the number is one that {@link tableOf} gives. */
export function isOwnTable(table: number): boolean {
  return table >= FIRST_TABLE && table < LAST_TABLE;
}

function octets(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** The VPC router: the first address after the network's own (VPC guide, "Subnet sizing"). */
export function subnetGateway(cidr: string): string {
  const [network = ''] = cidr.split('/');
  return dotted(octets(network) + 1);
}

/** Addresses that the link is to have. Prefixes are delegated to pods, so the link gets none of their addresses. */
export function wantedAddresses(wish: LinkWish): LinkAddress[] {
  const { host, primaryAddress, subnetCidr } = wish;
  if (host.managedBy === 'OS' || host.addressing === 'None' || primaryAddress === undefined) return [];
  // All but the one that brings the subnet's route stand alone, so that the kernel takes none away with another.
  const prefixLength = host.policyRouting ? 32 : Number(subnetCidr?.split('/')[1] ?? 32);
  const others = host.addressing === 'All' ? wish.secondaryAddresses : [];
  const v6 = host.addressing === 'All' ? wish.ipv6Addresses : [];
  return [
    { address: primaryAddress, prefixLength, family: 4 },
    ...others.map((address): LinkAddress => ({ address, prefixLength: 32, family: 4 })),
    ...v6.map((address): LinkAddress => ({ address, prefixLength: 128, family: 6 })),
  ];
}

/** Sources whose packets leave by the ENI: its IPv4 addresses, and with `All` its delegated prefixes. */
function sourcesOf(wish: LinkWish): string[] {
  const addresses = wantedAddresses(wish).filter(({ family }) => family === 4);
  const prefixes = wish.host.addressing === 'All' ? wish.ipv4Prefixes : [];
  return [...addresses.map(({ address }) => address), ...prefixes];
}

/** Routes of the ENI's own table: IPv4 only, because the router of an IPv6 subnet has no address that can be computed. */
export function wantedRoutes(wish: LinkWish, linkName: string): HostRoute[] {
  const { primaryAddress, subnetCidr } = wish;
  if (!wish.host.policyRouting || subnetCidr === undefined || primaryAddress === undefined) return [];
  const table = tableOf(wish.networkCardIndex, wish.deviceIndex);
  return [
    { family: 4, table, destination: subnetCidr, linkName, source: primaryAddress },
    { family: 4, table, destination: 'default', linkName, gateway: subnetGateway(subnetCidr) },
  ];
}

/** One rule for each source. */
export function wantedRules(wish: LinkWish, routes: readonly HostRoute[]): HostRule[] {
  if (routes.length === 0) return [];
  const table = tableOf(wish.networkCardIndex, wish.deviceIndex);
  return sourcesOf(wish).map((from): HostRule => ({ family: 4, priority: table, from, table }));
}
