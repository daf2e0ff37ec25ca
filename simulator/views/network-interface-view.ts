import type { Attachment, NetworkInterface } from '../model.ts';
import { tagSet } from '../tags.ts';
import type { World } from '../world.ts';
import type { XmlObject, XmlValue } from '../xml.ts';

/** The account all simulated things belong to. */
export const ACCOUNT_ID: string = '123456789012';

/** A time as EC2 writes it. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

/** `ip-10-0-0-4.ec2.internal` (Amazon VPC user guide, "DNS attributes", us-east-1 form). */
export function privateDnsName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}.ec2.internal`;
}

/** Ids and names of groups. */
export function groupSet(world: World, groupIds: readonly string[]): XmlValue {
  return groupIds.map((groupId) => ({
    groupId,
    groupName: world.securityGroups.get(groupId)?.groupName ?? '',
  }));
}

function attachmentView(attachment: Attachment): XmlObject {
  return {
    attachmentId: attachment.id,
    instanceId: attachment.instanceId,
    instanceOwnerId: ACCOUNT_ID,
    deviceIndex: attachment.deviceIndex,
    networkCardIndex: attachment.networkCardIndex,
    status: attachment.status,
    attachTime: timestamp(attachment.attachedAtMs),
    deleteOnTermination: attachment.deleteOnTermination,
  };
}

function addressViews(item: NetworkInterface): XmlValue {
  return item.privateIpAddresses.map((privateIpAddress, index) => ({
    privateIpAddress,
    privateDnsName: privateDnsName(privateIpAddress),
    primary: index === 0,
  }));
}

/** API reference, NetworkInterface. */
export function networkInterfaceView(world: World, item: NetworkInterface): XmlObject {
  const [primary = ''] = item.privateIpAddresses;
  return {
    networkInterfaceId: item.id,
    subnetId: item.subnetId,
    vpcId: item.vpcId,
    availabilityZone: item.availabilityZone,
    description: item.description,
    ownerId: ACCOUNT_ID,
    requesterManaged: false,
    status: item.status,
    macAddress: item.macAddress,
    privateIpAddress: primary,
    privateDnsName: privateDnsName(primary),
    sourceDestCheck: item.sourceDestCheck,
    groupSet: groupSet(world, item.groupIds),
    attachment: item.attachment === undefined ? undefined : attachmentView(item.attachment),
    tagSet: tagSet(item.tags),
    privateIpAddressesSet: addressViews(item),
    ipv4PrefixSet: item.ipv4Prefixes.map((ipv4Prefix) => ({ ipv4Prefix })),
    ipv6AddressesSet: item.ipv6Addresses.map((ipv6Address) => ({ ipv6Address })),
    ipv6PrefixSet: item.ipv6Prefixes.map((ipv6Prefix) => ({ ipv6Prefix })),
    interfaceType: item.interfaceType,
  };
}

/** The attachment as DescribeNetworkInterfaceAttribute gives it. */
export function attachmentAttributeView(item: NetworkInterface): XmlObject | undefined {
  return item.attachment === undefined ? undefined : attachmentView(item.attachment);
}
