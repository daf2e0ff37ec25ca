import { expect, it } from 'vitest';
import { openTestRegion } from '../test-region.ts';

it('finds instances by each filter', () => {
  const region = openTestRegion();
  const [, elsewhere = ''] = region.subnetIds;
  const one = region.newInstance();
  const two = region.newInstance({
    SubnetId: elsewhere,
    'TagSpecification.1.ResourceType': 'instance',
    'TagSpecification.1.Tag.1.Key': 'role',
    'TagSpecification.1.Tag.1.Value': 'worker',
  });
  const [primary] = region.state().networkInterfaces;
  region.call('StopInstances', { 'InstanceId.1': two });
  region.clock.advance(1);
  const found = (name: string, value: string): string[] => {
    const reply = region.call('DescribeInstances', { 'Filter.1.Name': name, 'Filter.1.Value.1': value });
    return [...new Set(JSON.stringify(reply).match(/"instanceId":"i-[0-9a-f]+"/g))].map((text) =>
      text.slice(14, -1),
    );
  };
  expect(found('instance-id', one)).toEqual([one]);
  expect(found('instance-state-name', 'stopped')).toEqual([two]);
  expect(found('vpc-id', region.vpcId)).toEqual([one, two]);
  expect(found('subnet-id', elsewhere)).toEqual([two]);
  expect(found('tag:role', 'work*')).toEqual([two]);
  expect(found('tag-key', 'role')).toEqual([two]);
  expect(found('private-ip-address', primary?.privateIpAddresses[0] ?? '')).toEqual([one]);
  expect(found('network-interface.network-interface-id', primary?.id ?? '')).toEqual([one]);
});

it('shows the interfaces of each instance, the primary one first', () => {
  const region = openTestRegion();
  const instance = region.newInstance();
  const eni = region.newInterface();
  region.attach(eni, instance, 1);
  const reply = region.ask('reservationSet.0.instancesSet.0.networkInterfaceSet', 'DescribeInstances', {
    'InstanceId.1': instance,
  });
  expect(JSON.parse(reply)).toMatchObject([
    { attachment: { deviceIndex: 0 } },
    { networkInterfaceId: eni, attachment: { deviceIndex: 1, networkCardIndex: 0 } },
  ]);
});

it('gives the status of running instances, and of all when asked', () => {
  const region = openTestRegion();
  const stopped = region.newInstance();
  const running = region.newInstance();
  region.call('StopInstances', { 'InstanceId.1': stopped });
  region.clock.advance(1);
  expect(region.ask('instanceStatusSet.0.instanceId', 'DescribeInstanceStatus')).toBe(running);
  expect(
    region.ask('instanceStatusSet.0.instanceState.name', 'DescribeInstanceStatus', {
      IncludeAllInstances: true,
    }),
  ).toBe('stopped');
});

it('tells the limits of a type per network card', () => {
  const region = openTestRegion();
  const ask = (path: string, InstanceType: string): string =>
    region.ask(`instanceTypeSet.0.networkInfo.${path}`, 'DescribeInstanceTypes', {
      'InstanceType.1': InstanceType,
    });
  expect(ask('maximumNetworkInterfaces', 'c6in.32xlarge')).toBe('16');
  expect(ask('networkCards.1.maximumNetworkInterfaces', 'c6in.32xlarge')).toBe('8');
  expect(ask('maximumNetworkInterfaces', 'c5n.18xlarge')).toBe('15');
  expect(ask('ipv4AddressesPerInterface', 't3.medium')).toBe('6');
  expect(region.code('DescribeInstanceTypes', { 'InstanceType.1': 'm5.tiny' })).toBe('InvalidInstanceType');
  expect(region.code('DescribeInstanceTypes', { MaxResults: 101 })).toBe('InvalidParameterValue');
});
