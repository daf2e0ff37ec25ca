import { describe, expect, it } from 'vitest';
import { aHost, aLink, macOf } from '../../../test/builders/host-state.ts';
import { findLink } from './find-link.ts';

const RULES = { areVirtualLinksAllowed: false };

describe('the search for the link of an ENI', () => {
  it.each(['eth1', 'ens34', 'enp39s0', 'enX1'])('finds it by its MAC address, named %s', (name) => {
    expect(findLink(macOf(3), aHost([aLink(3, { name }), aLink(4)]), RULES)).toMatchObject({
      kind: 'found',
      link: { name },
    });
  });

  it.each(['vlan', 'macvlan', 'bond', 'bridge', 'veth', 'ipvlan'])(
    'does not take a %s with the same MAC address for it',
    (kind) => {
      const copy = aLink(9, { kind, macAddress: macOf(3) });
      expect(findLink(macOf(3), aHost([copy, aLink(3)]), RULES)).toMatchObject({
        kind: 'found',
        link: { index: 3 },
      });
      expect(findLink(macOf(3), aHost([copy]), RULES)).toEqual({ kind: 'absent' });
    },
  );

  it('takes a veth where that is allowed, and still no vlan', () => {
    const rules = { areVirtualLinksAllowed: true };
    const links = [
      aLink(8, { kind: 'vlan', macAddress: macOf(3) }),
      aLink(9, { kind: 'veth', macAddress: macOf(3) }),
    ];
    expect(findLink(macOf(3), aHost(links), rules)).toMatchObject({ kind: 'found', link: { index: 9 } });
  });

  it('chooses none of two devices with one MAC address', () => {
    const links = [aLink(9, { macAddress: macOf(3) }), aLink(3)];
    expect(findLink(macOf(3), aHost(links), RULES)).toEqual({ kind: 'ambiguous', names: ['ens3', 'ens9'] });
  });

  it('tells a link that a pod holds from one that is gone', () => {
    const state = aHost([], { linklessDevices: ['0000:00:03.0'] });
    const record = { pciAddress: '0000:00:03.0' };
    expect(findLink(macOf(3), state, RULES, record)).toEqual({ kind: 'in-pod', ...record });
    expect(findLink(macOf(3), state, RULES)).toEqual({ kind: 'absent' });
    expect(findLink(macOf(3), aHost([]), RULES, record)).toEqual({ kind: 'absent' });
  });
});
