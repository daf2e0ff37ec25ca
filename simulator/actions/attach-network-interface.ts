import { type ActionDefinition, type CallContext, required } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { attachInterface, interfacesOf } from '../interface-lifecycle.ts';
import type { Instance, NetworkInterface } from '../model.ts';
import { count, integer, requiredText } from '../params.ts';
import type { World } from '../world.ts';

/** Where on an instance. */
export interface Slot {
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
}

// Assumed upper end; aws/amazon-vpc-cni-k8s searches indexes 0 to 127.
const MAX_DEVICE_INDEX = 127;

/** Refuses a card the type does not have, and more interfaces than the card holds. @throws Ec2Error */
export function checkSlot(instanceType: string, world: World, others: readonly Slot[], slot: Slot): void {
  const cards = world.instanceType(instanceType)?.interfacesPerNetworkCard ?? [];
  const limit = cards[slot.networkCardIndex];
  if (limit === undefined) {
    // Assumed message.
    throw new Ec2Error(
      'InvalidParameterValue',
      `Network card index ${slot.networkCardIndex} is not valid for instance type ${instanceType}, which has ${cards.length} network card(s).`,
    );
  }
  const present = others.filter((other) => other.networkCardIndex === slot.networkCardIndex).length;
  if (present + 1 > limit) {
    // cilium/cilium#8830 quotes this message.
    throw new Ec2Error(
      'AttachmentLimitExceeded',
      `Interface count ${present + 1} exceeds the limit for ${instanceType}`,
    );
  }
}

/** Refuses an interface with more addresses than the instance type allows per interface. @throws Ec2Error PrivateIpAddressLimitExceeded */
export function checkAddressLimits(
  world: World,
  instanceType: string,
  item: Pick<NetworkInterface, 'privateIpAddresses' | 'ipv4Prefixes' | 'ipv6Addresses' | 'ipv6Prefixes'>,
): void {
  const type = world.instanceType(instanceType);
  if (type === undefined) return;
  // EC2 user guide, "Prefix delegation": a prefix takes the place of one address.
  if (item.privateIpAddresses.length + item.ipv4Prefixes.length > type.ipv4AddressesPerInterface) {
    // API reference, "Error codes": PrivateIpAddressLimitExceeded.
    throw new Ec2Error('PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.');
  }
  if (item.ipv6Addresses.length + item.ipv6Prefixes.length > type.ipv6AddressesPerInterface) {
    // API reference, "Error codes": InvalidInterface.IpAddressLimitExceeded; that it is used for IPv6 is assumed.
    throw new Ec2Error(
      'InvalidInterface.IpAddressLimitExceeded',
      'Number of IPv6 addresses will exceed limit.',
    );
  }
}

function checkStates(item: NetworkInterface, instance: Instance): void {
  // EC2 user guide, "Attach a network interface": running (hot) and stopped (warm); launch is the cold case.
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new Ec2Error(
      'IncorrectInstanceState',
      `Instance '${instance.id}' is not in a valid state for this operation: ${instance.state}.`,
    );
  }
  if (item.attachment !== undefined) {
    // API reference, "Error codes": InvalidNetworkInterface.InUse. A pending interface may be attached:
    // aws/amazon-vpc-cni-k8s attaches right after the create call.
    throw new Ec2Error('InvalidNetworkInterface.InUse', `Interface: [${item.id}] in use.`);
  }
}

function checkPlaces(item: NetworkInterface, instance: Instance): void {
  if (item.availabilityZone !== instance.availabilityZone) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'You may not attach a network interface to an instance if they are not in the same availability zone',
    );
  }
  if (item.vpcId !== instance.vpcId) {
    // EC2 user guide, "Multi-VPC ENI" allows this since 2023 for unmanaged instances; refused here as the operator's
    // contract is one VPC per node. Code and message assumed.
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The network interface and the instance are not in the same VPC',
    );
  }
}

function checkIndex(instance: Instance, others: readonly Slot[], slot: Slot): void {
  const isTaken = others.some(
    (other) => other.deviceIndex === slot.deviceIndex && other.networkCardIndex === slot.networkCardIndex,
  );
  if (isTaken) {
    // hashicorp/terraform-provider-aws#906 quotes this message.
    throw new Ec2Error(
      'InvalidParameterValue',
      `Instance '${instance.id}' already has an interface attached at device index '${slot.deviceIndex}'.`,
    );
  }
}

function readSlot({ params }: CallContext): Slot {
  if (integer(params, 'DeviceIndex') === undefined) {
    throw new Ec2Error('MissingParameter', 'The request must contain the parameter DeviceIndex');
  }
  const deviceIndex = count(params, 'DeviceIndex', { min: 0, fallback: 0 });
  if (deviceIndex > MAX_DEVICE_INDEX) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${deviceIndex}) for parameter deviceIndex is invalid.`,
    );
  }
  return { deviceIndex, networkCardIndex: count(params, 'NetworkCardIndex', { min: 0, fallback: 0 }) };
}

/** The places taken on an instance. */
function slotsOf(world: World, instanceId: string): readonly Slot[] {
  return interfacesOf(world, instanceId).flatMap((item) =>
    item.attachment === undefined ? [] : [item.attachment],
  );
}

/** AttachNetworkInterface. The order of the checks is assumed; DeleteOnTermination starts false (API reference). */
export const attachNetworkInterface: ActionDefinition = {
  name: 'AttachNetworkInterface',
  params: ['NetworkInterfaceId', 'InstanceId', 'DeviceIndex', 'NetworkCardIndex'],
  ignored: ['EnaSrdSpecification', 'EnaQueueCount'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const instance = required(view.instances, 'instance', requiredText(params, 'InstanceId'));
    const slot = readSlot(context);
    const others = slotsOf(world, instance.id);
    checkStates(item, instance);
    checkPlaces(item, instance);
    checkIndex(instance, others, slot);
    checkSlot(instance.instanceType, world, others, slot);
    checkAddressLimits(world, instance.instanceType, item);
    context.confirm();
    const attachment = attachInterface(world, item, { instance, ...slot, deleteOnTermination: false });
    context.touch(attachment.id);
    return { attachmentId: attachment.id, networkCardIndex: slot.networkCardIndex };
  },
};
