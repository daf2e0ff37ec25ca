import { expect, it } from 'vitest';
import type { NetworkInterface } from '../model.ts';
import { type TestRegion, openTestRegion } from '../test-region.ts';

const ASSIGN = 'AssignPrivateIpAddresses';
const UNASSIGN = 'UnassignPrivateIpAddresses';

function read(region: TestRegion, id: string): NetworkInterface | undefined {
  return region.state().networkInterfaces.find((item) => item.id === id);
}

function freeAddresses(region: TestRegion): number | undefined {
  return region.state().subnets[0]?.availableIpAddressCount;
}

function holdings(
  region: TestRegion,
  id: string,
): { readonly addresses: readonly string[]; readonly prefixes: readonly string[] } {
  const item = read(region, id);
  return { addresses: item?.privateIpAddresses ?? [], prefixes: item?.ipv4Prefixes ?? [] };
}

it('adds addresses and takes them away again', () => {
  const region = openTestRegion();
  const NetworkInterfaceId = region.newInterface();
  const free = freeAddresses(region);
  region.call(ASSIGN, { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 2 });
  region.call(ASSIGN, { NetworkInterfaceId, 'PrivateIpAddress.1': '10.0.1.1' });
  region.call(ASSIGN, { NetworkInterfaceId, Ipv4PrefixCount: 1 });
  const { addresses, prefixes } = holdings(region, NetworkInterfaceId);
  expect([addresses.length, prefixes.length]).toEqual([4, 1]);
  const [primary, ...secondary] = addresses;
  region.call(UNASSIGN, {
    NetworkInterfaceId,
    ...Object.fromEntries(secondary.map((address, index) => [`PrivateIpAddress.${index + 1}`, address])),
    'Ipv4Prefix.1': prefixes.join(','),
  });
  expect(holdings(region, NetworkInterfaceId)).toEqual({ addresses: [primary], prefixes: [] });
  expect(freeAddresses(region)).toBe(free);
});

it('never takes away the primary address or one it has not', () => {
  const region = openTestRegion();
  const NetworkInterfaceId = region.newInterface();
  const [primary = ''] = read(region, NetworkInterfaceId)?.privateIpAddresses ?? [];
  expect(region.code(UNASSIGN, { NetworkInterfaceId, 'PrivateIpAddress.1': primary })).toBe(
    'InvalidParameterValue',
  );
  expect(region.code(UNASSIGN, { NetworkInterfaceId, 'PrivateIpAddress.1': '10.0.1.1' })).toBe(
    'InvalidParameterValue',
  );
  expect(region.code(UNASSIGN, { NetworkInterfaceId })).toBe('MissingParameter');
});

it('keeps an attached interface within the limit of its type', () => {
  const region = openTestRegion();
  const NetworkInterfaceId = region.newInterface();
  region.attach(NetworkInterfaceId, region.newInstance({ InstanceType: 'm5.large' }), 1);
  expect(region.code(ASSIGN, { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 10 })).toBe(
    'PrivateIpAddressLimitExceeded',
  );
  expect(region.code(ASSIGN, { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 8 })).toBe('OK');
  expect(region.code(ASSIGN, { NetworkInterfaceId, Ipv4PrefixCount: 1 })).toBe('OK');
  expect(region.code(ASSIGN, { NetworkInterfaceId, Ipv4PrefixCount: 1 })).toBe(
    'PrivateIpAddressLimitExceeded',
  );
});

it('asks for exactly one way to name addresses', () => {
  const region = openTestRegion();
  const NetworkInterfaceId = region.newInterface();
  expect(region.code(ASSIGN, { NetworkInterfaceId })).toBe('MissingParameter');
  expect(
    region.code(ASSIGN, { NetworkInterfaceId, Ipv4PrefixCount: 1, SecondaryPrivateIpAddressCount: 1 }),
  ).toBe('InvalidParameterCombination');
});

it('adds IPv6 addresses and prefixes where the subnet has a block', () => {
  const region = openTestRegion();
  const block = region.state().vpcs[0]?.ipv6CidrBlock?.replace('00::/56', '01::/64') ?? '';
  const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
    VpcId: region.vpcId,
    CidrBlock: '10.0.250.0/28',
    Ipv6CidrBlock: block,
  });
  const NetworkInterfaceId = region.newInterface({ SubnetId });
  const address = region.ask('assignedIpv6Addresses.0', 'AssignIpv6Addresses', {
    NetworkInterfaceId,
    Ipv6AddressCount: 1,
  });
  const prefix = region.ask('assignedIpv6PrefixSet.0', 'AssignIpv6Addresses', {
    NetworkInterfaceId,
    Ipv6PrefixCount: 1,
  });
  expect(read(region, NetworkInterfaceId)).toMatchObject({
    ipv6Addresses: [address],
    ipv6Prefixes: [prefix],
  });
  region.call('UnassignIpv6Addresses', {
    NetworkInterfaceId,
    'Ipv6Addresses.1': address,
    'Ipv6Prefix.1': prefix,
  });
  expect(read(region, NetworkInterfaceId)).toMatchObject({ ipv6Addresses: [], ipv6Prefixes: [] });
  expect(region.code('UnassignIpv6Addresses', { NetworkInterfaceId, 'Ipv6Addresses.1': address })).toBe(
    'InvalidParameterValue',
  );
  expect(
    region.code('AssignIpv6Addresses', { NetworkInterfaceId: region.newInterface(), Ipv6AddressCount: 1 }),
  ).toBe('InvalidParameterValue');
});
