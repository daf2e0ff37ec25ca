import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client, type NetworkInterface, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import { ENI_TAGS, MANAGED_BY } from '../../../api/v1alpha1/names.ts';
import { type Simulator, startSimulator } from '../../../hack/demo/start-simulator.ts';
import { type Seed, type SeededInstance, seedEc2 } from '../../support/seed-ec2.ts';
import { createEniFabric, type EniFabric } from './eni-fabric.ts';
import { buildImages } from './images.ts';
import { createKindCluster, type KindCluster, kindGateway, nodesOf } from './kind-cluster.ts';
import type { Addon, KindTools } from './kind-tools.ts';

/** What world to make. */
export interface KindWorldOptions {
  readonly tools: KindTools;
  /** Of the cluster. */
  readonly name: string;
  /** Zones of the nodes, that of the control plane first. */
  readonly zones: readonly string[];
  /** Name tag of the subnets, one in each zone, that are there for ENIs. */
  readonly subnetName: string;
  readonly addons: readonly Addon[];
}

/** A kind cluster whose nodes are instances of a simulated VPC, in which their ENIs can really talk. */
export interface KindWorld {
  readonly cluster: KindCluster;
  /** For files of the test; removed at the end. */
  readonly dir: string;
  readonly seed: Seed;
  readonly simulator: Simulator;
  readonly fabric: EniFabric;
  /** All ENIs that bear the operator's ownership tag. */
  readonly ownedEnis: () => Promise<readonly NetworkInterface[]>;
  /** Sequence number of the newest EC2 call. */
  readonly lastCall: () => Promise<number>;
  /** Names of the EC2 actions after that call that change something. */
  readonly changesSince: (sequence: number) => Promise<readonly string[]>;
  /** What a person would look at when something is wrong. */
  readonly explain: () => Promise<string>;
  readonly close: () => Promise<void>;
}

type CleanUp = (() => Promise<void> | void)[];

/**
 * Starts the simulator on the machine and makes a VPC with instances, then the cluster, with the images on its nodes and the
 * simulator under the name of the manifests.
 * @throws Error when something does not come up; nothing is left then.
 */
export async function createKindWorld(options: KindWorldOptions): Promise<KindWorld> {
  const cleanUp: CleanUp = [];
  const close = async (): Promise<void> => {
    for (let step = cleanUp.pop(); step !== undefined; step = cleanUp.pop()) await step();
  };
  const startMs = performance.now();
  try {
    const world = await build(options, cleanUp);
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
    console.log(`${options.zones.length} nodes, images and ${options.addons.length} addons in ${seconds} s`);
    return { ...world, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One instance of the zone for each node; the seed makes as many in every zone. */
function instancesFor(zones: readonly string[], instances: readonly SeededInstance[]): SeededInstance[] {
  const free = [...instances];
  return zones.map((zone) => {
    const index = free.findIndex(({ availabilityZone }) => availabilityZone === zone);
    const [instance] = free.splice(index, 1);
    if (index < 0 || instance === undefined) throw new Error(`no instance is left in ${zone}`);
    return instance;
  });
}

async function build(options: KindWorldOptions, cleanUp: CleanUp): Promise<Omit<KindWorld, 'close'>> {
  const { tools, name, zones } = options;
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-kind-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  const containers = new Map<string, string>();
  const fabric = await createEniFabric({
    tools,
    namespace: name,
    containerOf: (instanceId) => containers.get(instanceId),
  });
  cleanUp.push(fabric.close);
  const simulator = await startSimulator({
    profile: 'realistic',
    zones: [...new Set(zones)],
    logPath: join(dir, 'ec2-simulator.log'),
    signal: new AbortController().signal,
    moreFlags: [
      `--host=${await kindGateway(tools)}`,
      `--attach-hook=${fabric.hookUrl}`,
      `--detach-hook=${fabric.hookUrl}`,
    ],
  });
  cleanUp.push(simulator.stop);
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: simulator.url,
    credentials: { accessKeyId: 'account-owner', secretAccessKey: 'local' },
  });
  cleanUp.push(() => ec2.destroy());
  const seed = await seedEc2(ec2, {
    zones: [...new Set(zones)],
    nodesPerZone: zones.length,
    instanceType: 'c5.4xlarge',
    tenantSubnetNames: [options.subnetName],
    clusterName: name,
  });
  const instances = instancesFor(zones, seed.instances).map(({ instanceId, availabilityZone }) => ({
    instanceId,
    zone: availabilityZone,
  }));
  for (const node of nodesOf(name, instances)) containers.set(node.instanceId, node.name);
  // Both end before the first failure is told: what is still being made could not be taken away.
  const [created, built] = await Promise.allSettled([
    createKindCluster({ tools, name, instances, dir }),
    buildImages(tools, dir),
  ]);
  if (created.status === 'rejected') throw created.reason;
  const cluster = created.value;
  cleanUp.push(cluster.delete);
  if (built.status === 'rejected') throw built.reason;
  const images = built.value;
  await Promise.all([
    cluster.loadImages(images),
    cluster.kubectl(['apply', '-f', '-'], simulatorService(simulator.url)),
    ...options.addons.map((addon) => cluster.install(addon)),
  ]);
  return {
    cluster,
    dir,
    seed,
    simulator,
    fabric,
    ownedEnis: async () => listOwnedEnis(ec2),
    lastCall: async () => (await simulator.calls(0)).lastSequence,
    changesSince: async (sequence) => {
      const { calls } = await simulator.calls(sequence);
      return calls.map(({ action }) => action).filter((action) => !action.startsWith('Describe'));
    },
    explain: async () => explain(cluster),
  };
}

/** The simulator runs outside of the cluster: a Service without a selector, with an EndpointSlice made by hand. */
function simulatorService(url: string): string {
  const { hostname, port } = new URL(url);
  const metadata = { name: 'ec2-simulator', namespace: 'default' };
  const items = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ name: 'ec2', port: 4566, targetPort: Number(port) }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [hostname] }],
      ports: [{ name: 'ec2', port: Number(port) }],
    },
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function listOwnedEnis(client: EC2Client): Promise<readonly NetworkInterface[]> {
  const enis: NetworkInterface[] = [];
  const Filters = [{ Name: `tag:${ENI_TAGS.managedBy}`, Values: [MANAGED_BY] }];
  for await (const page of paginateDescribeNetworkInterfaces({ client, pageSize: 500 }, { Filters })) {
    enis.push(...(page.NetworkInterfaces ?? []));
  }
  return enis;
}

async function explain({ tryKubectl }: KindCluster): Promise<string> {
  const logs = ['logs', '-n', 'eni-controller-system', '--tail=20', '--prefix', '--all-containers'];
  const questions = [
    ['get', 'nodes,pods', '-A', '-o', 'wide'],
    ['get', 'nodeenis,nodeeniattachments', '-o', 'yaml'],
    ['get', 'events', '-A', '--sort-by=.lastTimestamp'],
    ...['controller', 'webhook', 'daemon'].map((component) => [
      ...logs,
      '-l',
      `app.kubernetes.io/component=${component}`,
    ]),
  ];
  const answers: string[] = [];
  for (const args of questions) {
    const { stdout, stderr } = await tryKubectl(args);
    answers.push(`$ kubectl ${args.join(' ')}\n${stdout.slice(-12_000)}${stderr}`);
  }
  return answers.join('\n');
}
