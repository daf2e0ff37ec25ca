import ipaddr from 'ipaddr.js';
import { parseIpv4Cidr } from '../address-pool.ts';
import { type ActionDefinition, type CallContext, required, requiredAll } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type FilterFields, TAG_FIELDS, parseFilters, select } from '../filters.ts';
import { poolOf } from '../interface-lifecycle.ts';
import type { Subnet, Vpc } from '../model.ts';
import { paginate } from '../pagination.ts';
import { requiredText, text, texts } from '../params.ts';
import { parseTagSpecifications, tagSet } from '../tags.ts';
import { ACCOUNT_ID } from '../views/network-interface-view.ts';
import type { World } from '../world.ts';
import type { XmlObject } from '../xml.ts';

const FIELDS: FilterFields<Subnet> = {
  ...TAG_FIELDS,
  'subnet-id': (item) => [item.id],
  'vpc-id': (item) => [item.vpcId],
  'availability-zone': (item) => [item.availabilityZone],
  availabilityZone: (item) => [item.availabilityZone],
  state: () => ['available'],
  'cidr-block': (item) => [item.cidrBlock],
  cidr: (item) => [item.cidrBlock],
  cidrBlock: (item) => [item.cidrBlock],
};

function subnetView(world: World, region: string, item: Subnet): XmlObject {
  return {
    subnetId: item.id,
    subnetArn: `arn:aws:ec2:${region}:${ACCOUNT_ID}:subnet/${item.id}`,
    ownerId: ACCOUNT_ID,
    state: 'available',
    vpcId: item.vpcId,
    cidrBlock: item.cidrBlock,
    ipv6CidrBlockAssociationSet:
      item.ipv6CidrBlock === undefined
        ? undefined
        : [{ ipv6CidrBlock: item.ipv6CidrBlock, ipv6CidrBlockState: { state: 'associated' } }],
    assignIpv6AddressOnCreation: false,
    availableIpAddressCount: poolOf(world, item.id).free(),
    availabilityZone: item.availabilityZone,
    availabilityZoneId: zoneId(world, item.availabilityZone),
    defaultForAz: false,
    mapPublicIpOnLaunch: false,
    ipv6Native: false,
    tagSet: tagSet(item.tags),
  };
}

/** `use1-az1` for the first zone and so on; the mapping is the account's own (EC2 user guide, "AZ IDs"). */
export function zoneId(world: World, zone: string): string {
  return `use1-az${world.zones.indexOf(zone) + 1}`;
}

function checkIpv4Block({ world }: CallContext, vpc: Vpc, cidrBlock: string): void {
  const subnet = parseIpv4Cidr(cidrBlock, 'cidrBlock');
  const network = parseIpv4Cidr(vpc.cidrBlock, 'cidrBlock');
  const isInside =
    subnet.first >= network.first && subnet.first + subnet.size <= network.first + network.size;
  // API reference, CreateSubnet: blocks of /16 to /28, inside the VPC's, without overlap.
  if (subnet.bits < 16 || subnet.bits > 28 || !isInside) {
    throw new Ec2Error('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  for (const other of world.subnets.withKey(`vpc-id=${vpc.id}`)) {
    const taken = parseIpv4Cidr(other.cidrBlock, 'cidrBlock');
    if (subnet.first < taken.first + taken.size && taken.first < subnet.first + subnet.size) {
      throw new Ec2Error('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
    }
  }
}

function checkIpv6Block(vpc: Vpc, cidr: string | undefined): void {
  if (cidr === undefined) return;
  const isInside =
    vpc.ipv6CidrBlock !== undefined &&
    ipaddr.IPv6.isValidCIDR(cidr) &&
    ipaddr.IPv6.parseCIDR(cidr)[1] === 64 &&
    ipaddr.IPv6.parseCIDR(cidr)[0].match(ipaddr.IPv6.parseCIDR(vpc.ipv6CidrBlock));
  if (!isInside) throw new Ec2Error('InvalidSubnet.Range', `The IPv6 CIDR '${cidr}' is invalid.`);
}

function zoneOf({ world, params }: CallContext): string {
  const [first = ''] = world.zones;
  const zone = text(params, 'AvailabilityZone') ?? first;
  if (!world.zones.includes(zone)) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${world.zones.join(', ')}.`,
    );
  }
  return zone;
}

/** CreateSubnet. */
export const createSubnet: ActionDefinition = {
  name: 'CreateSubnet',
  params: ['VpcId', 'CidrBlock', 'Ipv6CidrBlock', 'AvailabilityZone', 'TagSpecification'],
  run: (context) => {
    const { world, view, params, nowMs, visibleAtMs } = context;
    const vpc = required(view.vpcs, 'vpc', requiredText(params, 'VpcId'));
    const cidrBlock = requiredText(params, 'CidrBlock');
    const ipv6CidrBlock = text(params, 'Ipv6CidrBlock');
    const availabilityZone = zoneOf(context);
    checkIpv4Block(context, vpc, cidrBlock);
    checkIpv6Block(vpc, ipv6CidrBlock);
    const tags = parseTagSpecifications(params, { resourceType: 'subnet' }, world.knobs().maxTagsPerResource);
    context.confirm();
    const created: Subnet = {
      id: world.newId('subnet'),
      sequence: world.nextSequence(),
      createdAtMs: nowMs,
      visibleAtMs,
      tags,
      vpcId: vpc.id,
      availabilityZone,
      cidrBlock,
      ipv6CidrBlock,
    };
    world.openPool(created);
    world.subnets.put(created);
    context.touch(created.id);
    return { subnet: subnetView(world, context.region, created) };
  },
};

/** DescribeSubnets. */
export const describeSubnets: ActionDefinition = {
  name: 'DescribeSubnets',
  params: ['Filter', 'SubnetId', 'MaxResults', 'NextToken'],
  run: ({ world, view, params, region }) => {
    const ids = texts(params, 'SubnetId');
    const filters = parseFilters(params, Object.keys(FIELDS));
    const found = select(view.subnets, filters, { fields: FIELDS, indexed: ['vpc-id'] });
    const wanted =
      ids.length === 0
        ? found
        : requiredAll(view.subnets, 'subnet', ids).filter((item) => found.includes(item));
    const page = paginate(wanted, params, { min: 5, max: 1000, idParam: 'SubnetId' });
    return {
      subnetSet: page.items.map((item) => subnetView(world, region, item)),
      nextToken: page.nextToken,
    };
  },
};

/** DeleteSubnet: refused while an interface lives in it (API reference, DependencyViolation). */
export const deleteSubnet: ActionDefinition = {
  name: 'DeleteSubnet',
  params: ['SubnetId'],
  run: (context) => {
    const { world, view, params } = context;
    const subnet = required(view.subnets, 'subnet', requiredText(params, 'SubnetId'));
    if (world.networkInterfaces.withKey(`subnet-id=${subnet.id}`).length > 0) {
      throw new Ec2Error(
        'DependencyViolation',
        `The subnet '${subnet.id}' has dependencies and cannot be deleted.`,
      );
    }
    context.confirm();
    world.subnets.remove(subnet.id);
    world.pools.delete(subnet.id);
    return { return: true };
  },
};
