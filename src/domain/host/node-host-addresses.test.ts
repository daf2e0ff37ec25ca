import { describe, expect, it } from 'vitest';
import { nodeHostAddresses } from './node-host-addresses.ts';

const internal = (address: string): { type: string; address: string } => ({ type: 'InternalIP', address });
const external = (address: string): { type: string; address: string } => ({ type: 'ExternalIP', address });

describe('the addresses that a Node is reached by', () => {
  it('are the first of each family, not those of the ENIs that a cloud provider lists after them', () => {
    const addresses = [
      internal('10.0.1.10'),
      internal('10.0.3.4'),
      internal('2001:db8::1'),
      internal('2001:db8:3::4'),
      external('203.0.113.7'),
      { type: 'Hostname', address: 'ip-10-0-1-10' },
    ];
    expect(nodeHostAddresses(addresses)).toEqual(['10.0.1.10', '2001:db8::1']);
  });

  it('are external where there is no internal one, and none of a Node without addresses', () => {
    expect(nodeHostAddresses([external('203.0.113.7')])).toEqual(['203.0.113.7']);
    expect(nodeHostAddresses([{ type: 'InternalDNS', address: 'node-1.ec2.internal' }])).toEqual([]);
  });
});
