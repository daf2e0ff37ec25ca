import { isOwnTable } from './link-routing.ts';
import type { HostLink, HostState } from './host-state.ts';

function byName(state: HostState, name: string): HostLink | undefined {
  return state.links.find((link) => link.name === name);
}

/** The link and everything that carries it: ports of a bond or bridge, the link below a vlan. */
function withCarriers(link: HostLink, state: HostState, seen = new Set<number>()): HostLink[] {
  if (seen.has(link.index)) return [];
  seen.add(link.index);
  const carriers = state.links.filter(
    (other) => other.masterIndex === link.index || other.index === link.lowerIndex,
  );
  return [link, ...carriers.flatMap((carrier) => withCarriers(carrier, state, seen))];
}

/** The links that carry an address of the node, with that address, by link index. */
export function linksOfNode(state: HostState, nodeAddresses: readonly string[]): ReadonlyMap<number, string> {
  const addresses = new Map<number, string>();
  for (const link of state.links) {
    const own = link.addresses.find(({ address }) => nodeAddresses.includes(address));
    if (own === undefined) continue;
    for (const { index } of withCarriers(link, state)) {
      if (!addresses.has(index)) addresses.set(index, own.address);
    }
  }
  return addresses;
}

/**
 * Links that must never be changed or released, with the reason, by link index: the loopback, whatever carries a default
 * route (in any table but those of this daemon), and whatever carries an address of the node.
 */
export function protectedLinks(
  state: HostState,
  nodeAddresses: readonly string[],
): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  const protect = (link: HostLink | undefined, reason: string): void => {
    if (link === undefined) return;
    for (const { index } of withCarriers(link, state)) if (!reasons.has(index)) reasons.set(index, reason);
  };
  for (const link of state.links) {
    if (link.isLoopback) protect(link, 'it is the loopback');
  }
  for (const [index, address] of linksOfNode(state, nodeAddresses)) {
    if (!reasons.has(index)) reasons.set(index, `it has the node's address ${address}`);
  }
  for (const route of state.routes) {
    if (route.destination !== 'default' || isOwnTable(route.table)) continue;
    protect(byName(state, route.linkName), 'it has a default route of the node');
  }
  return reasons;
}
