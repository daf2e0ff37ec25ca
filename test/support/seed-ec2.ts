import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
  type Instance,
  RunInstancesCommand,
  type Tag,
  type _InstanceType,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';

/** What a seeded region holds. */
export interface SeedPlan {
  readonly zones: readonly string[];
  readonly nodesPerZone: number;
  readonly instanceType: _InstanceType;
  /** One more subnet of each name in each zone, the Name tag being the same in all zones. Default: none. */
  readonly tenantSubnetNames?: readonly string[];
  /** Value of `kubernetes.io/cluster/NAME=owned` on all that is made. Default `seed`. */
  readonly clusterName?: string;
}

/** A subnet made by the seed. */
export interface SeededSubnet {
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly cidrBlock: string;
  /** Its Name tag: `nodes`, or a tenant name. */
  readonly name: string;
}

/** A running instance made by the seed. */
export interface SeededInstance {
  readonly instanceId: string;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly privateIpAddress: string;
}

/** All the seed made. */
export interface Seed {
  readonly vpcId: string;
  /** For each zone the node subnet, then its tenant subnets. */
  readonly subnets: readonly SeededSubnet[];
  readonly securityGroupId: string;
  readonly instances: readonly SeededInstance[];
}

const NODE_SUBNET = 'nodes';
const INSTANCES_PER_CALL = 100;

/** The value, or an error that says what the endpoint left out. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the endpoint's reply has no ${what}`);
  return value;
}

function tagged(
  resourceType: 'vpc' | 'subnet' | 'security-group' | 'instance',
  tags: readonly Tag[],
): {
  TagSpecifications: { ResourceType: typeof resourceType; Tags: Tag[] }[];
} {
  return { TagSpecifications: [{ ResourceType: resourceType, Tags: [...tags] }] };
}

interface SeedContext {
  readonly client: EC2Client;
  readonly vpcId: string;
  readonly ownedTag: Tag;
}

async function createSubnets(context: SeedContext, plan: SeedPlan): Promise<SeededSubnet[]> {
  const names = [NODE_SUBNET, ...(plan.tenantSubnetNames ?? [])];
  const wanted = plan.zones.flatMap((zone) => names.map((name) => ({ zone, name })));
  if (wanted.length > 16) throw new Error(`a /16 has room for 16 subnets, ${wanted.length} are wanted`);
  const made: SeededSubnet[] = [];
  for (const [index, { zone, name }] of wanted.entries()) {
    const cidrBlock = `10.0.${index * 16}.0/20`;
    const { Subnet } = await context.client.send(
      new CreateSubnetCommand({
        VpcId: context.vpcId,
        AvailabilityZone: zone,
        CidrBlock: cidrBlock,
        ...tagged('subnet', [{ Key: 'Name', Value: name }, context.ownedTag]),
      }),
    );
    made.push({ subnetId: present(Subnet?.SubnetId, 'subnet id'), availabilityZone: zone, cidrBlock, name });
  }
  return made;
}

function seededInstance(instance: Instance, subnet: SeededSubnet): SeededInstance {
  return {
    instanceId: present(instance.InstanceId, 'instance id'),
    availabilityZone: subnet.availabilityZone,
    subnetId: subnet.subnetId,
    privateIpAddress: present(instance.PrivateIpAddress, 'private address'),
  };
}

async function runNodes(
  context: SeedContext,
  plan: SeedPlan,
  place: { readonly subnet: SeededSubnet; readonly securityGroupId: string },
): Promise<SeededInstance[]> {
  const made: SeededInstance[] = [];
  while (made.length < plan.nodesPerZone) {
    const count = Math.min(INSTANCES_PER_CALL, plan.nodesPerZone - made.length);
    const { Instances = [] } = await context.client.send(
      new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: plan.instanceType,
        MinCount: count,
        MaxCount: count,
        SubnetId: place.subnet.subnetId,
        SecurityGroupIds: [place.securityGroupId],
        ...tagged('instance', [context.ownedTag]),
      }),
    );
    const batch = Instances.map((instance) => seededInstance(instance, place.subnet));
    await waitUntilInstanceRunning(
      { client: context.client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 },
      { InstanceIds: batch.map((instance) => instance.instanceId) },
    );
    made.push(...batch);
  }
  return made;
}

/** Makes a VPC, subnets, a group and running instances on any endpoint that speaks EC2. */
export async function seedEc2(client: EC2Client, plan: SeedPlan): Promise<Seed> {
  const ownedTag: Tag = { Key: `kubernetes.io/cluster/${plan.clusterName ?? 'seed'}`, Value: 'owned' };
  const { Vpc } = await client.send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...tagged('vpc', [ownedTag]) }),
  );
  const vpcId = present(Vpc?.VpcId, 'VPC id');
  const context: SeedContext = { client, vpcId, ownedTag };
  const subnets = await createSubnets(context, plan);
  const group = await client.send(
    new CreateSecurityGroupCommand({
      VpcId: vpcId,
      GroupName: NODE_SUBNET,
      Description: 'nodes of the cluster',
      ...tagged('security-group', [ownedTag]),
    }),
  );
  const securityGroupId = present(group.GroupId, 'group id');
  const instances: SeededInstance[] = [];
  for (const subnet of subnets.filter(({ name }) => name === NODE_SUBNET)) {
    instances.push(...(await runNodes(context, plan, { subnet, securityGroupId })));
  }
  return { vpcId, subnets, securityGroupId, instances };
}
