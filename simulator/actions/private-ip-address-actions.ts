import { type ActionDefinition, required } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { poolOf, takeAddresses } from '../interface-lifecycle.ts';
import type { NetworkInterface } from '../model.ts';
import { count, requiredText, texts } from '../params.ts';
import type { World } from '../world.ts';
import { checkAddressLimits } from './attach-network-interface.ts';

type AddressFields = Pick<
  NetworkInterface,
  'privateIpAddresses' | 'ipv4Prefixes' | 'ipv6Addresses' | 'ipv6Prefixes'
>;

const NO_ADDRESSES = {
  wishedAddresses: [],
  addressCount: 0,
  ipv4PrefixCount: 0,
  ipv6AddressCount: 0,
  ipv6PrefixCount: 0,
};

function ghosts(times: number): readonly string[] {
  return Array.from({ length: times }, () => '');
}

function checkLimits(
  world: World,
  item: NetworkInterface,
  added: { readonly ipv4: number; readonly ipv6: number },
): void {
  const instance =
    item.attachment === undefined ? undefined : world.instances.get(item.attachment.instanceId);
  if (instance === undefined) return;
  checkAddressLimits(world, instance.instanceType, {
    ...item,
    privateIpAddresses: [...item.privateIpAddresses, ...ghosts(added.ipv4)],
    ipv6Addresses: [...item.ipv6Addresses, ...ghosts(added.ipv6)],
  });
}

function addAddresses(world: World, item: NetworkInterface, added: AddressFields): void {
  world.networkInterfaces.put({
    ...item,
    privateIpAddresses: [...item.privateIpAddresses, ...added.privateIpAddresses],
    ipv4Prefixes: [...item.ipv4Prefixes, ...added.ipv4Prefixes],
    ipv6Addresses: [...item.ipv6Addresses, ...added.ipv6Addresses],
    ipv6Prefixes: [...item.ipv6Prefixes, ...added.ipv6Prefixes],
  });
}

function requireSome(total: number, names: string): void {
  if (total === 0)
    throw new Ec2Error('MissingParameter', `The request must contain one of the parameters ${names}`);
}

function without(present: readonly string[], gone: readonly string[]): readonly string[] {
  return present.filter((value) => !gone.includes(value));
}

/** AssignPrivateIpAddresses: the reply names only what was added (API reference). */
export const assignPrivateIpAddresses: ActionDefinition = {
  name: 'AssignPrivateIpAddresses',
  params: ['NetworkInterfaceId', 'PrivateIpAddress', 'SecondaryPrivateIpAddressCount', 'Ipv4PrefixCount'],
  ignored: ['AllowReassignment'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const wishedAddresses = texts(params, 'PrivateIpAddress');
    const addressCount = count(params, 'SecondaryPrivateIpAddressCount', { min: 0, fallback: 0 });
    const ipv4PrefixCount = count(params, 'Ipv4PrefixCount', { min: 0, fallback: 0 });
    const total = wishedAddresses.length + addressCount + ipv4PrefixCount;
    requireSome(total, 'PrivateIpAddress, SecondaryPrivateIpAddressCount, Ipv4PrefixCount');
    if (Math.max(wishedAddresses.length, addressCount, ipv4PrefixCount) < total) {
      // API reference, AssignPrivateIpAddresses: one of the three per call.
      throw new Ec2Error(
        'InvalidParameterCombination',
        'Specify either addresses, an address count or a prefix count',
      );
    }
    checkLimits(world, item, { ipv4: total, ipv6: 0 });
    context.confirm();
    const added = takeAddresses(world, item.subnetId, {
      ...NO_ADDRESSES,
      wishedAddresses,
      addressCount,
      ipv4PrefixCount,
    });
    addAddresses(world, item, added);
    return {
      networkInterfaceId: item.id,
      assignedPrivateIpAddressesSet: added.privateIpAddresses.map((privateIpAddress) => ({
        privateIpAddress,
      })),
      assignedIpv4PrefixSet: added.ipv4Prefixes.map((ipv4Prefix) => ({ ipv4Prefix })),
      return: true,
    };
  },
};

