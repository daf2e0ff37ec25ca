import { describe, expect, it } from 'vitest';
import { type NetworkDefinition, type NetworkedPod, podsUsingLink } from './link-users.ts';

const link = { names: ['ens6', 'ne-upf'], macAddress: '02:00:00:00:00:06', pciAddress: '0000:00:06.0' };

function aDefinition(config: unknown): NetworkDefinition {
  return { namespace: 'telco', name: 'n3', config: JSON.stringify(config) };
}

function aPod(overrides: Partial<NetworkedPod> = {}): NetworkedPod {
  return {
    namespace: 'telco',
    name: 'upf-0',
    networkStatus: '[{"name":"telco/n3","interface":"net1"}]',
    isOver: false,
    ...overrides,
  };
}

describe('the pods that use a link', () => {
  it.each([
    ['a macvlan on the name', { type: 'macvlan', master: 'ens6' }],
    ['an ipvlan on the alternative name', { type: 'ipvlan', master: 'ne-upf' }],
    ['host-device by name', { type: 'host-device', device: 'ens6' }],
    ['host-device by MAC address', { type: 'host-device', hwaddr: '02:00:00:00:00:06' }],
    ['host-device by PCI address', { type: 'host-device', pciBusID: '0000:00:06.0' }],
    ['a plugin of a list', { plugins: [{ type: 'tuning' }, { type: 'macvlan', master: 'ens6' }] }],
  ])('are those with %s', (_, config) => {
    expect(podsUsingLink(link, [aPod()], [aDefinition(config)])).toEqual(['telco/upf-0']);
  });

  it('are also those that ask for it and have no answer yet, in any form that Multus takes', () => {
    const definitions = [aDefinition({ type: 'macvlan', master: 'ens6' })];
    const pods = [
      'n3',
      'telco/n3@net1',
      'other, n3',
      '[{"name":"n3"}]',
      '[{"name":"n3","namespace":"telco"}]',
    ];
    for (const networks of pods) {
      const { networkStatus: _, ...pod } = aPod({ networks });
      expect(podsUsingLink(link, [pod], definitions)).toEqual(['telco/upf-0']);
    }
  });

  it('are those that a device plugin gave the device to', () => {
    const networkStatus =
      '[{"name":"telco/sriov","device-info":{"type":"pci","pci":{"pci-address":"0000:00:06.0"}}}]';
    expect(podsUsingLink(link, [aPod({ networkStatus })], [])).toEqual(['telco/upf-0']);
  });

  it('are none of other links, other networks, ended pods and unreadable annotations', () => {
    const definitions = [aDefinition({ type: 'macvlan', master: 'ens6' })];
    const others = [
      aPod({ networkStatus: '[{"name":"telco/n4"}]' }),
      aPod({ networkStatus: '[{"name":"other/n3"}]' }),
      aPod({ isOver: true }),
      aPod({ networkStatus: '{{', networks: '' }),
    ];
    expect(podsUsingLink(link, others, definitions)).toEqual([]);
    expect(podsUsingLink(link, [aPod()], [aDefinition({ type: 'macvlan', master: 'ens7' })])).toEqual([]);
    expect(podsUsingLink(link, [aPod()], [{ ...aDefinition({}), config: 'no json' }])).toEqual([]);
  });
});
