import { type CallContext, required } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { poolOf } from '../interface-lifecycle.ts';
import type { NetworkInterface, Subnet, Tags } from '../model.ts';
import { type ParamNode, count, flag, integer, requiredText, structures, text, texts } from '../params.ts';
import { parseTagSpecifications } from '../tags.ts';
import type { World } from '../world.ts';
import { type Slot, checkAddressLimits, checkSlot } from './attach-network-interface.ts';
import { readWishedAddresses } from './create-network-interface.ts';
import { groupsForInterface } from './security-group-actions.ts';

const MAX_INSTANCES = 1000;

/** One interface of every instance to launch. */
export interface LaunchInterface extends Slot {
  readonly subnet: Subnet;
  /** An interface made before, to be attached at launch. */
  readonly existing: NetworkInterface | undefined;
  readonly groupIds: readonly string[];
  readonly description: string;
  readonly interfaceType: string;
  readonly deleteOnTermination: boolean;
  readonly wishedAddresses: readonly string[];
  readonly secondaryCount: number;
  readonly ipv4PrefixCount: number;
  readonly ipv6AddressCount: number;
}

/** What RunInstances is to make. */
export interface LaunchPlan {
  readonly instanceType: string;
  readonly imageId: string;
  readonly instances: number;
  readonly interfaces: readonly LaunchInterface[];
  readonly instanceTags: Tags;
  readonly interfaceTags: Tags;
  readonly spot: boolean;
}

function subnetOf({ view }: CallContext, id: string | undefined): Subnet {
  if (id === undefined) throw new Ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
  return required(view.subnets, 'subnet', id);
}

function existingInterface({ view }: CallContext, id: string | undefined): NetworkInterface | undefined {
  if (id === undefined) return undefined;
  const existing = required(view.networkInterfaces, 'network-interface', id);
  if (existing.attachment !== undefined) {
    throw new Ec2Error('InvalidNetworkInterface.InUse', `Interface: [${existing.id}] in use.`);
  }
  return existing;
}

function readLaunchInterface(context: CallContext, node: ParamNode): LaunchInterface {
  const existing = existingInterface(context, text(node, 'NetworkInterfaceId'));
  const subnet = subnetOf(context, existing?.subnetId ?? text(node, 'SubnetId'));
  const deviceIndex = count(node, 'DeviceIndex', { min: 0, fallback: 0 });
  return {
    subnet,
    existing,
    deviceIndex,
    networkCardIndex: count(node, 'NetworkCardIndex', { min: 0, fallback: 0 }),
    groupIds: groupsForInterface(context, subnet.vpcId, texts(node, 'SecurityGroupId')),
    description: text(node, 'Description') ?? '',
    interfaceType: text(node, 'InterfaceType') ?? 'interface',
    // EC2 user guide, "Network interface attributes": interfaces made at launch go with the instance, given ones stay.
    deleteOnTermination: flag(node, 'DeleteOnTermination') ?? existing === undefined,
    wishedAddresses: readWishedAddresses(node),
    secondaryCount: count(node, 'SecondaryPrivateIpAddressCount', { min: 0, fallback: 0 }),
    ipv4PrefixCount: count(node, 'Ipv4PrefixCount', { min: 0, fallback: 0 }),
    ipv6AddressCount: count(node, 'Ipv6AddressCount', { min: 0, fallback: 0 }),
  };
}

function readInterfaces(context: CallContext): readonly LaunchInterface[] {
  const nodes = structures(context.params, 'NetworkInterface');
  if (nodes.length === 0) return [readLaunchInterface(context, context.params)];
  if (context.params.children.has('SubnetId') || context.params.children.has('SecurityGroupId')) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  return nodes.map((node) => readLaunchInterface(context, node));
}

