import { describe, expect, it } from 'vitest';
import { parseLinks, parseRoutes, parseRules, splitJsonArrays } from './parse-ip.ts';

describe('what ip prints', () => {
  it('is one array for each command of a batch, empty ones included', () => {
    expect(splitJsonArrays('[{"a":1}]\n[ ]\n\n[{}]\n')).toEqual([[{ a: 1 }], [], [{}]]);
  });

  it('of links gives device, kind, what carries them, and all addresses', () => {
    const links = parseLinks([
      {},
      { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP'], mtu: 65_536, link_type: 'loopback' },
      {
        ifindex: 2,
        ifname: 'ens5',
        flags: ['BROADCAST', 'UP'],
        mtu: 9_001,
        max_mtu: 9_216,
        address: '0A:00:00:00:00:01',
        master: 'bond0',
        parentbus: 'pci',
        parentdev: '0000:00:05.0',
        altnames: ['enp0s5'],
        addr_info: [
          { family: 'inet', local: '10.0.1.10', prefixlen: 24 },
          { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
          {},
        ],
      },
      { ifindex: 3, ifname: 'bond0', flags: [], mtu: 1_500, linkinfo: { info_kind: 'bond' } },
      { ifindex: 4, ifname: 'v1', link: 'bond0', mtu: 1_500, linkinfo: { info_kind: 'vlan' } },
      { ifindex: 5, ifname: 'veth0', link: 'ens5', mtu: 1_500, max_mtu: 0, linkinfo: { info_kind: 'veth' } },
      { ifindex: 6, ifname: 'x', mtu: 1_500, parentbus: 'virtio', parentdev: 'virtio3' },
    ]);
    expect(links.map(({ name }) => name)).toEqual(['lo', 'ens5', 'bond0', 'v1', 'veth0', 'x']);
    const [lo, ens5, , vlan, veth, virtio] = links;
    expect(lo?.isLoopback).toBe(true);
    expect(ens5).toEqual({
      index: 2,
      name: 'ens5',
      macAddress: '0a:00:00:00:00:01',
      mtu: 9_001,
      maxMtu: 9_216,
      isUp: true,
      altNames: ['enp0s5'],
      isLoopback: false,
      masterIndex: 3,
      pciAddress: '0000:00:05.0',
      addresses: [
        { address: '10.0.1.10', prefixLength: 24, family: 4 },
        { address: 'fe80::1', prefixLength: 64, family: 6 },
      ],
    });
    expect(vlan?.lowerIndex).toBe(3);
    expect(veth).not.toHaveProperty('lowerIndex');
    expect(veth).not.toHaveProperty('maxMtu');
    expect(virtio).not.toHaveProperty('pciAddress');
  });

  it('of routes gives each hop of several, both families and tables by name or number', () => {
    expect(
      parseRoutes([
        { dst: 'default', gateway: '10.0.1.1', dev: 'ens5' },
        {
          dst: 'default',
          nexthops: [
            { gateway: '10.0.1.1', dev: 'a' },
            { gateway: '10.0.2.1', dev: 'b' },
          ],
        },
        { dst: 'default', gateway: 'fe80::1', dev: 'ens5', table: '20002' },
        { dst: '10.0.1.0/24', dev: 'ens5', prefsrc: '10.0.1.10', table: 'main' },
        { type: 'local', dst: '10.0.1.10', dev: 'ens5', table: 'local' },
        { type: 'multicast', dst: 'ff00::/8', dev: 'ens5' },
        { type: 'blackhole', dst: '192.0.2.0/24' },
        { dst: '192.0.2.0/24' },
      ]),
    ).toEqual([
      { family: 4, table: 254, destination: 'default', linkName: 'ens5', gateway: '10.0.1.1' },
      { family: 4, table: 254, destination: 'default', linkName: 'a', gateway: '10.0.1.1' },
      { family: 4, table: 254, destination: 'default', linkName: 'b', gateway: '10.0.2.1' },
      { family: 6, table: 20_002, destination: 'default', linkName: 'ens5', gateway: 'fe80::1' },
      { family: 4, table: 254, destination: '10.0.1.0/24', linkName: 'ens5', source: '10.0.1.10' },
    ]);
  });

  it('of rules keeps those with a source and a table', () => {
    expect(
      parseRules([
        { priority: 0, src: 'all', table: 'local' },
        { priority: 20_002, src: '10.0.2.20', table: '20002' },
        { priority: 20_002, src: '10.0.2.64', srclen: 28, table: '20002' },
        { priority: 9, src: '10.0.2.1' },
      ]),
    ).toEqual([
      { family: 4, priority: 20_002, from: '10.0.2.20', table: 20_002 },
      { family: 4, priority: 20_002, from: '10.0.2.64/28', table: 20_002 },
    ]);
  });
});
