import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client, type NetworkInterface, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2';
import { ENI_TAGS, MANAGED_BY } from '../../api/v1alpha1/names.ts';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { createApiTransport } from '../../src/adapters/kubernetes/undici-transport.ts';
import { createTypedClient, type TypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { type OperatorProcess, startOperatorProcess } from '../../test/support/operator-process.ts';
import type { Seed } from '../../test/support/seed-ec2.ts';
import { prepareBinaries } from '../control-plane/prepare-binaries.ts';
import { PrerequisiteError } from '../control-plane/prerequisite-error.ts';
import type { ControlPlaneBinaries } from '../control-plane/resolve-binaries.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/start-control-plane.ts';
import { type Kubectl, createKubectl } from './kubectl.ts';
import { createNodes, type DemoNode, nodesOf, seedRegion, ZONES } from './seed-region.ts';
import { type Simulator, startSimulator } from './start-simulator.ts';

/** How the world is to be. */
export interface DemoWorldOptions {
  readonly nodes: number;
  /** Profile of the EC2 simulator. */
  readonly profile: string;
  /** Aborts the start, and afterwards everything that waits. */
  readonly signal: AbortSignal;
  /** Told what has come up. */
  readonly onStarted?: (what: string, details: string) => void;
}

/** A cluster on a simulated region with the built operator at work, all as processes of this machine. */
export interface DemoWorld {
  /** Holds everything, logs included. */
  readonly dir: string;
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  readonly client: TypedClient;
  readonly simulator: Simulator;
  readonly operator: OperatorProcess;
  readonly seed: Seed;
  readonly nodes: readonly DemoNode[];
  /** All ENIs that bear the operator's ownership tag, as EC2 tells the owner of the account. */
  readonly ownedEnis: () => Promise<readonly NetworkInterface[]>;
  /** Aborted when the caller's signal is, or, with an explanation, when a process of the world ends by itself. */
  readonly signal: AbortSignal;
  /** Ends every process; may be called again. The folder is kept only when asked to. */
  readonly close: (options?: { readonly keepFolder?: boolean }) => Promise<void>;
}

/** A step of the demo failed; `dir` holds the logs until somebody removes it. */
export class DemoWorldError extends Error {
  readonly dir: string;

  constructor(cause: unknown, dir: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.dir = dir;
  }
}

const crdDir = join(import.meta.dirname, '..', '..', 'config', 'crd', 'bases');
const namespace = 'eni-controller-system';

/** What is up, and how to end it. */
interface Site {
  readonly dir: string;
  readonly options: DemoWorldOptions;
  readonly signal: AbortSignal;
  readonly cleanUp: (() => Promise<void> | void)[];
  readonly fail: (reason: unknown) => void;
  /** Fails the world when this ends before it is closed. */
  readonly mustLive: (ended: Promise<string>, explain?: () => string) => void;
  readonly close: (options?: { readonly keepFolder?: boolean }) => Promise<void>;
}

/**
 * Starts control plane and simulator, seeds region and cluster, and starts the operator.
 * @throws PrerequisiteError when something is missing on this machine; DemoWorldError when something does not come up,
 * its folder being kept; the signal's reason when aborted.
 */
export async function startDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const site = openSite(options);
  try {
    return await build(site);
  } catch (error) {
    const cause: unknown = site.signal.aborted ? site.signal.reason : error;
    await site.close({ keepFolder: !options.signal.aborted && !(cause instanceof PrerequisiteError) });
    options.signal.throwIfAborted();
    throw cause instanceof PrerequisiteError ? cause : new DemoWorldError(cause, site.dir);
  }
}