function checkInterfaces(world: World, { instanceType, interfaces }: LaunchPlan): void {
  const placed: Slot[] = [];
  for (const item of interfaces) {
    if (
      placed.some(
        (other) => other.deviceIndex === item.deviceIndex && other.networkCardIndex === item.networkCardIndex,
      )
    ) {
      throw new Ec2Error('InvalidParameterValue', `Each network interface requires a unique device index.`);
    }
    checkSlot(instanceType, world, placed, item);
    checkAddressLimits(world, instanceType, {
      privateIpAddresses: Array.from({ length: 1 + item.secondaryCount }, () => ''),
      ipv4Prefixes: Array.from({ length: item.ipv4PrefixCount }, () => ''),
      ipv6Addresses: Array.from({ length: item.ipv6AddressCount }, () => ''),
      ipv6Prefixes: [],
    });
    placed.push(item);
  }
  if (!placed.some((slot) => slot.deviceIndex === 0 && slot.networkCardIndex === 0)) {
    throw new Ec2Error(
      'InvalidParameterValue',
      'When specifying network interfaces, you must include a device at index 0.',
    );
  }
}

function readCount(params: ParamNode): number {
  const min = count(params, 'MinCount', { min: 1, fallback: 1 });
  const max = integer(params, 'MaxCount') ?? min;
  if (max < min || max > MAX_INSTANCES) {
    throw new Ec2Error('InvalidParameterValue', `Value (${max}) for parameter maxCount is invalid.`);
  }
  return max;
}

function checkShared(plan: LaunchPlan): void {
  const isPinned = plan.interfaces.some(
    (item) => item.existing !== undefined || item.wishedAddresses.length > 0,
  );
  if (isPinned && plan.instances > 1) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'A given network interface or address can serve one instance only',
    );
  }
  const given = plan.interfaces.flatMap((item) => item.existing?.id ?? []);
  if (new Set(given).size < given.length) {
    throw new Ec2Error('InvalidParameterCombination', 'A given network interface can be attached once only');
  }
  const [first] = plan.interfaces;
  const isSplit = plan.interfaces.some(
    (item) =>
      item.subnet.availabilityZone !== first?.subnet.availabilityZone ||
      item.subnet.vpcId !== first.subnet.vpcId,
  );
  if (isSplit) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'All network interfaces must be in the same availability zone and VPC',
    );
  }
}

function checkFreeAddresses(world: World, plan: LaunchPlan): void {
  const wanted = new Map<string, number>();
  for (const item of plan.interfaces) {
    if (item.existing !== undefined) continue;
    const pool = poolOf(world, item.subnet.id);
    item.wishedAddresses.forEach((address) => pool.check(address));
    const perInstance =
      Math.max(1, item.wishedAddresses.length) + item.secondaryCount + item.ipv4PrefixCount * 16;
    wanted.set(item.subnet.id, (wanted.get(item.subnet.id) ?? 0) + perInstance * plan.instances);
  }
  for (const [subnetId, addresses] of wanted) {
    if (poolOf(world, subnetId).free() < addresses) {
      throw new Ec2Error(
        'InsufficientFreeAddressesInSubnet',
        `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
      );
    }
  }
}

/** Reads and checks a RunInstances call. @throws Ec2Error */
export function readLaunchPlan(context: CallContext): LaunchPlan {
  const { world, params } = context;
  const instanceType = requiredText(params, 'InstanceType');
  if (world.instanceType(instanceType) === undefined) {
    throw new Ec2Error('InvalidParameterValue', `Invalid value '${instanceType}' for InstanceType.`);
  }
  const imageId = requiredText(params, 'ImageId');
  if (!/^ami-[0-9a-f]+$/.test(imageId)) {
    throw new Ec2Error('InvalidAMIID.Malformed', `Invalid id: "${imageId}" (expecting "ami-...")`);
  }
  const tagsOf = (resourceType: string): Tags =>
    parseTagSpecifications(
      params,
      { resourceType, others: ['instance', 'network-interface', 'volume', 'spot-instances-request'] },
      world.knobs().maxTagsPerResource,
    );
  const market = params.children.get('InstanceMarketOptions');
  const plan: LaunchPlan = {
    instanceType,
    imageId,
    instances: readCount(params),
    interfaces: readInterfaces(context),
    instanceTags: tagsOf('instance'),
    interfaceTags: tagsOf('network-interface'),
    spot: market !== undefined && text(market, 'MarketType') === 'spot',
  };
  checkInterfaces(world, plan);
  checkShared(plan);
  checkFreeAddresses(world, plan);
  return plan;
}