/** UnassignPrivateIpAddresses: the primary address stays (API reference). */
export const unassignPrivateIpAddresses: ActionDefinition = {
  name: 'UnassignPrivateIpAddresses',
  params: ['NetworkInterfaceId', 'PrivateIpAddress', 'Ipv4Prefix'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const addresses = texts(params, 'PrivateIpAddress');
    const prefixes = texts(params, 'Ipv4Prefix');
    requireSome(addresses.length + prefixes.length, 'PrivateIpAddress, Ipv4Prefix');
    const removable = new Set([...item.privateIpAddresses.slice(1), ...item.ipv4Prefixes]);
    const unknown = [...addresses, ...prefixes].filter((value) => !removable.has(value));
    if (unknown.length > 0) {
      // EC2 API reference, UnassignPrivateIpAddresses: secondary addresses only; code and message assumed.
      throw new Ec2Error(
        'InvalidParameterValue',
        `Some of the specified addresses are not assigned to interface ${item.id}`,
      );
    }
    context.confirm();
    poolOf(world, item.subnetId).release([...addresses, ...prefixes]);
    world.networkInterfaces.put({
      ...item,
      privateIpAddresses: without(item.privateIpAddresses, addresses),
      ipv4Prefixes: without(item.ipv4Prefixes, prefixes),
    });
    return { return: true };
  },
};

/** AssignIpv6Addresses: the reply names only what was added (API reference). */
export const assignIpv6Addresses: ActionDefinition = {
  name: 'AssignIpv6Addresses',
  params: ['NetworkInterfaceId', 'Ipv6AddressCount', 'Ipv6PrefixCount'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const ipv6AddressCount = count(params, 'Ipv6AddressCount', { min: 0, fallback: 0 });
    const ipv6PrefixCount = count(params, 'Ipv6PrefixCount', { min: 0, fallback: 0 });
    requireSome(ipv6AddressCount + ipv6PrefixCount, 'Ipv6AddressCount, Ipv6PrefixCount');
    if (!poolOf(world, item.subnetId).hasIpv6) {
      // Assumed code and message.
      throw new Ec2Error(
        'InvalidParameterValue',
        'The subnet does not have an IPv6 CIDR block associated with it.',
      );
    }
    checkLimits(world, item, { ipv4: 0, ipv6: ipv6AddressCount + ipv6PrefixCount });
    context.confirm();
    const added = takeAddresses(world, item.subnetId, { ...NO_ADDRESSES, ipv6AddressCount, ipv6PrefixCount });
    addAddresses(world, item, added);
    return {
      networkInterfaceId: item.id,
      assignedIpv6Addresses: added.ipv6Addresses,
      assignedIpv6PrefixSet: added.ipv6Prefixes,
    };
  },
};

/** UnassignIpv6Addresses. */
export const unassignIpv6Addresses: ActionDefinition = {
  name: 'UnassignIpv6Addresses',
  params: ['NetworkInterfaceId', 'Ipv6Addresses', 'Ipv6Prefix'],
  run: (context) => {
    const { world, view, params } = context;
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const addresses = texts(params, 'Ipv6Addresses');
    const prefixes = texts(params, 'Ipv6Prefix');
    requireSome(addresses.length + prefixes.length, 'Ipv6Addresses, Ipv6Prefix');
    const removable = new Set([...item.ipv6Addresses, ...item.ipv6Prefixes]);
    if ([...addresses, ...prefixes].some((value) => !removable.has(value))) {
      throw new Ec2Error(
        'InvalidParameterValue',
        `Some of the specified addresses are not assigned to interface ${item.id}`,
      );
    }
    context.confirm();
    poolOf(world, item.subnetId).release([...addresses, ...prefixes]);
    world.networkInterfaces.put({
      ...item,
      ipv6Addresses: without(item.ipv6Addresses, addresses),
      ipv6Prefixes: without(item.ipv6Prefixes, prefixes),
    });
    return {
      networkInterfaceId: item.id,
      unassignedIpv6Addresses: addresses,
      unassignedIpv6PrefixSet: prefixes,
    };
  },
};
