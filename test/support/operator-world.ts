import { DescribeNetworkInterfacesCommand, EC2Client, type NetworkInterface } from '@aws-sdk/client-ec2';

import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { createTypedClient, type TypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { kubectl, wipeCluster } from './component-cluster.ts';
import { openComponentTransport } from './component-transport.ts';
import {
  type OperatorInProcess,
  type OperatorInProcessOptions,
  startOperatorInProcess,
} from './operator-in-process.ts';
import { type Seed, seedEc2, type SeedPlan } from './seed-ec2.ts';
import { kubeconfigPath } from './shared-control-plane.ts';

/** A node of the cluster and its instance. */
export interface WorldNode {
  readonly name: string;
  readonly instanceId: string;
  readonly zone: string;
}

/** A cluster of Node objects over an EC2 endpoint, as a user and an AWS account owner see them. */
export interface OperatorWorld {
  readonly client: TypedClient;
  readonly ec2: EC2Client;
  readonly seed: Seed;
  readonly nodes: readonly WorldNode[];
  /** Subnet of the zone with that Name tag. */
  subnet(zone: string, name: string): string;
  /** Applies a NodeENI the way a user does. */
  applyNodeEni(name: string, spec: Readonly<Record<string, unknown>>): Promise<void>;
  nodeEni(name: string): Promise<NodeENI | undefined>;
  attachments(): Promise<NodeENIAttachment[]>;
  /** All ENIs that bear the operator's ownership tag. */
  ownedEnis(): Promise<NetworkInterface[]>;
  /** Waits until `probe` returns something; a refusal says what is there instead. */
  until<T>(what: string, probe: () => Promise<T | undefined>, deadlineMs?: number): Promise<T>;
  /** Waits for the NodeENI's Ready condition to say this. */
  untilReason(name: string, reason: string, deadlineMs?: number): Promise<NodeENI>;
  startOperator(options?: Partial<OperatorInProcessOptions>): Promise<OperatorInProcess>;
  addNode(node: WorldNode, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Makes the Node objects what they were at the start. */
  resetNodes(): Promise<void>;
  close(): Promise<void>;
}

/** Tag that marks our ENIs. */
const OWNERSHIP = { Name: 'tag:networking.k8s.aws/managed-by', Values: ['multi-eni-operator'] };

/** Label that nodes of the world bear. */
export const NODE_LABELS: Readonly<Record<string, string>> = { ng: 'multi-eni' };

/** Instances as nodes; the label `topology.kubernetes.io/zone` as a cloud provider sets it. */
export async function createOperatorWorld(ec2Endpoint: string, plan: SeedPlan): Promise<OperatorWorld> {
  await wipeCluster();
  const transport = openComponentTransport();
  const client = createTypedClient(transport);
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: ec2Endpoint,
    credentials: { accessKeyId: 'account-owner', secretAccessKey: 'secret' },
  });
  const seed = await seedEc2(ec2, plan);
  const nodes = seed.instances.map(({ instanceId, availabilityZone }, index) => ({
    name: `node-${String(index).padStart(3, '0')}`,
    instanceId,
    zone: availabilityZone,
  }));
  await kubectl(['apply', '-f', '-'], manifest(nodes.map((node) => nodeManifest(node, NODE_LABELS))));
  const operators: OperatorInProcess[] = [];

  const world: OperatorWorld = {
    client,
    ec2,
    seed,
    nodes,
    subnet(zone, name) {
      const found = seed.subnets.find((subnet) => subnet.availabilityZone === zone && subnet.name === name);
      if (found === undefined) throw new Error(`no subnet ${name} in ${zone}`);
      return found.subnetId;
    },
    async applyNodeEni(name, spec) {
      const object = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', metadata: { name }, spec };
      await kubectl(['apply', '-f', '-'], JSON.stringify(object));
    },
    nodeEni: (name) => client.nodeENIs.get(name),
    attachments: async () => (await client.nodeENIAttachments.list()).items.slice(),
    ownedEnis: async () => listOwnedEnis(ec2),
    until: (what, probe, deadlineMs = 20_000) => waitUntil(probe, { what, deadlineMs }),
    untilReason: (name, reason, deadlineMs = 20_000) =>
      waitUntil(
        async () => {
          const nodeEni = await client.nodeENIs.get(name);
          const ready = nodeEni?.status.conditions?.find((condition) => condition.type === 'Ready');
          const isCurrent = ready?.observedGeneration === nodeEni?.metadata.generation;
          return ready?.reason === reason && isCurrent ? nodeEni : undefined;
        },
        { what: `NodeENI ${name} to say ${reason}`, deadlineMs },
      ),
    async startOperator(options = {}) {
      const operator = await startOperatorInProcess({
        kubeconfig: kubeconfigPath(),
        ec2Endpoint,
        ...options,
      });
      operators.push(operator);
      return operator;
    },
    async addNode(node, labels) {
      await kubectl(['apply', '-f', '-'], JSON.stringify(nodeManifest(node, labels)));
    },
    async resetNodes() {
      await kubectl(['delete', 'nodes', '--all']);
      await kubectl(['apply', '-f', '-'], manifest(nodes.map((node) => nodeManifest(node, NODE_LABELS))));
    },
    async close() {
      await Promise.allSettled(operators.map((operator) => operator.stop()));
      await wipeCluster();
      await transport.close();
      ec2.destroy();
    },
  };
  return world;
}

async function listOwnedEnis(ec2: EC2Client): Promise<NetworkInterface[]> {
  const enis: NetworkInterface[] = [];
  let token: string | undefined;
  do {
    const command = new DescribeNetworkInterfacesCommand({
      Filters: [OWNERSHIP],
      MaxResults: 500,
      NextToken: token,
    });
    const page = await ec2.send(command);
    enis.push(...(page.NetworkInterfaces ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return enis;
}

function nodeManifest(node: WorldNode, labels: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { ...labels, 'topology.kubernetes.io/zone': node.zone } },
    spec: { providerID: `aws:///${node.zone}/${node.instanceId}` },
  };
}

function manifest(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
