import type { Family, HostLink, HostRoute, HostRule, LinkAddress } from '../../domain/host/host-state.ts';

/** What `ip -json -d address show` says of a link, as far as it is used. */
interface IpLink {
  readonly ifindex: number;
  readonly ifname: string;
  readonly link?: string;
  readonly link_index?: number;
  readonly master?: string;
  readonly flags?: readonly string[];
  readonly mtu: number;
  readonly max_mtu?: number;
  readonly link_type?: string;
  readonly address?: string;
  readonly parentbus?: string;
  readonly parentdev?: string;
  readonly altnames?: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info?: readonly IpAddress[];
}

interface IpAddress {
  readonly family?: string;
  readonly local?: string;
  readonly prefixlen?: number;
}

interface IpRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly prefsrc?: string;
  readonly table?: string;
  readonly nexthops?: readonly { readonly dev?: string; readonly gateway?: string }[];
}

interface IpRule {
  readonly priority?: number;
  readonly src?: string;
  readonly srclen?: number;
  readonly table?: string;
}

/** A link without what only the file system tells. */
export type ParsedLink = Omit<HostLink, 'sysctls' | 'driver' | 'manager'>;

/** The JSON arrays that `ip -json -batch -` prints, one for each command, whatever lies between them. */
export function splitJsonArrays(output: string): unknown[][] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('['))
    .map((line) => {
      const parsed: unknown = JSON.parse(line);
      return Array.isArray(parsed) ? parsed : [];
    });
}

/** Kinds whose `link` is the link below them; a veth's is its peer. */
const STACKED = new Set(['vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap']);

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function parseAddress({ family, local, prefixlen }: IpAddress): LinkAddress[] {
  if (local === undefined || prefixlen === undefined) return [];
  return [{ address: local, prefixLength: prefixlen, family: family === 'inet6' ? 6 : 4 }];
}

function lowerOf(link: IpLink, indexes: ReadonlyMap<string, number>): number | undefined {
  const isStacked = STACKED.has(link.linkinfo?.info_kind ?? '');
  return isStacked ? indexes.get(link.link ?? '') : undefined;
}

function relations(link: IpLink, indexes: ReadonlyMap<string, number>): Partial<ParsedLink> {
  const masterIndex = indexes.get(link.master ?? '');
  const kind = link.linkinfo?.info_kind;
  const lowerIndex = lowerOf(link, indexes);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(masterIndex === undefined ? {} : { masterIndex }),
    ...(lowerIndex === undefined ? {} : { lowerIndex }),
    ...(link.parentbus === 'pci' && link.parentdev !== undefined ? { pciAddress: link.parentdev } : {}),
  };
}

/** Reads the output of `address show`. */
export function parseLinks(items: readonly unknown[]): ParsedLink[] {
  // The kernel's own JSON; `ip` prints empty objects for what a filter left out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of ip -json, iproute2 ip/ipaddress.c
  const links = (items as IpLink[]).filter((link) => !isEmpty(link));
  const indexes = new Map(links.map(({ ifname, ifindex }) => [ifname, ifindex]));
  return links.map((link) => ({
    index: link.ifindex,
    name: link.ifname,
    macAddress: (link.address ?? '').toLowerCase(),
    mtu: link.mtu,
    ...(link.max_mtu === undefined || link.max_mtu === 0 ? {} : { maxMtu: link.max_mtu }),
    isUp: (link.flags ?? []).includes('UP'),
    altNames: link.altnames ?? [],
    isLoopback: link.link_type === 'loopback',
    addresses: (link.addr_info ?? []).flatMap((address) => parseAddress(address)),
    ...relations(link, indexes),
  }));
}

const NAMED_TABLES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 };

function tableNumber(table: string | undefined): number {
  return NAMED_TABLES[table ?? 'main'] ?? Number(table);
}

function familyOf(route: IpRoute): Family {
  return [route.dst, route.gateway, route.prefsrc].some((text) => text?.includes(':')) ? 6 : 4;
}

function toRoutes(route: IpRoute): HostRoute[] {
  const { dst, prefsrc, nexthops = [] } = route;
  const hops = route.dev === undefined ? nexthops : [{ dev: route.dev, gateway: route.gateway }];
  return hops.flatMap(({ dev, gateway }) =>
    dev === undefined || dst === undefined
      ? []
      : [
          {
            family: familyOf({ ...route, ...(gateway === undefined ? {} : { gateway }) }),
            table: tableNumber(route.table),
            destination: dst,
            linkName: dev,
            ...(gateway === undefined ? {} : { gateway }),
            ...(prefsrc === undefined ? {} : { source: prefsrc }),
          },
        ],
  );
}

/** Reads the output of `route show table all`; of local, broadcast and multicast routes nothing is kept. */
export function parseRoutes(items: readonly unknown[]): HostRoute[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of ip -json, iproute2 ip/iproute.c
  const routes = items as IpRoute[];
  return routes
    .filter(({ type }) => type === undefined || type === 'unicast')
    .flatMap((route) => toRoutes(route));
}

/** Reads the output of `rule show`, which is about IPv4; only rules with a source of their own are kept. */
export function parseRules(items: readonly unknown[]): HostRule[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of ip -json, iproute2 ip/iprule.c
  const rules = items as IpRule[];
  return rules.flatMap(({ priority, src, srclen, table }) =>
    priority === undefined || src === undefined || src === 'all' || table === undefined
      ? []
      : [
          {
            family: 4,
            priority,
            from: srclen === undefined ? src : `${src}/${srclen}`,
            table: tableNumber(table),
          },
        ],
  );
}
