import type {
  Eni,
  EniAttachment,
  Instance,
  InstanceInterface,
  InstanceTypeLimits,
  SecurityGroup,
  Subnet,
} from '../../src/domain/ec2-resources.ts';

/** An unattached ENI in zone a that nobody owns. */
export function anEni(overrides: Partial<Eni> = {}): Eni {
  return {
    eniId: 'eni-0a',
    status: 'available',
    subnetId: 'subnet-a',
    vpcId: 'vpc-1',
    zone: 'us-east-1a',
    macAddress: '02:00:00:00:00:0a',
    description: '',
    securityGroupIds: ['sg-1'],
    sourceDestCheck: true,
    tags: {},
    secondaryPrivateIpAddresses: [],
    ipv4Prefixes: [],
    ipv6Addresses: [],
    ipv6Prefixes: [],
    ...overrides,
  };
}

/** A finished attachment to instance `i-1` at index 2 of card 0, deleted with the instance. */
export function anEniAttachment(overrides: Partial<EniAttachment> = {}): EniAttachment {
  return {
    attachmentId: 'eni-attach-0a',
    instanceId: 'i-1',
    deviceIndex: 2,
    networkCardIndex: 0,
    status: 'attached',
    deleteOnTermination: true,
    ...overrides,
  };
}

/** An ENI that is attached as {@link anEniAttachment} says. */
export function anAttachedEni(attachment: Partial<EniAttachment> = {}, overrides: Partial<Eni> = {}): Eni {
  return anEni({ status: 'in-use', attachment: anEniAttachment(attachment), ...overrides });
}

/** An interface on card 0. */
export function anInterface(overrides: Partial<InstanceInterface> = {}): InstanceInterface {
  return { eniId: 'eni-primary', deviceIndex: 0, networkCardIndex: 0, ...overrides };
}

/** A running m5.large in zone a with its primary interface. */
export function anInstance(overrides: Partial<Instance> = {}): Instance {
  return {
    instanceId: 'i-1',
    state: 'running',
    instanceType: 'm5.large',
    zone: 'us-east-1a',
    vpcId: 'vpc-1',
    interfaces: [anInterface()],
    ...overrides,
  };
}

/** Limits by card; `limitsOf(3)` is m5.large. */
export function limitsOf(...maximumByCard: readonly number[]): InstanceTypeLimits {
  return { instanceType: 'm5.large', maximumInterfacesByCard: new Map(maximumByCard.entries()) };
}

/** A subnet of zone a without a name. */
export function aSubnet(overrides: Partial<Subnet> = {}): Subnet {
  return {
    subnetId: 'subnet-a',
    zone: 'us-east-1a',
    vpcId: 'vpc-1',
    cidr: '10.0.1.0/24',
    availableAddresses: 200,
    ...overrides,
  };
}

/** A security group of VPC `vpc-1`. */
export function aSecurityGroup(overrides: Partial<SecurityGroup> = {}): SecurityGroup {
  return { groupId: 'sg-1', groupName: 'tenant', vpcId: 'vpc-1', ...overrides };
}
