import { describe, expect, it } from 'vitest';
import { openTestRegion } from '../test-region.ts';

const CREATE = 'CreateNetworkInterface';

describe('CreateNetworkInterface', () => {
  it('gives a pending interface that becomes available', () => {
    const region = openTestRegion({ knobs: { createLatency: { minMs: 500, maxMs: 500 } } });
    const [SubnetId = ''] = region.subnetIds;
    const id = region.newInterface();
    const status = (): string =>
      region.ask('networkInterfaceSet.0.status', 'DescribeNetworkInterfaces', { 'NetworkInterfaceId.1': id });
    expect(status()).toBe('pending');
    region.clock.advance(499);
    expect(status()).toBe('pending');
    region.clock.advance(1);
    expect(status()).toBe('available');
    expect(region.ask('networkInterface.subnetId', CREATE, { SubnetId })).toBe(SubnetId);
  });

  it('gives the default group of the VPC when none is named', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    expect(region.ask('networkInterface.groupSet.0.groupName', CREATE, { SubnetId })).toBe('default');
  });

  it.each([
    [{ SubnetId: 'subnet-0123456789abcdef0' }, 'InvalidSubnetID.NotFound'],
    [{ SubnetId: 'subnet-tenant-a' }, 'InvalidSubnetID.Malformed'],
    [{ 'SecurityGroupId.1': 'sg-0123456789abcdef0' }, 'InvalidGroup.NotFound'],
    [{ 'SecurityGroupId.1': 'sg-tenant-a' }, 'InvalidGroupId.Malformed'],
    [{ PrivateIpAddress: '10.0.0.3' }, 'InvalidParameterValue'],
    [{ PrivateIpAddress: '10.0.15.255' }, 'InvalidParameterValue'],
    [{ PrivateIpAddress: 'ten' }, 'InvalidParameterValue'],
    [{ Ipv6AddressCount: 1 }, 'InvalidParameterValue'],
    [{ InterfaceType: 'carrier-pigeon' }, 'InvalidParameterValue'],
    [{ Description: 'x'.repeat(256) }, 'InvalidParameterValue'],
    [{ SecondaryPrivateIpAddressCount: 'many' }, 'InvalidParameterValue'],
    [{ SecondaryPrivateIpAddressCount: -1 }, 'InvalidParameterValue'],
    [{ SecondaryPrivateIpAddressCount: 1, Ipv4PrefixCount: 1 }, 'InvalidParameterCombination'],
    [{ ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue'],
    [{ Colour: 'red' }, 'UnknownParameter'],
    [
      { 'TagSpecification.1.ResourceType': 'instance', 'TagSpecification.1.Tag.1.Key': 'a' },
      'InvalidParameterValue',
    ],
    [{ DryRun: 'true' }, 'DryRunOperation'],
  ])('refuses %j with %s and makes nothing', (params, code) => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    const free = region.state().subnets[0]?.availableIpAddressCount;
    expect(region.code(CREATE, { SubnetId, ...params })).toBe(code);
    expect(region.state().networkInterfaces).toEqual([]);
    expect(region.state().subnets[0]?.availableIpAddressCount).toBe(free);
  });

  it('refuses a group of another VPC', () => {
    const region = openTestRegion();
    const VpcId = region.ask('vpc.vpcId', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
    const other = region.ask('groupId', 'CreateSecurityGroup', {
      VpcId,
      GroupName: 'o',
      GroupDescription: 'o',
    });
    const [SubnetId = ''] = region.subnetIds;
    expect(region.code(CREATE, { SubnetId, 'SecurityGroupId.1': other })).toBe('InvalidParameter');
  });

  it('takes five groups and refuses the sixth', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    const groups = Array.from({ length: 6 }, (_, index): [string, string] => [
      `SecurityGroupId.${index + 1}`,
      region.ask('groupId', 'CreateSecurityGroup', {
        VpcId: region.vpcId,
        GroupName: `g${index}`,
        GroupDescription: 'g',
      }),
    ]);
    expect(region.code(CREATE, { SubnetId, ...Object.fromEntries(groups.slice(0, 5)) })).toBe('OK');
    expect(region.code(CREATE, { SubnetId, ...Object.fromEntries(groups) })).toBe(
      'SecurityGroupsPerInterfaceLimitExceeded',
    );
  });

  it('refuses an address in use until its interface is deleted', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    const wish = { SubnetId, PrivateIpAddress: '10.0.0.100' };
    const id = region.newInterface(wish);
    expect(region.refusal(CREATE, wish)).toEqual({
      code: 'InvalidIPAddress.InUse',
      message: 'Address 10.0.0.100 is in use.',
    });
    region.call('DeleteNetworkInterface', { NetworkInterfaceId: id });
    expect(region.code(CREATE, wish)).toBe('OK');
  });

  it('counts every address against the subnet and refuses when it is full', () => {
    const region = openTestRegion();
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: region.vpcId,
      CidrBlock: '10.0.250.0/28',
    });
    region.newInterface({ SubnetId, SecondaryPrivateIpAddressCount: 8 });
    const free = (): string =>
      region.ask('subnetSet.0.availableIpAddressCount', 'DescribeSubnets', { 'SubnetId.1': SubnetId });
    expect(free()).toBe('2');
    expect(region.code(CREATE, { SubnetId, SecondaryPrivateIpAddressCount: 2 })).toBe(
      'InsufficientFreeAddressesInSubnet',
    );
    expect(free()).toBe('2');
    region.newInterface({ SubnetId, SecondaryPrivateIpAddressCount: 1 });
    expect(free()).toBe('0');
  });

  it('delegates prefixes and tells when the subnet has none left', () => {
    const region = openTestRegion();
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: region.vpcId,
      CidrBlock: '10.0.250.0/26',
    });
    expect(region.ask('networkInterface.ipv4PrefixSet', CREATE, { SubnetId, Ipv4PrefixCount: 2 })).toBe(
      '[{"ipv4Prefix":"10.0.250.16/28"},{"ipv4Prefix":"10.0.250.32/28"}]',
    );
    expect(region.refusal(CREATE, { SubnetId, Ipv4PrefixCount: 1 })?.message).toContain(
      'sufficient free Ipv4 addresses or prefixes',
    );
    // 64 - 5 reserved - 1 primary - 2 * 16
    expect(region.state().subnets.at(-1)?.availableIpAddressCount).toBe(26);
  });

  it('gives IPv6 addresses and prefixes of the subnet block', () => {
    const region = openTestRegion();
    const block = region.state().vpcs[0]?.ipv6CidrBlock?.replace('00::/56', '01::/64') ?? '';
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: region.vpcId,
      CidrBlock: '10.0.250.0/28',
      Ipv6CidrBlock: block,
    });
    region.newInterface({ SubnetId, Ipv6AddressCount: 2 });
    region.newInterface({ SubnetId, Ipv6PrefixCount: 1 });
    const [plain, delegated] = region.state().networkInterfaces;
    expect(new Set(plain?.ipv6Addresses).size).toBe(2);
    expect(plain?.ipv6Addresses[0]?.startsWith(block.split('::')[0] ?? '?')).toBe(true);
    expect(delegated?.ipv6Prefixes[0]).toMatch(/\/80$/);
  });

  it('refuses more interfaces than the Region quota', () => {
    const region = openTestRegion({ knobs: { maxNetworkInterfaces: 1 } });
    const [SubnetId = ''] = region.subnetIds;
    region.newInterface();
    expect(region.code(CREATE, { SubnetId })).toBe('NetworkInterfaceLimitExceeded');
  });
});

