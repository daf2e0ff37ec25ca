import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { asEc2Failure } from '../../operator/engine/as-ec2-failure.ts';
import { parseEni, parseInstance, parseInstanceType, parseSecurityGroup, parseSubnet } from './parse-ec2.ts';

const ENI: NetworkInterface = {
  NetworkInterfaceId: 'eni-1',
  Status: 'in-use',
  SubnetId: 'subnet-1',
  VpcId: 'vpc-1',
  AvailabilityZone: 'us-east-1a',
  MacAddress: '02:00:00:00:00:01',
  Description: 'mine',
  Groups: [{ GroupId: 'sg-1', GroupName: 'one' }, { GroupId: 'sg-2' }],
  SourceDestCheck: false,
  TagSet: [{ Key: 'Name', Value: 'a' }, { Key: 'empty' }],
  PrivateIpAddress: '10.0.0.4',
  PrivateIpAddresses: [
    { PrivateIpAddress: '10.0.0.4', Primary: true },
    { PrivateIpAddress: '10.0.0.5', Primary: false },
  ],
  Ipv4Prefixes: [{ Ipv4Prefix: '10.0.1.0/28' }],
  Ipv6Addresses: [{ Ipv6Address: '2001:db8::1' }],
  Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8:1::/80' }],
  Attachment: {
    AttachmentId: 'eni-attach-1',
    InstanceId: 'i-1',
    DeviceIndex: 2,
    NetworkCardIndex: 1,
    Status: 'attached',
    DeleteOnTermination: true,
  },
};

const INSTANCE = {
  InstanceId: 'i-1',
  State: { Name: 'running' },
  InstanceType: 'm5.large',
  Placement: { AvailabilityZone: 'us-east-1a' },
  VpcId: 'vpc-1',
} as const;

function failureOf(parse: () => unknown): string {
  try {
    return `no failure: ${JSON.stringify(parse())}`;
  } catch (error) {
    const failure = asEc2Failure(error);
    return failure === undefined ? String(error) : `${failure.kind} ${failure.code}: ${failure.message}`;
  }
}

function without<T extends object>(object: T, key: keyof T): T {
  return { ...object, [key]: undefined };
}

describe('a network interface', () => {
  it('is read with all that the operator decides on', () => {
    expect(parseEni(ENI)).toEqual({
      eniId: 'eni-1',
      status: 'in-use',
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      zone: 'us-east-1a',
      macAddress: '02:00:00:00:00:01',
      description: 'mine',
      securityGroupIds: ['sg-1', 'sg-2'],
      sourceDestCheck: false,
      tags: { Name: 'a', empty: '' },
      privateIpAddress: '10.0.0.4',
      secondaryPrivateIpAddresses: ['10.0.0.5'],
      ipv4Prefixes: ['10.0.1.0/28'],
      ipv6Addresses: ['2001:db8::1'],
      ipv6Prefixes: ['2001:db8:1::/80'],
      attachment: {
        attachmentId: 'eni-attach-1',
        instanceId: 'i-1',
        deviceIndex: 2,
        networkCardIndex: 1,
        status: 'attached',
        deleteOnTermination: true,
      },
    });
  });

  it.each(['NetworkInterfaceId', 'Status', 'SubnetId', 'VpcId', 'AvailabilityZone', 'MacAddress'] as const)(
    'without %s is a broken reply: nothing is decided on it',
    (key) => {
      expect(failureOf(() => parseEni(without(ENI, key)))).toMatch(/^transient IncompleteReply: /);
    },
  );

  it('of an unknown status is a broken reply that names the status', () => {
    expect(failureOf(() => parseEni({ ...ENI, Status: JSON.parse('"teleporting"') }))).toMatch(
      /^transient IncompleteReply: .*teleporting/,
    );
  });

  it('without lists has empty ones', () => {
    const { Groups: _g, TagSet: _t, PrivateIpAddresses: _p, ...rest } = ENI;
    expect(parseEni({ ...rest, Ipv4Prefixes: [], Ipv6Addresses: [], Ipv6Prefixes: [] })).toMatchObject({
      securityGroupIds: [],
      tags: {},
      secondaryPrivateIpAddresses: [],
      ipv4Prefixes: [],
    });
  });

  it('is attached to card 0, and kept at termination, where EC2 says nothing else', () => {
    const { NetworkCardIndex: _n, DeleteOnTermination: _d, ...attachment } = ENI.Attachment ?? {};
    expect(parseEni({ ...ENI, Attachment: attachment }).attachment).toMatchObject({
      networkCardIndex: 0,
      deleteOnTermination: false,
    });
  });

  it('held by an AWS service has an attachment without an instance', () => {
    const { InstanceId: _, ...attachment } = { ...ENI.Attachment, AttachmentId: 'ela-attach-1' };
    expect(parseEni({ ...ENI, Attachment: attachment }).attachment).toEqual({
      attachmentId: 'ela-attach-1',
      deviceIndex: 2,
      networkCardIndex: 1,
      status: 'attached',
      deleteOnTermination: true,
    });
  });

  it('whose attachment has ended is attached to nothing, even when the rest of it is gone', () => {
    expect(parseEni({ ...ENI, Attachment: { ...ENI.Attachment, Status: 'detached' } })).not.toHaveProperty(
      'attachment',
    );
    expect(
      parseEni({ ...ENI, Attachment: { AttachmentId: 'eni-attach-1', Status: 'detached' } }),
    ).not.toHaveProperty('attachment');
  });
});

