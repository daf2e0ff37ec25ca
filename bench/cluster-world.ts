import { CreateSecurityGroupCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../hack/control-plane/run-command.ts';
import { startControlPlane } from '../hack/control-plane/start-control-plane.ts';
import { kubeconfigCredentials } from '../src/adapters/kubernetes/kubeconfig-credentials.ts';
import type { ApiTransport } from '../src/adapters/kubernetes/api-transport.ts';
import { createApiTransport } from '../src/adapters/kubernetes/undici-transport.ts';
import { createTypedClient, type TypedClient } from '../src/adapters/kubernetes/typed-client.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { EC2_BUCKETS } from '../src/operator/engine/action-permits.ts';
import { RecordingLogger } from '../src/runtime/recording-logger.ts';
import { asPod } from '../test/support/as-pod.ts';
import { type OperatorProcess, startOperatorProcess } from '../test/support/operator-process.ts';
import { seedEc2, type SeedPlan } from '../test/support/seed-ec2.ts';
import { type SimulatorServer, startSimulatorProcess } from '../test/support/simulator-server.ts';
import { writeServiceAccount } from './service-account.ts';
import { shippedEnvironment } from './shipped-environment.ts';

/** Size of a run: every node gets one ENI of each NodeENI. */
export interface ClusterPlan {
  /** Of the simulator. */
  readonly profile: 'instant' | 'default-quota';
  readonly nodes: number;
  readonly nodeEnis: number;
}

/** A node of the run. */
export interface ClusterNode {
  readonly name: string;
  readonly zone: string;
  readonly instanceId: string;
}

/** A real control plane, a simulated region and the built operator, each in processes of their own. */
export interface ClusterWorld {
  readonly client: TypedClient;
  readonly transport: ApiTransport;
  readonly simulator: SimulatorServer;
  readonly operator: OperatorProcess;
  readonly nodes: readonly ClusterNode[];
  /** Two groups of the VPC. */
  readonly securityGroupIds: readonly [string, string];
  readonly subnetNames: readonly string[];
  createNodes(): Promise<void>;
  /** Terminates the instances and deletes the Node objects, as a cluster autoscaler does. */
  removeNodes(nodes: readonly ClusterNode[]): Promise<void>;
  close(): Promise<void>;
}

const PARALLEL = 16;
const LABELS = { ng: 'bench' };
const REGION = 'us-east-1';
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
/** A region's seed has room for 16 subnets. */
const TWO_ZONES_FROM = 5;

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

function seedPlan({ nodes, nodeEnis }: ClusterPlan): SeedPlan {
  const zones = nodeEnis < TWO_ZONES_FROM ? ZONES : ZONES.slice(0, 2);
  return {
    zones,
    nodesPerZone: Math.ceil(nodes / zones.length),
    // 4 and 8 interfaces.
    instanceType: nodeEnis < 4 ? 'm5.xlarge' : 'm5.4xlarge',
    tenantSubnetNames: Array.from({ length: nodeEnis }, (_, index) => `tenant-${index + 1}`),
  };
}

function openTransport(kubeconfig: string): ApiTransport {
  const logger = new RecordingLogger();
  return createApiTransport({
    credentials: kubeconfigCredentials({ path: kubeconfig, clock: systemClock, logger }),
    clock: systemClock,
    random: () => Math.random(),
    userAgent: 'bench',
    queriesPerSecond: 1_000,
    burst: 1_000,
    timeoutMs: 60_000,
  });
}

/** More than can be used: the profile has no quotas, so only the operator's own would be measured. */
const NO_QUOTA = '100000/100000';

function quotaFlags(profile: ClusterPlan['profile']): string[] {
  if (profile === 'default-quota') return [];
  const buckets = Object.keys(EC2_BUCKETS).map((action) => `${action}=${NO_QUOTA}`);
  return [`--ec2-buckets=${buckets.join(',')}`];
}

async function startOperator(
  at: {
    readonly folder: string;
    readonly ec2Endpoint: string;
    readonly env: Readonly<Record<string, string>>;
  },
  profile: ClusterPlan['profile'],
): Promise<OperatorProcess> {
  return startOperatorProcess({
    // It runs as in a pod: what it reads a kubeconfig with takes 35 MiB.
    kubeconfig: '',
    wrapper: asPod(at.folder),
    ec2Endpoint: at.ec2Endpoint,
    flags: ['--pod-namespace=default', '--lease-name=bench', '--ec2-share=1', ...quotaFlags(profile)],
    env: { ...(await shippedEnvironment()), ...at.env },
  });
}

/** Starts everything, the operator last; there are instances, but no Node objects yet. */
export async function createClusterWorld(plan: ClusterPlan): Promise<ClusterWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-run-'));
  const closers: (() => Promise<unknown>)[] = [async () => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).toReversed()) await step();
  };
  try {
    const controlPlane = await startControlPlane({ dir: join(folder, 'control-plane') });
    closers.push(controlPlane.stop);
    const { kubectlPath, kubeconfigPath } = controlPlane;
    const kubectl = async (...args: string[]): Promise<string> => {
      const all = ['--kubeconfig', kubeconfigPath, ...args];
      const { exitCode, stdout, stderr } = await runCommand(kubectlPath, all);
      if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${stderr}`);
      return stdout;
    };
    await kubectl('apply', '--server-side', '-f', 'config/crd/bases');
    await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
    const simulator = await startSimulatorProcess('dist/ec2-simulator.js', ['--profile', plan.profile]);
    closers.push(() => simulator.close());
    const ec2 = new EC2Client({
      region: REGION,
      endpoint: simulator.url,
      credentials: { accessKeyId: 'account-owner', secretAccessKey: 'secret' },
      maxAttempts: 10,
    });
    closers.push(async () => ec2.destroy());
    const seed = await seedEc2(ec2, seedPlan(plan));
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId: seed.vpcId, GroupName: 'second', Description: 'second' }),
    );
    const transport = openTransport(kubeconfigPath);
    closers.push(() => transport.close());
    const client = createTypedClient(transport);
    const account = join(folder, 'service-account');
    const env = await writeServiceAccount(account, { kubeconfig: kubeconfigPath, kubectl });
    const operator = await startOperator({ folder: account, ec2Endpoint: simulator.url, env }, plan.profile);
    closers.push(operator.stop);
    const nodes = seed.instances.slice(0, plan.nodes).map(({ instanceId, availabilityZone }, index) => ({
      name: `node-${index}`,
      zone: availabilityZone,
      instanceId,
    }));
    return {
      client,
      transport,
      simulator,
      operator,
      nodes,
      securityGroupIds: [seed.securityGroupId, GroupId],
      subnetNames: seedPlan(plan).tenantSubnetNames ?? [],
      createNodes: () =>
        inParallel(nodes, ({ name, zone, instanceId }) =>
          transport.request({
            method: 'POST',
            path: '/api/v1/nodes',
            body: {
              apiVersion: 'v1',
              kind: 'Node',
              metadata: { name, labels: { ...LABELS, 'topology.kubernetes.io/zone': zone } },
              spec: { providerID: `aws:///${zone}/${instanceId}` },
            },
          }),
        ),
      async removeNodes(removed) {
        for (let from = 0; from < removed.length; from += 100) {
          const InstanceIds = removed.slice(from, from + 100).map(({ instanceId }) => instanceId);
          await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
        }
        await inParallel(removed, ({ name }) =>
          transport.request({ method: 'DELETE', path: `/api/v1/nodes/${name}` }),
        );
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Applies NodeENI number `index`, with one of the two groups. */
export async function applyClusterNodeEni(
  world: ClusterWorld,
  index: number,
  securityGroupId: string,
): Promise<void> {
  await world.client.nodeENIs.apply(
    {
      metadata: { name: `bench-${index + 1}` },
      spec: {
        nodeSelector: LABELS,
        subnetName: world.subnetNames[index] ?? '',
        securityGroupIDs: [securityGroupId],
        deviceIndex: index + 1,
      },
    },
    { fieldManager: 'bench', force: true },
  );
}
