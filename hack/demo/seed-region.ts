import { CreateSecurityGroupCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { ZONE_LABEL } from '../../api/v1alpha1/names.ts';
import { type Seed, type SeededInstance, seedEc2 } from '../../test/support/seed-ec2.ts';
import type { Kubectl } from './kubectl.ts';

/** Zones of the demo's region, in which nodes are spread evenly. */
export const ZONES: readonly string[] = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

/** The label that the sample selects. */
export const NODE_LABEL: { readonly key: string; readonly value: string } = {
  key: 'ng',
  value: 'multi-zone',
};

/** Name tag of the subnets, and name of the security group, that the demo's sample asks for. */
const SECONDARY = 'secondary';

/** A node of the demo. */
export interface DemoNode {
  readonly name: string;
  readonly zone: string;
  readonly instanceId: string;
}

/** A region with a VPC, in each zone a subnet for nodes and one for secondary ENIs, groups and instances. */
export async function seedRegion(client: EC2Client, nodes: number): Promise<Seed> {
  const zones = ZONES.slice(0, nodes);
  const seed = await seedEc2(client, {
    zones,
    nodesPerZone: Math.ceil(nodes / zones.length),
    instanceType: 'm5.xlarge',
    tenantSubnetNames: [SECONDARY],
    clusterName: 'demo',
  });
  await client.send(
    new CreateSecurityGroupCommand({
      VpcId: seed.vpcId,
      GroupName: SECONDARY,
      Description: 'secondary interfaces of the demo',
    }),
  );
  return seed;
}

/** The first `count` instances as nodes, the zones in turn. */
export function nodesOf(instances: readonly SeededInstance[], count: number): readonly DemoNode[] {
  const byZone = Map.groupBy(instances, ({ availabilityZone }) => availabilityZone);
  const inTurn = Array.from({ length: count }, (_, index) =>
    [...byZone.values()].flatMap((ofZone) => ofZone.slice(index, index + 1)),
  ).flat();
  return inTurn.slice(0, count).map(({ instanceId, availabilityZone }, index) => ({
    name: `node-${index + 1}`,
    zone: availabilityZone,
    instanceId,
  }));
}

/** Makes the Node objects, as kubelet and cloud provider would. */
export async function createNodes(kubectl: Kubectl, nodes: readonly DemoNode[]): Promise<void> {
  const items = nodes.map(({ name, zone, instanceId }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { [NODE_LABEL.key]: NODE_LABEL.value, [ZONE_LABEL]: zone } },
    spec: { providerID: `aws:///${zone}/${instanceId}` },
  }));
  await kubectl.mustRun(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}