describe('ClientToken', () => {
  it('gives the same interface again, also after it was attached', () => {
    const region = openTestRegion();
    const params = { ClientToken: 'x'.repeat(64), Description: 'once' };
    const id = region.newInterface(params);
    region.attach(id, region.newInstance(), 1);
    const [SubnetId = ''] = region.subnetIds;
    expect(region.ask('networkInterface.networkInterfaceId', CREATE, { SubnetId, ...params })).toBe(id);
    expect(region.ask('networkInterface.status', CREATE, { SubnetId, ...params })).toBe('in-use');
  });

  it('is refused with other parameters', () => {
    const region = openTestRegion();
    region.newInterface({ ClientToken: 't', Description: 'one' });
    const [SubnetId = ''] = region.subnetIds;
    expect(region.code(CREATE, { SubnetId, ClientToken: 't', Description: 'two' })).toBe(
      'IdempotentParameterMismatch',
    );
  });

  it('stays unused when the call was refused or a dry run', () => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    expect(region.code(CREATE, { SubnetId, ClientToken: 't', PrivateIpAddress: '10.0.0.1' })).toBe(
      'InvalidParameterValue',
    );
    expect(region.code(CREATE, { SubnetId, ClientToken: 't', DryRun: true })).toBe('DryRunOperation');
    expect(region.code(CREATE, { SubnetId, ClientToken: 't' })).toBe('OK');
  });

  it.each([
    ['replay', 'OK', 0],
    ['not-found', 'InvalidNetworkInterfaceID.NotFound', 0],
    ['create-anew', 'OK', 1],
  ] as const)('whose interface was deleted answers by the knob burntToken=%s', (burntToken, code, left) => {
    const region = openTestRegion({ knobs: { burntToken } });
    const [SubnetId = ''] = region.subnetIds;
    const id = region.newInterface({ ClientToken: 't' });
    region.call('DeleteNetworkInterface', { NetworkInterfaceId: id });
    expect(region.code(CREATE, { SubnetId, ClientToken: 't' })).toBe(code);
    expect(region.state().networkInterfaces).toHaveLength(left);
  });
});
