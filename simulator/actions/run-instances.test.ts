import { describe, expect, it } from 'vitest';
import { type TestRegion, openTestRegion } from '../test-region.ts';

const LAUNCH = { ImageId: 'ami-12345678', InstanceType: 'm5.xlarge', MinCount: 1, MaxCount: 1 };

function twoInterfaces(region: TestRegion): Record<string, string | number | boolean> {
  const [first = ''] = region.subnetIds;
  return {
    'NetworkInterface.1.DeviceIndex': 0,
    'NetworkInterface.1.SubnetId': first,
    'NetworkInterface.2.DeviceIndex': 2,
    'NetworkInterface.2.SubnetId': first,
    'NetworkInterface.2.DeleteOnTermination': false,
    'NetworkInterface.2.SecurityGroupId.1': region.groupId,
    'TagSpecification.1.ResourceType': 'network-interface',
    'TagSpecification.1.Tag.1.Key': 'made-by',
    'TagSpecification.1.Tag.1.Value': 'launch',
  };
}

describe('RunInstances', () => {
  it('starts pending and becomes running', () => {
    const region = openTestRegion({ knobs: { instanceStartLatency: { minMs: 3_000, maxMs: 3_000 } } });
    const [SubnetId = ''] = region.subnetIds;
    expect(region.ask('instancesSet.0.instanceState.name', 'RunInstances', { ...LAUNCH, SubnetId })).toBe(
      'pending',
    );
    region.clock.advance(2_999);
    expect(region.state().instances[0]?.state).toBe('pending');
    region.clock.advance(1);
    expect(region.state().instances[0]?.state).toBe('running');
  });

  it('makes a primary interface that goes with the instance, and extra ones as asked', () => {
    const region = openTestRegion();
    region.newInstance(twoInterfaces(region));
    const seen = region.state().networkInterfaces.map(({ attachment, tags, status }) => ({
      index: attachment?.deviceIndex,
      deleteOnTermination: attachment?.deleteOnTermination,
      status,
      tags,
    }));
    expect(seen).toEqual([
      { index: 0, deleteOnTermination: true, status: 'in-use', tags: { 'made-by': 'launch' } },
      { index: 2, deleteOnTermination: false, status: 'in-use', tags: { 'made-by': 'launch' } },
    ]);
  });

  it('attaches an interface made before, once, and leaves it when the instance ends', () => {
    const region = openTestRegion();
    const eni = region.newInterface();
    const plan = {
      ...LAUNCH,
      'NetworkInterface.1.DeviceIndex': 0,
      'NetworkInterface.1.SubnetId': region.subnetIds[0] ?? '',
      'NetworkInterface.2.DeviceIndex': 1,
      'NetworkInterface.2.NetworkInterfaceId': eni,
    };
    const twice = { 'NetworkInterface.3.DeviceIndex': 2, 'NetworkInterface.3.NetworkInterfaceId': eni };
    expect(region.code('RunInstances', { ...plan, ...twice })).toBe('InvalidParameterCombination');
    expect(region.code('RunInstances', { ...plan, MinCount: 2, MaxCount: 2 })).toBe(
      'InvalidParameterCombination',
    );
    const instance = region.newInstance(plan);
    expect(region.code('RunInstances', plan)).toBe('InvalidNetworkInterface.InUse');
    region.call('TerminateInstances', { 'InstanceId.1': instance });
    expect(region.state().networkInterfaces.map(({ id, status }) => [id, status])).toEqual([
      [eni, 'available'],
    ]);
  });

  it('gives the same reservation for the same token', () => {
    const region = openTestRegion();
    const first = region.newInstance({ ClientToken: 'once', MaxCount: 2, MinCount: 2 });
    expect(region.newInstance({ ClientToken: 'once', MaxCount: 2, MinCount: 2 })).toBe(first);
    expect(region.state().instances).toHaveLength(2);
  });

  it('launches all or nothing', () => {
    const region = openTestRegion();
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: region.vpcId,
      CidrBlock: '10.0.250.0/28',
    });
    expect(region.code('RunInstances', { ...LAUNCH, SubnetId, MinCount: 12, MaxCount: 12 })).toBe(
      'InsufficientFreeAddressesInSubnet',
    );
    expect(region.state().instances).toEqual([]);
    expect(region.state().networkInterfaces).toEqual([]);
    expect(region.code('RunInstances', { ...LAUNCH, SubnetId, MinCount: 11, MaxCount: 11 })).toBe('OK');
  });

  it('takes back interfaces when a later one cannot be made', () => {
    const region = openTestRegion();
    const SubnetId = region.ask('subnet.subnetId', 'CreateSubnet', {
      VpcId: region.vpcId,
      CidrBlock: '10.0.250.0/27',
    });
    const plan = {
      ...LAUNCH,
      'NetworkInterface.1.DeviceIndex': 0,
      'NetworkInterface.1.SubnetId': SubnetId,
      'NetworkInterface.2.DeviceIndex': 1,
      'NetworkInterface.2.SubnetId': SubnetId,
      'NetworkInterface.2.Ipv4PrefixCount': 1,
    };
    expect(region.code('RunInstances', plan)).toBe('InvalidParameterValue');
    const state = region.state();
    expect(state.networkInterfaces).toEqual([]);
    expect(state.subnets.at(-1)?.availableIpAddressCount).toBe(27);
  });

  it.each([
    [{ InstanceType: 'm5.tiny' }, 'InvalidParameterValue'],
    [{ ImageId: 'debian' }, 'InvalidAMIID.Malformed'],
    [{ MinCount: 0 }, 'InvalidParameterValue'],
    [{ MinCount: 2, MaxCount: 1 }, 'InvalidParameterValue'],
    [{ DryRun: true }, 'DryRunOperation'],
    [{ LaunchTemplate: 'x' }, 'UnknownParameter'],
  ])('refuses %j with %s', (wrong, code) => {
    const region = openTestRegion();
    const [SubnetId = ''] = region.subnetIds;
    expect(region.code('RunInstances', { ...LAUNCH, SubnetId, ...wrong })).toBe(code);
    expect(region.state().instances).toEqual([]);
  });

  it('refuses a subnet beside interfaces, a doubled index, and no index 0', () => {
    const region = openTestRegion();
    const plan = { ...LAUNCH, ...twoInterfaces(region) };
    const [SubnetId = ''] = region.subnetIds;
    expect(region.code('RunInstances', { ...plan, SubnetId })).toBe('InvalidParameterCombination');
    expect(region.code('RunInstances', { ...plan, 'NetworkInterface.2.DeviceIndex': 0 })).toBe(
      'InvalidParameterValue',
    );
    expect(region.code('RunInstances', { ...plan, 'NetworkInterface.1.DeviceIndex': 1 })).toBe(
      'InvalidParameterValue',
    );
  });
});

