import { describe, expect, it } from 'vitest';
import { openTestRegion } from '../test-region.ts';

describe('VPCs, subnets and groups', () => {
  it('are found by their filters', () => {
    const region = openTestRegion();
    const [, second = ''] = region.subnetIds;
    const ask = (path: string, action: string, name: string, value: string): string =>
      region.ask(path, action, { 'Filter.1.Name': name, 'Filter.1.Value.1': value });
    expect(ask('subnetSet.0.subnetId', 'DescribeSubnets', 'tag:Name', 'nodes-1')).toBe(second);
    expect(ask('subnetSet.0.subnetId', 'DescribeSubnets', 'availability-zone', 'us-east-1b')).toBe(second);
    expect(ask('subnetSet.0.subnetId', 'DescribeSubnets', 'cidr-block', '10.0.16.0/20')).toBe(second);
    expect(ask('subnetSet.2.vpcId', 'DescribeSubnets', 'vpc-id', region.vpcId)).toBe(region.vpcId);
    expect(ask('securityGroupInfo.0.groupId', 'DescribeSecurityGroups', 'group-name', 'nodes')).toBe(
      region.groupId,
    );
    expect(ask('vpcSet.0.cidrBlock', 'DescribeVpcs', 'vpc-id', region.vpcId)).toBe('10.0.0.0/16');
    expect(region.code('DescribeSubnets', { 'Filter.1.Name': 'colour', 'Filter.1.Value.1': 'x' })).toBe(
      'InvalidParameterValue',
    );
  });

  it.each([
    ['10.0.0.0/24', 'InvalidSubnet.Conflict'],
    ['10.9.0.0/24', 'InvalidSubnet.Range'],
    ['10.0.240.0/29', 'InvalidSubnet.Range'],
    ['ten', 'InvalidParameterValue'],
  ])('refuse a subnet %s with %s', (CidrBlock, code) => {
    const region = openTestRegion();
    expect(region.code('CreateSubnet', { VpcId: region.vpcId, CidrBlock })).toBe(code);
  });

  it('refuse an unknown zone and a name given twice', () => {
    const region = openTestRegion();
    const subnet = { VpcId: region.vpcId, CidrBlock: '10.0.240.0/24' };
    expect(region.code('CreateSubnet', { ...subnet, AvailabilityZone: 'us-east-1z' })).toBe(
      'InvalidParameterValue',
    );
    const group = { VpcId: region.vpcId, GroupName: 'nodes', GroupDescription: 'again' };
    expect(region.code('CreateSecurityGroup', group)).toBe('InvalidGroup.Duplicate');
  });

  it('cannot go while something depends on them, and go after it', () => {
    const region = openTestRegion();
    const VpcId = region.ask('vpc.vpcId', 'CreateVpc', { CidrBlock: '10.9.0.0/16' });
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', { VpcId, CidrBlock: '10.9.0.0/24' });
    const GroupId = region.ask('groupId', 'CreateSecurityGroup', {
      VpcId,
      GroupName: 'g',
      GroupDescription: 'g',
    });
    const eni = region.newInterface({ SubnetId, 'SecurityGroupId.1': GroupId });
    expect(region.code('DeleteSubnet', { SubnetId })).toBe('DependencyViolation');
    expect(region.code('DeleteSecurityGroup', { GroupId })).toBe('DependencyViolation');
    expect(region.code('DeleteVpc', { VpcId })).toBe('DependencyViolation');
    region.call('DeleteNetworkInterface', { NetworkInterfaceId: eni });
    expect(region.code('DeleteSubnet', { SubnetId })).toBe('OK');
    expect(region.code('DeleteSecurityGroup', { GroupId })).toBe('OK');
    expect(region.code('DeleteVpc', { VpcId })).toBe('OK');
    expect(region.code('DescribeVpcs', { 'VpcId.1': VpcId })).toBe('InvalidVpcID.NotFound');
  });

  it('lie in the zones the region has', () => {
    const region = openTestRegion({ availabilityZones: ['eu-west-1a', 'eu-west-1c'] });
    expect(region.ask('availabilityZoneInfo.1.zoneName', 'DescribeAvailabilityZones')).toBe('eu-west-1c');
    expect(region.code('DescribeAvailabilityZones', { 'ZoneName.1': 'us-east-1a' })).toBe(
      'InvalidParameterValue',
    );
  });
});