describe('an instance', () => {
  it('shows the indexes that are taken, by card', () => {
    const { interfaces, ...facts } = parseInstance({
      ...INSTANCE,
      OutpostArn: 'arn:aws:outposts:op-1',
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-0', Attachment: { DeviceIndex: 0 } },
        { NetworkInterfaceId: 'eni-1', Attachment: { DeviceIndex: 1, NetworkCardIndex: 3 } },
      ],
    });
    expect(facts).toEqual({
      instanceId: 'i-1',
      state: 'running',
      instanceType: 'm5.large',
      zone: 'us-east-1a',
      vpcId: 'vpc-1',
      outpostArn: 'arn:aws:outposts:op-1',
    });
    expect(interfaces).toEqual([
      { eniId: 'eni-0', deviceIndex: 0, networkCardIndex: 0 },
      { eniId: 'eni-1', deviceIndex: 1, networkCardIndex: 3 },
    ]);
  });

  it('has its index back once the attachment there has ended', () => {
    const Attachment = { DeviceIndex: 2, Status: 'detached' } as const;
    const NetworkInterfaces = [{ NetworkInterfaceId: 'eni-1', Attachment }];
    expect(parseInstance({ ...INSTANCE, NetworkInterfaces }).interfaces).toEqual([]);
  });

  it('that is terminated may have no VPC and no interfaces any more', () => {
    const { VpcId: _, ...rest } = INSTANCE;
    expect(parseInstance({ ...rest, State: { Name: 'terminated' } })).toMatchObject({
      state: 'terminated',
      vpcId: '',
      interfaces: [],
    });
  });

  it.each(['InstanceId', 'State', 'InstanceType', 'Placement'] as const)(
    'without %s is a broken reply',
    (key) => {
      expect(failureOf(() => parseInstance({ ...INSTANCE, [key]: undefined }))).toMatch(
        /^transient IncompleteReply: /,
      );
    },
  );
});

describe('an instance type', () => {
  it('takes so many interfaces on each card', () => {
    const limits = parseInstanceType({
      InstanceType: 'p4d.24xlarge',
      NetworkInfo: {
        MaximumNetworkInterfaces: 60,
        NetworkCards: [0, 1, 2, 3].map((NetworkCardIndex) => ({
          NetworkCardIndex,
          MaximumNetworkInterfaces: 15,
        })),
      },
    });
    expect(limits?.maximumInterfacesByCard).toEqual(
      new Map([
        [0, 15],
        [1, 15],
        [2, 15],
        [3, 15],
      ]),
    );
  });

  it('without cards takes its maximum on card 0', () => {
    const NetworkInfo = { MaximumNetworkInterfaces: 3 };
    expect(parseInstanceType({ InstanceType: 'm5.large', NetworkInfo })?.maximumInterfacesByCard).toEqual(
      new Map([[0, 3]]),
    );
  });

  it('whose limits EC2 does not tell is unknown', () => {
    expect(parseInstanceType({ InstanceType: 'm5.large' })).toBeUndefined();
  });
});

describe('subnets and groups', () => {
  it('have the name of their Name tag, if they have one', () => {
    const subnet = { SubnetId: 'subnet-1', AvailabilityZone: 'us-east-1a', VpcId: 'vpc-1' };
    expect(parseSubnet(subnet)).toEqual({
      subnetId: 'subnet-1',
      zone: 'us-east-1a',
      vpcId: 'vpc-1',
      cidr: '',
      availableAddresses: 0,
    });
    expect(parseSubnet({ ...subnet, Tags: [{ Key: 'Name', Value: 'tenant-a' }] }).name).toBe('tenant-a');
    const group = { GroupId: 'sg-1', GroupName: 'tenant', VpcId: 'vpc-1' };
    expect(parseSecurityGroup({ ...group, Tags: [{ Key: 'Name', Value: 'n' }] })).toEqual({
      groupId: 'sg-1',
      groupName: 'tenant',
      name: 'n',
      vpcId: 'vpc-1',
    });
  });

  it('without an id or a VPC are broken replies', () => {
    expect(failureOf(() => parseSubnet({ SubnetId: 'subnet-1', AvailabilityZone: 'a' }))).toMatch(/VpcId/);
    expect(failureOf(() => parseSecurityGroup({ VpcId: 'vpc-1' }))).toMatch(/GroupId/);
  });
});