describe('the end of an instance', () => {
  it('deletes or frees its interfaces, and is forgotten after an hour', () => {
    const region = openTestRegion({ knobs: { instanceTerminateLatency: { minMs: 5_000, maxMs: 5_000 } } });
    const InstanceId = region.newInstance(twoInterfaces(region));
    expect(
      region.ask('instancesSet.0.currentState.name', 'TerminateInstances', { 'InstanceId.1': InstanceId }),
    ).toBe('shutting-down');
    expect(region.state().networkInterfaces).toHaveLength(2);
    region.clock.advance(5_000);
    expect(region.state().networkInterfaces.map(({ status, attachment }) => [status, attachment])).toEqual([
      ['available', undefined],
    ]);
    const name = 'reservationSet.0.instancesSet.0.instanceState.name';
    expect(region.ask(name, 'DescribeInstances', { 'InstanceId.1': InstanceId })).toBe('terminated');
    region.clock.advance(3_600_000);
    expect(region.code('DescribeInstances', { 'InstanceId.1': InstanceId })).toBe(
      'InvalidInstanceID.NotFound',
    );
  });

  it('never comes when it is only stopped and started', () => {
    const region = openTestRegion();
    const InstanceId = region.newInstance(twoInterfaces(region));
    region.call('StopInstances', { 'InstanceId.1': InstanceId });
    expect(region.state().instances[0]?.state).toBe('stopped');
    expect(region.state().networkInterfaces.map((item) => item.attachment?.status)).toEqual([
      'attached',
      'attached',
    ]);
    region.call('StartInstances', { 'InstanceId.1': InstanceId });
    expect(region.state().instances[0]?.state).toBe('running');
    region.call('TerminateInstances', { 'InstanceId.1': InstanceId });
    region.clock.advance(1);
    expect(region.code('StartInstances', { 'InstanceId.1': InstanceId })).toBe('IncorrectInstanceState');
  });
});
