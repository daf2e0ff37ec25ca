import { describe, expect, it } from 'vitest';
import { aHost, aLink } from '../../../test/builders/host-state.ts';
import type { HostLink, HostRoute } from './host-state.ts';
import { protectedLinks } from './link-protection.ts';

const VIA_BOND = { address: '10.0.9.9', prefixLength: 24, family: 4 } as const;

function defaultRoute(linkName: string, table = 254, family: 4 | 6 = 4): HostRoute {
  return { family, table, destination: 'default', linkName };
}

function protectedIn(links: readonly HostLink[], routes: readonly HostRoute[] = []): number[] {
  const reasons = protectedLinks(aHost(links, { routes }), ['10.0.9.9', '2001:db8::9']);
  return [...reasons.keys()].toSorted((a, b) => a - b);
}

describe('links that are never changed', () => {
  it('are the loopback and the link with an address of the node, of either family', () => {
    const six = { address: '2001:db8::9', prefixLength: 128, family: 6 } as const;
    const links = [aLink(2, { isLoopback: true }), aLink(3, { addresses: [six] }), aLink(4)];
    expect(protectedIn(links)).toEqual([2, 3]);
  });

  it.each([
    [
      'a bond and its ports',
      [aLink(5, { kind: 'bond', addresses: [VIA_BOND] }), aLink(6, { masterIndex: 5 })],
      [5, 6],
    ],
    [
      'a bridge and its ports',
      [aLink(5, { kind: 'bridge', addresses: [VIA_BOND] }), aLink(6, { masterIndex: 5 })],
      [5, 6],
    ],
    [
      'the link below a vlan',
      [aLink(5, { kind: 'vlan', lowerIndex: 6, addresses: [VIA_BOND] }), aLink(6)],
      [5, 6],
    ],
    [
      'the ports of a bond below a vlan',
      [
        aLink(5, { kind: 'vlan', lowerIndex: 6, addresses: [VIA_BOND] }),
        aLink(6, { kind: 'bond' }),
        aLink(7, { masterIndex: 6 }),
        aLink(8),
      ],
      [5, 6, 7],
    ],
  ])('are what carries the address of the node: %s', (_, links, expected) => {
    expect(protectedIn(links)).toEqual(expected);
  });

  it.each([
    ['of the main table', defaultRoute('ens3'), [3]],
    ['of IPv6, as a router advertises it', defaultRoute('ens3', 254, 6), [3]],
    ['of a table of the VPC CNI', defaultRoute('ens3', 2), [3]],
    ['of a table of ec2-net-utils', defaultRoute('ens3', 10_003), [3]],
    ['of a table of this daemon, which protects nothing', defaultRoute('ens3', 20_003), []],
    ['through a link that is not there', defaultRoute('ens99'), []],
  ])('are those with a default route %s', (_, route, expected) => {
    expect(protectedIn([aLink(3)], [route])).toEqual(expected);
  });

  it('may go round in a circle without an end to the search', () => {
    const links = [
      aLink(5, { lowerIndex: 6, addresses: [VIA_BOND] }),
      aLink(6, { lowerIndex: 5, masterIndex: 5 }),
    ];
    expect(protectedIn(links)).toEqual([5, 6]);
  });
});