function openSite(options: DemoWorldOptions): Site {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-demo-'));
  const failure = new AbortController();
  const cleanUp: (() => Promise<void> | void)[] = [];
  let isClosing = false;
  return {
    dir,
    options,
    signal: AbortSignal.any([options.signal, failure.signal]),
    cleanUp,
    fail: (reason) => failure.abort(reason),
    mustLive: (ended, explain) => {
      const judge = async (): Promise<void> => {
        const ending = await ended;
        if (!isClosing) failure.abort(new Error([ending, explain?.() ?? []].flat().join('\n')));
      };
      void judge();
    },
    close: async ({ keepFolder = false } = {}) => {
      isClosing = true;
      for (let step = cleanUp.pop(); step !== undefined; step = cleanUp.pop()) await step();
      if (!keepFolder) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function build(site: Site): Promise<DemoWorld> {
  // First and alone, because it may take minutes and draws its own progress.
  const binaries = await prepareBinaries({ env: process.env, signal: site.signal });
  const [cluster, region] = await bothOrNeither(site, startCluster(site, binaries), startRegion(site));
  const { options, signal } = site;
  const { client, controlPlane } = cluster;
  const nodes = nodesOf(region.seed.instances, options.nodes);
  await createNodes(cluster.kubectl, nodes);
  options.onStarted?.('cluster', `${nodes.length} nodes, CRDs established`);
  const operator = await startOperator(site, controlPlane, region.simulator);
  return {
    dir: site.dir,
    kubeconfig: controlPlane.kubeconfigPath,
    kubectl: cluster.kubectl,
    client,
    simulator: region.simulator,
    operator,
    seed: region.seed,
    nodes,
    ownedEnis: async () => listOwnedEnis(region.ec2),
    signal,
    close: site.close,
  };
}

/** Both at once; when one fails the other is called off and waited for, so that nothing starts behind our back. */
async function bothOrNeither<A, B>(site: Site, first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  first.catch(site.fail);
  second.catch(site.fail);
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

interface Cluster {
  readonly controlPlane: ControlPlane;
  readonly kubectl: Kubectl;
  readonly client: TypedClient;
}

async function startCluster(site: Site, binaries: ControlPlaneBinaries): Promise<Cluster> {
  const { dir, options, signal } = site;
  const controlPlane = await startControlPlane({ dir: join(dir, 'control-plane'), binaries, signal });
  site.cleanUp.push(controlPlane.stop);
  site.mustLive(controlPlane.failed);
  options.onStarted?.('control plane', controlPlane.endpoint);
  const kubectl = await createKubectl({
    kubeconfig: controlPlane.kubeconfigPath,
    ownKubectl: controlPlane.kubectlPath,
    cacheDir: join(dir, 'kubectl-cache'),
    signal,
  });
  await kubectl.mustRun(['apply', '--server-side', '-f', crdDir]);
  await kubectl.mustRun(['wait', '--for=condition=Established', '--timeout=60s', '-f', crdDir]);
  await kubectl.mustRun(['create', 'namespace', namespace]);
  const transport = createApiTransport({
    credentials: kubeconfigCredentials({
      path: controlPlane.kubeconfigPath,
      clock: systemClock,
      logger: new RecordingLogger(),
    }),
    clock: systemClock,
    random: Math.random,
    userAgent: 'multi-eni-operator-demo',
  });
  site.cleanUp.push(async () => transport.close());
  return { controlPlane, kubectl, client: createTypedClient(transport) };
}

interface Region {
  readonly simulator: Simulator;
  readonly ec2: EC2Client;
  readonly seed: Seed;
}

async function startRegion(site: Site): Promise<Region> {
  const { dir, options, signal } = site;
  const simulator = await startSimulator({
    profile: options.profile,
    zones: ZONES,
    logPath: join(dir, 'ec2-simulator.log'),
    signal,
  });
  site.cleanUp.push(simulator.stop);
  site.mustLive(simulator.ended, simulator.explain);
  const { url } = simulator;
  options.onStarted?.('EC2 simulator', `${url}, profile ${options.profile}`);
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'account-owner', secretAccessKey: 'local' },
  });
  site.cleanUp.push(() => ec2.destroy());
  const seed = await orAbort(seedRegion(ec2, options.nodes), signal);
  options.onStarted?.(
    'region',
    `VPC ${seed.vpcId}, ${seed.subnets.length} subnets, ${seed.instances.length} instances`,
  );
  return { simulator, ec2, seed };
}

async function startOperator(
  site: Site,
  controlPlane: ControlPlane,
  simulator: Simulator,
): Promise<OperatorProcess> {
  const logDir = join(site.dir, 'operator');
  mkdirSync(logDir);
  const operator = await startOperatorProcess({
    kubeconfig: controlPlane.kubeconfigPath,
    ec2Endpoint: simulator.url,
    flags: ['--detach-grace=2s', '--cluster-name=demo'],
    logPath: join(logDir, 'operator.log'),
    signal: site.signal,
  });
  site.cleanUp.push(operator.stop);
  site.mustLive(
    operator.exited.then((code) => `operator ended with ${code === null ? 'a signal' : `exit code ${code}`}`),
    operator.explain,
  );
  site.options.onStarted?.('operator', `process ${operator.pid}, ${operator.httpUrl}/readyz is ok`);
  return operator;
}

async function listOwnedEnis(client: EC2Client): Promise<readonly NetworkInterface[]> {
  const enis: NetworkInterface[] = [];
  const Filters = [{ Name: `tag:${ENI_TAGS.managedBy}`, Values: [MANAGED_BY] }];
  for await (const page of paginateDescribeNetworkInterfaces({ client, pageSize: 500 }, { Filters })) {
    enis.push(...(page.NetworkInterfaces ?? []));
  }
  return enis;
}

async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
