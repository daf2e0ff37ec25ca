import { describe, expect, it } from 'vitest';
import { aLinkWish } from '../../../test/builders/host-state.ts';
import {
  isOwnTable,
  subnetGateway,
  tableOf,
  wantedAddresses,
  wantedRoutes,
  wantedRules,
} from './link-routing.ts';

const HOST = aLinkWish(3).host;
const all = aLinkWish(3, {
  secondaryAddresses: ['10.0.3.5'],
  ipv6Addresses: ['2001:db8::5'],
  ipv4Prefixes: ['10.0.3.64/28'],
  host: { ...HOST, addressing: 'All', policyRouting: true },
});

describe('tables of links', () => {
  it('lie apart from one another and from those of the VPC CNI and ec2-net-utils', () => {
    const tables = [0, 1, 31].flatMap((card) => [1, 2, 31].map((index) => tableOf(card, index)));
    expect(new Set(tables).size).toBe(tables.length);
    expect(tables.every((table) => isOwnTable(table))).toBe(true);
    for (const foreign of [2, 253, 254, 255, 1_536, 10_003, 13_131, 32_765]) {
      expect(isOwnTable(foreign)).toBe(false);
    }
  });

  it.each([
    ['10.0.3.0/24', '10.0.3.1'],
    ['10.0.3.128/25', '10.0.3.129'],
    ['172.31.255.240/28', '172.31.255.241'],
    ['100.64.0.0/16', '100.64.0.1'],
  ])('lead out of %s through %s', (cidr, gateway) => {
    expect(subnetGateway(cidr)).toBe(gateway);
  });

  it('hold the subnet and a default route, and are chosen by each IPv4 source and delegated prefix', () => {
    const routes = wantedRoutes(all, 'ens3');
    expect(routes.map(({ destination, gateway }) => [destination, gateway])).toEqual([
      ['10.0.3.0/24', undefined],
      ['default', '10.0.3.1'],
    ]);
    expect(wantedRules(all, routes).map(({ from }) => from)).toEqual([
      '10.0.3.4',
      '10.0.3.5',
      '10.0.3.64/28',
    ]);
  });

  it('are empty without policy routing', () => {
    const wish = aLinkWish(3, { host: { ...HOST, addressing: 'All' } });
    expect([wantedRoutes(wish, 'ens3'), wantedRules(wish, [])]).toEqual([[], []]);
  });
});

describe('addresses of links', () => {
  it('stand alone where the link has a table of its own, so that the main table stays as it is', () => {
    expect(wantedAddresses(all).map(({ address, prefixLength }) => `${address}/${prefixLength}`)).toEqual([
      '10.0.3.4/32',
      '10.0.3.5/32',
      '2001:db8::5/128',
    ]);
  });

  it('bring the subnet along otherwise, once', () => {
    const wish = { ...all, host: { ...HOST, addressing: 'All' } } as const;
    expect(wantedAddresses(wish).map(({ prefixLength }) => prefixLength)).toEqual([24, 32, 128]);
  });

  it.each([
    ['none is asked for', { ...all, host: HOST }],
    [
      'the operating system keeps the link',
      { ...all, host: { ...HOST, addressing: 'All', managedBy: 'OS' } },
    ],
  ] as const)('are none where %s', (_, wish) => {
    expect(wantedAddresses(wish)).toEqual([]);
  });
});
