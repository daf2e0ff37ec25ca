import { type ActionDefinition, type CallContext, required, requiredAll } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type FilterFields, TAG_FIELDS, parseFilters, select } from '../filters.ts';
import type { SecurityGroup } from '../model.ts';
import { paginate } from '../pagination.ts';
import { requiredText, text, texts } from '../params.ts';
import { parseTagSpecifications, tagSet } from '../tags.ts';
import { ACCOUNT_ID } from '../views/network-interface-view.ts';
import type { XmlObject } from '../xml.ts';

const FIELDS: FilterFields<SecurityGroup> = {
  ...TAG_FIELDS,
  'group-id': (item) => [item.id],
  'group-name': (item) => [item.groupName],
  'vpc-id': (item) => [item.vpcId],
  description: (item) => [item.description],
};

function groupView(region: string, item: SecurityGroup): XmlObject {
  return {
    groupId: item.id,
    groupName: item.groupName,
    groupDescription: item.description,
    securityGroupArn: `arn:aws:ec2:${region}:${ACCOUNT_ID}:security-group/${item.id}`,
    ownerId: ACCOUNT_ID,
    vpcId: item.vpcId,
    ipPermissions: [],
    ipPermissionsEgress: [],
    tagSet: tagSet(item.tags),
  };
}

/** CreateSecurityGroup: one name once per VPC (API reference, InvalidGroup.Duplicate). */
export const createSecurityGroup: ActionDefinition = {
  name: 'CreateSecurityGroup',
  params: ['GroupName', 'GroupDescription', 'VpcId', 'TagSpecification'],
  run: (context) => {
    const { world, view, params, nowMs, visibleAtMs } = context;
    const groupName = requiredText(params, 'GroupName');
    const description = requiredText(params, 'GroupDescription');
    const vpcId = text(params, 'VpcId');
    if (vpcId === undefined) throw new Ec2Error('VPCIdNotSpecified', 'No default VPC for this user');
    const vpc = required(view.vpcs, 'vpc', vpcId);
    const tags = parseTagSpecifications(
      params,
      { resourceType: 'security-group' },
      world.knobs().maxTagsPerResource,
    );
    if (world.securityGroups.withKey(`vpc-id=${vpc.id}`).some((group) => group.groupName === groupName)) {
      throw new Ec2Error(
        'InvalidGroup.Duplicate',
        `The security group '${groupName}' already exists for VPC '${vpc.id}'`,
      );
    }
    context.confirm();
    const created: SecurityGroup = {
      id: world.newId('security-group'),
      sequence: world.nextSequence(),
      createdAtMs: nowMs,
      visibleAtMs,
      tags,
      vpcId: vpc.id,
      groupName,
      description,
    };
    world.securityGroups.put(created);
    context.touch(created.id);
    return { return: true, groupId: created.id, tagSet: tagSet(tags) };
  },
};

/** DescribeSecurityGroups. */
export const describeSecurityGroups: ActionDefinition = {
  name: 'DescribeSecurityGroups',
  params: ['Filter', 'GroupId', 'MaxResults', 'NextToken'],
  run: ({ view, params, region }) => {
    const ids = texts(params, 'GroupId');
    const filters = parseFilters(params, Object.keys(FIELDS));
    const found = select(view.securityGroups, filters, { fields: FIELDS, indexed: ['vpc-id'] });
    const wanted =
      ids.length === 0
        ? found
        : requiredAll(view.securityGroups, 'security-group', ids).filter((item) => found.includes(item));
    const page = paginate(wanted, params, { min: 5, max: 1000, idParam: 'GroupId' });
    return {
      securityGroupInfo: page.items.map((item) => groupView(region, item)),
      nextToken: page.nextToken,
    };
  },
};

/** DeleteSecurityGroup: refused while an interface uses it (API reference, DependencyViolation). */
export const deleteSecurityGroup: ActionDefinition = {
  name: 'DeleteSecurityGroup',
  params: ['GroupId'],
  run: (context) => {
    const { world, view, params } = context;
    const group = required(view.securityGroups, 'security-group', requiredText(params, 'GroupId'));
    if (group.groupName === 'default') {
      throw new Ec2Error(
        'CannotDelete',
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (world.networkInterfaces.withKey(`group-id=${group.id}`).length > 0) {
      throw new Ec2Error('DependencyViolation', `resource ${group.id} has a dependent object`);
    }
    context.confirm();
    world.securityGroups.remove(group.id);
    return { return: true, groupId: group.id };
  },
};

/**
 * The groups an interface in a VPC is to have: those asked for, else the VPC's default group.
 * @throws Ec2Error InvalidGroup.NotFound, InvalidParameter for a group of another VPC, SecurityGroupsPerInterfaceLimitExceeded
 */
export function groupsForInterface(
  context: Pick<CallContext, 'world' | 'view'>,
  vpcId: string,
  groupIds: readonly string[],
): readonly string[] {
  const { world, view } = context;
  if (groupIds.length === 0) {
    const groups = world.securityGroups.withKey(`vpc-id=${vpcId}`);
    return groups.filter((group) => group.groupName === 'default').map((group) => group.id);
  }
  const groups = requiredAll(view.securityGroups, 'security-group', groupIds);
  const foreign = groups.find((group) => group.vpcId !== vpcId);
  if (foreign !== undefined) {
    // API reference, "Error codes": InvalidParameter, "a security group and subnet in different VPCs"; message assumed.
    throw new Ec2Error(
      'InvalidParameter',
      `Security group ${foreign.id} and subnet belong to different networks.`,
    );
  }
  const limit = world.knobs().maxSecurityGroupsPerInterface;
  if (groups.length > limit) {
    throw new Ec2Error(
      'SecurityGroupsPerInterfaceLimitExceeded',
      `The maximum number of security groups per interface has been reached.`,
    );
  }
  return groups.map((group) => group.id);
}
