import { type ActionDefinition, required, requiredAll } from '../call-context.ts';
import { parseIpv4Cidr } from '../address-pool.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type FilterFields, TAG_FIELDS, parseFilters, select } from '../filters.ts';
import type { Vpc } from '../model.ts';
import { paginate } from '../pagination.ts';
import { flag, requiredText, texts } from '../params.ts';
import { parseTagSpecifications, tagSet } from '../tags.ts';
import { ACCOUNT_ID } from '../views/network-interface-view.ts';
import type { XmlObject } from '../xml.ts';

const FIELDS: FilterFields<Vpc> = {
  ...TAG_FIELDS,
  'vpc-id': (item) => [item.id],
  'cidr-block': (item) => [item.cidrBlock],
  cidr: (item) => [item.cidrBlock],
  state: () => ['available'],
  'is-default': () => ['false'],
};

function vpcView(item: Vpc): XmlObject {
  return {
    vpcId: item.id,
    ownerId: ACCOUNT_ID,
    state: 'available',
    cidrBlock: item.cidrBlock,
    cidrBlockAssociationSet: [{ cidrBlock: item.cidrBlock, cidrBlockState: { state: 'associated' } }],
    ipv6CidrBlockAssociationSet:
      item.ipv6CidrBlock === undefined
        ? undefined
        : [{ ipv6CidrBlock: item.ipv6CidrBlock, ipv6CidrBlockState: { state: 'associated' } }],
    dhcpOptionsId: 'default',
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: tagSet(item.tags),
  };
}

/** CreateVpc: blocks of /16 to /28; every VPC gets a group named default (Amazon VPC user guide, "Default security groups"). */
export const createVpc: ActionDefinition = {
  name: 'CreateVpc',
  params: ['CidrBlock', 'AmazonProvidedIpv6CidrBlock', 'TagSpecification'],
  ignored: ['InstanceTenancy'],
  run: (context) => {
    const { world, params, nowMs, visibleAtMs } = context;
    const cidrBlock = requiredText(params, 'CidrBlock');
    const { bits } = parseIpv4Cidr(cidrBlock, 'cidrBlock');
    if (bits < 16 || bits > 28) throw new Ec2Error('InvalidVpc.Range', `The CIDR '${cidrBlock}' is invalid.`);
    const tags = parseTagSpecifications(params, { resourceType: 'vpc' }, world.knobs().maxTagsPerResource);
    const hasIpv6 = flag(params, 'AmazonProvidedIpv6CidrBlock') === true;
    context.confirm();
    const random = world.random.ids;
    const created: Vpc = {
      id: world.newId('vpc'),
      sequence: world.nextSequence(),
      createdAtMs: nowMs,
      visibleAtMs,
      tags,
      cidrBlock,
      ipv6CidrBlock: hasIpv6
        ? `2600:1f${random.hex(2)}:${random.integer(4096, 65_535).toString(16)}:${random.integer(1, 255).toString(16)}00::/56`
        : undefined,
    };
    world.vpcs.put(created);
    world.securityGroups.put({
      id: world.newId('security-group'),
      sequence: world.nextSequence(),
      createdAtMs: nowMs,
      visibleAtMs,
      tags: {},
      vpcId: created.id,
      groupName: 'default',
      description: 'default VPC security group',
    });
    context.touch(created.id);
    return { vpc: vpcView(created) };
  },
};

/** DescribeVpcs. */
export const describeVpcs: ActionDefinition = {
  name: 'DescribeVpcs',
  params: ['Filter', 'VpcId', 'MaxResults', 'NextToken'],
  run: ({ view, params }) => {
    const ids = texts(params, 'VpcId');
    const filters = parseFilters(params, Object.keys(FIELDS));
    const found = select(view.vpcs, filters, { fields: FIELDS, indexed: [] });
    const wanted =
      ids.length === 0 ? found : requiredAll(view.vpcs, 'vpc', ids).filter((item) => found.includes(item));
    const page = paginate(wanted, params, { min: 5, max: 1000, idParam: 'VpcId' });
    return { vpcSet: page.items.map(vpcView), nextToken: page.nextToken };
  },
};

/** DeleteVpc: refused while it holds subnets, interfaces or groups of the user (API reference, DependencyViolation). */
export const deleteVpc: ActionDefinition = {
  name: 'DeleteVpc',
  params: ['VpcId'],
  run: (context) => {
    const { world, view, params } = context;
    const vpc = required(view.vpcs, 'vpc', requiredText(params, 'VpcId'));
    const key = `vpc-id=${vpc.id}`;
    const groups = world.securityGroups.withKey(key);
    const isUsed =
      world.subnets.withKey(key).length > 0 || groups.some((group) => group.groupName !== 'default');
    if (isUsed) {
      throw new Ec2Error(
        'DependencyViolation',
        `The vpc '${vpc.id}' has dependencies and cannot be deleted.`,
      );
    }
    context.confirm();
    for (const group of groups) world.securityGroups.remove(group.id);
    world.vpcs.remove(vpc.id);
    return { return: true };
  },
};
