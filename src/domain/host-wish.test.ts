import { describe, expect, it } from 'vitest';
import { type HostRelevant, hostWish, hostWishDigest } from './host-wish.ts';

const DEFAULTS = { managedBy: 'Daemon', addressing: 'None', policyRouting: false } as const;

describe('the alternative name of a link', () => {
  it('is the same for the first ENI of every zone, so that one network definition fits all nodes', () => {
    expect(hostWish('upf', DEFAULTS, { base: 3, own: 3 }).altName).toBe('ne-upf');
  });

  it('is numbered for the further ENIs of a node', () => {
    const names = [2, 3, 4].map((own) => hostWish('upf', DEFAULTS, { base: 2, own }).altName);
    expect(names).toEqual(['ne-upf', 'ne-upf-2', 'ne-upf-3']);
  });

  it('is what the user wrote', () => {
    const wish = { ...DEFAULTS, altName: 'eth2' };
    expect([2, 3].map((own) => hostWish('upf', wish, { base: 2, own }).altName)).toEqual(['eth2', 'eth2-2']);
  });
});

describe('the digest of what the daemon acts on', () => {
  const base: HostRelevant = {
    macAddress: '02:00:00:00:00:01',
    mtu: 9001,
    networkCardIndex: 0,
    deviceIndex: 2,
    addresses: ['10.0.0.4', '10.0.0.5'],
    host: { ...DEFAULTS, altName: 'ne-upf' },
  };

  it('stays when the addresses change that the link does not get', () => {
    expect(hostWishDigest({ ...base, addresses: [] })).toBe(hostWishDigest(base));
  });

  it.each<Partial<HostRelevant>>([
    { macAddress: '02:00:00:00:00:02' },
    { mtu: 1500 },
    { deviceIndex: 3 },
    { networkCardIndex: 1 },
    { host: { ...base.host, altName: 'eth2' } },
    { host: { ...base.host, managedBy: 'OS' } },
  ])('changes with %j', (change) => {
    expect(hostWishDigest({ ...base, ...change })).not.toBe(hostWishDigest(base));
  });

  it('follows the addresses that the link gets, in any order', () => {
    const all = { ...base, host: { ...base.host, addressing: 'All' } } as const;
    expect(hostWishDigest({ ...all, addresses: all.addresses.toReversed() })).toBe(hostWishDigest(all));
    expect(hostWishDigest({ ...all, addresses: ['10.0.0.4'] })).not.toBe(hostWishDigest(all));
  });
});
