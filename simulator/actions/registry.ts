import type { ActionDefinition } from '../call-context.ts';
import { attachNetworkInterface } from './attach-network-interface.ts';
import { createNetworkInterface } from './create-network-interface.ts';
import { deleteNetworkInterface } from './delete-network-interface.ts';
import { describeAvailabilityZones } from './describe-availability-zones.ts';
import { describeInstanceStatus, describeInstances } from './describe-instances.ts';
import { describeInstanceTypes } from './describe-instance-types.ts';
import {
  describeNetworkInterfaceAttribute,
  describeNetworkInterfaces,
} from './describe-network-interfaces.ts';
import { detachNetworkInterface } from './detach-network-interface.ts';
import { startInstances, stopInstances, terminateInstances } from './instance-state-actions.ts';
import { modifyNetworkInterfaceAttribute } from './modify-network-interface-attribute.ts';
import {
  assignIpv6Addresses,
  assignPrivateIpAddresses,
  unassignIpv6Addresses,
  unassignPrivateIpAddresses,
} from './private-ip-address-actions.ts';
import { runInstances } from './run-instances.ts';
import {
  createSecurityGroup,
  deleteSecurityGroup,
  describeSecurityGroups,
} from './security-group-actions.ts';
import { createSubnet, deleteSubnet, describeSubnets } from './subnet-actions.ts';
import { createTags, deleteTags, describeTags } from './tag-actions.ts';
import { createVpc, deleteVpc, describeVpcs } from './vpc-actions.ts';

const ACTIONS: readonly ActionDefinition[] = [
  assignIpv6Addresses,
  assignPrivateIpAddresses,
  attachNetworkInterface,
  createNetworkInterface,
  createSecurityGroup,
  createSubnet,
  createTags,
  createVpc,
  deleteNetworkInterface,
  deleteSecurityGroup,
  deleteSubnet,
  deleteTags,
  deleteVpc,
  describeAvailabilityZones,
  describeInstanceStatus,
  describeInstances,
  describeInstanceTypes,
  describeNetworkInterfaceAttribute,
  describeNetworkInterfaces,
  describeSecurityGroups,
  describeSubnets,
  describeTags,
  describeVpcs,
  detachNetworkInterface,
  modifyNetworkInterfaceAttribute,
  runInstances,
  startInstances,
  stopInstances,
  terminateInstances,
  unassignIpv6Addresses,
  unassignPrivateIpAddresses,
];

/** Every action by its wire name. */
export const ACTIONS_BY_NAME: ReadonlyMap<string, ActionDefinition> = new Map(
  ACTIONS.map((action) => [action.name, action]),
);
