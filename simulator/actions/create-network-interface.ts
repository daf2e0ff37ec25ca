import { type ActionDefinition, type CallContext, required } from '../call-context.ts';
import { readClientToken } from '../client-token.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type InterfacePlan, checkInterfaceQuota, createInterface, poolOf } from '../interface-lifecycle.ts';
import type { NetworkInterface, Subnet } from '../model.ts';
import { type ParamNode, count, flag, requiredText, structures, text, texts } from '../params.ts';
import { notFoundError } from '../resource-id.ts';
import { parseTagSpecifications } from '../tags.ts';
import { networkInterfaceView } from '../views/network-interface-view.ts';
import type { TokenRecord, World } from '../world.ts';
import type { XmlObject } from '../xml.ts';
import { groupsForInterface } from './security-group-actions.ts';

const NAME = 'CreateNetworkInterface';
// API reference, CreateNetworkInterface, InterfaceType; requester-managed kinds are left out.
const INTERFACE_TYPES: ReadonlySet<string> = new Set(['interface', 'efa', 'efa-only', 'branch', 'trunk']);
const MAX_DESCRIPTION = 255;

/** Wished addresses: `PrivateIpAddress` and `PrivateIpAddresses.N`, the primary one first. */
export function readWishedAddresses(params: ParamNode): readonly string[] {
  const single = text(params, 'PrivateIpAddress');
  const listed = structures(params, 'PrivateIpAddresses').map((item) => ({
    address: requiredText(item, 'PrivateIpAddress'),
    isPrimary: flag(item, 'Primary') === true,
  }));
  if (single !== undefined && listed.some((item) => item.isPrimary)) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'The parameter privateIpAddress cannot be used with a primary privateIpAddresses entry',
    );
  }
  const primary = listed.filter((item) => item.isPrimary);
  const others = listed.filter((item) => !item.isPrimary);
  const wished = [
    ...(single === undefined ? [] : [single]),
    ...[...primary, ...others].map((item) => item.address),
  ];
  if (new Set(wished).size < wished.length) {
    throw new Ec2Error('InvalidParameterValue', 'The same private IP address is given more than once');
  }
  return wished;
}

function readCounts(
  params: ParamNode,
  wished: number,
): Pick<InterfacePlan, 'addressCount' | 'ipv4PrefixCount' | 'ipv6AddressCount' | 'ipv6PrefixCount'> {
  const read = (name: string): number => count(params, name, { min: 0, fallback: 0 });
  const secondary = read('SecondaryPrivateIpAddressCount');
  const ipv4PrefixCount = read('Ipv4PrefixCount');
  const ipv6AddressCount = read('Ipv6AddressCount');
  const ipv6PrefixCount = read('Ipv6PrefixCount');
  // API reference, CreateNetworkInterface: the address count and the prefix count of one family exclude each other.
  if ((secondary > 0 && ipv4PrefixCount > 0) || (ipv6AddressCount > 0 && ipv6PrefixCount > 0)) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      'Address counts cannot be combined with prefix counts of the same family',
    );
  }
  return {
    addressCount: secondary + (wished === 0 ? 1 : 0),
    ipv4PrefixCount,
    ipv6AddressCount,
    ipv6PrefixCount,
  };
}

function readPlan(context: CallContext, subnet: Subnet): InterfacePlan {
  const { world, params, visibleAtMs } = context;
  const description = text(params, 'Description') ?? '';
  if (description.length > MAX_DESCRIPTION) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `The description must be at most ${MAX_DESCRIPTION} characters long`,
    );
  }
  const interfaceType = text(params, 'InterfaceType');
  if (interfaceType !== undefined && !INTERFACE_TYPES.has(interfaceType)) {
    throw new Ec2Error('InvalidParameterValue', `Invalid value '${interfaceType}' for InterfaceType.`);
  }
  const wishedAddresses = readWishedAddresses(params);
  return {
    subnet,
    description,
    interfaceType: interfaceType ?? 'interface',
    groupIds: groupsForInterface(context, subnet.vpcId, texts(params, 'SecurityGroupId')),
    tags: parseTagSpecifications(
      params,
      { resourceType: 'network-interface' },
      world.knobs().maxTagsPerResource,
    ),
    wishedAddresses,
    ...readCounts(params, wishedAddresses.length),
    visibleAtMs,
  };
}

function checkAddresses(world: World, plan: InterfacePlan): void {
  const pool = poolOf(world, plan.subnet.id);
  for (const address of plan.wishedAddresses) pool.check(address);
  if (plan.ipv6AddressCount + plan.ipv6PrefixCount > 0 && !pool.hasIpv6) {
    // Assumed code and message.
    throw new Ec2Error(
      'InvalidParameterValue',
      'The subnet does not have an IPv6 CIDR block associated with it.',
    );
  }
}

function replyFor(world: World, item: NetworkInterface, clientToken: string | undefined): XmlObject {
  return { networkInterface: networkInterfaceView(world, item), clientToken };
}

function isXmlObject(reply: unknown): reply is XmlObject {
  return typeof reply === 'object' && reply !== null;
}

/** Answers a token again; undefined when the interface is to be made anew. */
function replay(world: World, known: TokenRecord, token: string): XmlObject | undefined {
  const [id = ''] = known.resourceIds;
  const present = world.networkInterfaces.get(id);
  if (present !== undefined) return replyFor(world, present, token);
  // Assumed, all three: what AWS does once the interface of a token is deleted is not documented.
  const behaviour = world.knobs().burntToken;
  if (behaviour === 'not-found') throw notFoundError('network-interface', [id]);
  return behaviour === 'replay' && isXmlObject(known.reply) ? known.reply : undefined;
}

/** CreateNetworkInterface: all or nothing, and one interface per ClientToken (EC2 API developer guide, "Ensuring idempotency"). */
export const createNetworkInterface: ActionDefinition = {
  name: NAME,
  params: [
    'SubnetId',
    'Description',
    'SecurityGroupId',
    'PrivateIpAddress',
    'PrivateIpAddresses',
    'SecondaryPrivateIpAddressCount',
    'Ipv4PrefixCount',
    'Ipv6AddressCount',
    'Ipv6PrefixCount',
    'InterfaceType',
    'TagSpecification',
    'ClientToken',
  ],
  ignored: ['EnablePrimaryIpv6', 'ConnectionTrackingSpecification'],
  run: (context) => {
    const { world, view, params } = context;
    const subnetId = requiredText(params, 'SubnetId');
    const token = readClientToken(context, NAME);
    if (token?.known !== undefined) {
      const answer = replay(world, token.known, token.value);
      if (answer !== undefined) {
        token.known.resourceIds.forEach((id) => context.touch(id));
        return answer;
      }
    }
    const plan = readPlan(context, required(view.subnets, 'subnet', subnetId));
    checkAddresses(world, plan);
    checkInterfaceQuota(world, 1);
    context.confirm();
    const created = createInterface(world, plan);
    context.touch(created.id);
    const reply = replyFor(world, created, token?.value);
    token?.remember([created.id], reply);
    return reply;
  },
};
