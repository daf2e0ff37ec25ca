import type {
  Instance as SdkInstance,
  InstanceTypeInfo,
  NetworkInterface as SdkNetworkInterface,
  SecurityGroup as SdkSecurityGroup,
  Subnet as SdkSubnet,
  Tag,
} from '@aws-sdk/client-ec2';
import type {
  Eni,
  EniAttachment,
  EniStatus,
  Instance,
  InstanceInterface,
  InstanceState,
  InstanceTypeLimits,
  SecurityGroup,
  Subnet,
} from '../../domain/ec2-resources.ts';
import { incompleteReply } from './ec2-error.ts';

const ENI_STATUSES: readonly EniStatus[] = [
  'pending',
  'available',
  'associated',
  'attaching',
  'in-use',
  'detaching',
];
const ATTACHMENT_STATUSES: readonly EniAttachment['status'][] = [
  'attaching',
  'attached',
  'detaching',
  'detached',
];
const INSTANCE_STATES: readonly InstanceState[] = [
  'pending',
  'running',
  'shutting-down',
  'terminated',
  'stopping',
  'stopped',
];

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw incompleteReply(field);
  return value;
}

function oneOf<T extends string>(known: readonly T[], value: string | undefined, field: string): T {
  return required(
    known.find((candidate) => candidate === value),
    `a known ${field}, it has "${value}"`,
  );
}

function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

function nameField(tags: readonly Tag[] | undefined): { name?: string } {
  const name = tags?.find((tag) => tag.Key === 'Name')?.Value;
  return name === undefined ? {} : { name };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const field: Partial<Record<K, string>> = {};
  if (value !== undefined && value !== '') field[key] = value;
  return field;
}

function present(values: readonly (string | undefined)[]): string[] {
  return values.filter((value) => value !== undefined);
}

function parseAttachment(eni: SdkNetworkInterface): { attachment?: EniAttachment } {
  const { Attachment: attachment } = eni;
  // A detached attachment is history, not a place.
  if (attachment?.AttachmentId === undefined || attachment.Status === 'detached') return {};
  return {
    attachment: {
      attachmentId: attachment.AttachmentId,
      ...optional('instanceId', attachment.InstanceId),
      deviceIndex: required(attachment.DeviceIndex, 'Attachment.DeviceIndex'),
      networkCardIndex: attachment.NetworkCardIndex ?? 0,
      status: oneOf(ATTACHMENT_STATUSES, attachment.Status, 'attachment status'),
      deleteOnTermination: attachment.DeleteOnTermination ?? false,
    },
  };
}

/** Reads a NetworkInterface. @throws Ec2Error (transient) when required members are missing. */
export function parseEni(eni: SdkNetworkInterface): Eni {
  return {
    eniId: required(eni.NetworkInterfaceId, 'NetworkInterfaceId'),
    status: oneOf(ENI_STATUSES, eni.Status, 'network interface status'),
    subnetId: required(eni.SubnetId, 'SubnetId'),
    vpcId: required(eni.VpcId, 'VpcId'),
    zone: required(eni.AvailabilityZone, 'AvailabilityZone'),
    macAddress: required(eni.MacAddress, 'MacAddress'),
    description: eni.Description ?? '',
    securityGroupIds: present((eni.Groups ?? []).map((group) => group.GroupId)),
    sourceDestCheck: eni.SourceDestCheck ?? true,
    tags: tagsOf(eni.TagSet),
    ...parseAddresses(eni),
    ...parseAttachment(eni),
  };
}

type Addresses = Pick<
  Eni,
  'privateIpAddress' | 'secondaryPrivateIpAddresses' | 'ipv4Prefixes' | 'ipv6Addresses' | 'ipv6Prefixes'
>;

function parseAddresses(eni: SdkNetworkInterface): Addresses {
  const secondary = (eni.PrivateIpAddresses ?? []).filter((address) => address.Primary !== true);
  return {
    ...optional('privateIpAddress', eni.PrivateIpAddress),
    secondaryPrivateIpAddresses: present(secondary.map((address) => address.PrivateIpAddress)),
    ipv4Prefixes: present((eni.Ipv4Prefixes ?? []).map((prefix) => prefix.Ipv4Prefix)),
    ipv6Addresses: present((eni.Ipv6Addresses ?? []).map((address) => address.Ipv6Address)),
    ipv6Prefixes: present((eni.Ipv6Prefixes ?? []).map((prefix) => prefix.Ipv6Prefix)),
  };
}

/** Reads an Instance; a terminated one may have lost its subnet and interfaces. */
export function parseInstance(instance: SdkInstance): Instance {
  return {
    instanceId: required(instance.InstanceId, 'InstanceId'),
    state: oneOf(INSTANCE_STATES, instance.State?.Name, 'instance state'),
    instanceType: required(instance.InstanceType, 'InstanceType'),
    zone: required(instance.Placement?.AvailabilityZone, 'Placement.AvailabilityZone'),
    vpcId: instance.VpcId ?? '',
    ...optional('outpostArn', instance.OutpostArn),
    interfaces: (instance.NetworkInterfaces ?? []).flatMap((eni): InstanceInterface[] =>
      eni.NetworkInterfaceId === undefined ||
      eni.Attachment?.DeviceIndex === undefined ||
      eni.Attachment.Status === 'detached'
        ? []
        : [
            {
              eniId: eni.NetworkInterfaceId,
              deviceIndex: eni.Attachment.DeviceIndex,
              networkCardIndex: eni.Attachment.NetworkCardIndex ?? 0,
            },
          ],
    ),
  };
}

/** Reads the interface limits of an instance type, or undefined when EC2 does not tell them. */
export function parseInstanceType(info: InstanceTypeInfo): InstanceTypeLimits | undefined {
  const { InstanceType: instanceType, NetworkInfo: network } = info;
  if (instanceType === undefined || network?.MaximumNetworkInterfaces === undefined) return undefined;
  const cards = (network.NetworkCards ?? []).flatMap((card): [number, number][] =>
    card.NetworkCardIndex === undefined || card.MaximumNetworkInterfaces === undefined
      ? []
      : [[card.NetworkCardIndex, card.MaximumNetworkInterfaces]],
  );
  return {
    instanceType,
    maximumInterfacesByCard: new Map(cards.length > 0 ? cards : [[0, network.MaximumNetworkInterfaces]]),
  };
}

/** Reads a Subnet. */
export function parseSubnet(subnet: SdkSubnet): Subnet {
  return {
    subnetId: required(subnet.SubnetId, 'SubnetId'),
    ...nameField(subnet.Tags),
    zone: required(subnet.AvailabilityZone, 'AvailabilityZone'),
    vpcId: required(subnet.VpcId, 'VpcId'),
    ...optional('outpostArn', subnet.OutpostArn),
    cidr: subnet.CidrBlock ?? '',
    availableAddresses: subnet.AvailableIpAddressCount ?? 0,
  };
}

/** Reads a SecurityGroup. */
export function parseSecurityGroup(group: SdkSecurityGroup): SecurityGroup {
  return {
    groupId: required(group.GroupId, 'GroupId'),
    groupName: group.GroupName ?? '',
    ...nameField(group.Tags),
    vpcId: required(group.VpcId, 'VpcId'),
  };
}
