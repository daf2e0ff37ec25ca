import type { SecurityGroup } from './ec2-resources.ts';

/** The two security group fields of a NodeENI. */
export interface SecurityGroupFields {
  readonly securityGroupIDs?: readonly string[];
  readonly securityGroupNames?: readonly string[];
}

/** The groups of an ENI, or why they cannot be told. */
export type SecurityGroupChoice =
  | { readonly kind: 'chosen'; readonly groupIds: readonly string[] }
  | {
      readonly kind: 'problem';
      readonly reason: 'SecurityGroupNotFound' | 'SecurityGroupAmbiguous';
      readonly message: string;
    };

interface NameResolution {
  readonly groupId?: string;
  readonly problem?: Extract<SecurityGroupChoice, { kind: 'problem' }>;
}

function notFound(what: string, vpcId: string): Extract<SecurityGroupChoice, { kind: 'problem' }> {
  return {
    kind: 'problem',
    reason: 'SecurityGroupNotFound',
    message: `security group ${what} does not exist in ${vpcId}: create it, or correct the NodeENI`,
  };
}

function resolveName(name: string, vpcId: string, groups: readonly SecurityGroup[]): NameResolution {
  const inVpc = groups.filter((group) => group.vpcId === vpcId);
  const byGroupName = inVpc.filter((group) => group.groupName === name);
  const named = byGroupName.length > 0 ? byGroupName : inVpc.filter((group) => group.name === name);
  const [first, second] = named.toSorted((a, b) => a.groupId.localeCompare(b.groupId));
  if (first === undefined) return { problem: notFound(`name "${name}"`, vpcId) };
  if (second !== undefined) {
    return {
      problem: {
        kind: 'problem',
        reason: 'SecurityGroupAmbiguous',
        message: `security group name "${name}" is borne by ${first.groupId} and ${second.groupId} in ${vpcId}: use securityGroupIDs`,
      },
    };
  }
  return { groupId: first.groupId };
}

/**
 * The union of the named groups and the given ids, without duplicates, ids first. A name is the group
 * name, else the Name tag, inside the subnet's VPC. An id must exist in that VPC.
 */
export function chooseSecurityGroups(
  fields: SecurityGroupFields,
  vpcId: string,
  groups: readonly SecurityGroup[],
): SecurityGroupChoice {
  const ids = fields.securityGroupIDs ?? [];
  const missing = ids.find((id) => !groups.some((group) => group.groupId === id && group.vpcId === vpcId));
  if (missing !== undefined) return notFound(`id "${missing}"`, vpcId);
  const resolved = (fields.securityGroupNames ?? []).map((name) => resolveName(name, vpcId, groups));
  const problem = resolved.find((resolution) => resolution.problem !== undefined)?.problem;
  if (problem !== undefined) return problem;
  const named = resolved.map((resolution) => resolution.groupId).filter((id) => id !== undefined);
  return { kind: 'chosen', groupIds: [...new Set([...ids, ...named])] };
}
