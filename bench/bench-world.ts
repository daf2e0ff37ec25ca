import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCrashWorld, type CrashWorld } from '../test/crash/crash-world.ts';
import { operatorCalls, ownedEnis } from '../test/crash/invariants.ts';

/** A cluster whose nodes all want one ENI in each of so many subnets. */
export interface BenchWorldOptions {
  readonly nodes: number;
  readonly subnets: number;
  readonly ec2Share: number;
  /** Nodes that one NodeENI selects, a node group; default {@link NODES_PER_NODE_ENI}. */
  readonly nodesPerNodeEni?: number;
}

/** What the operator did between two moments of virtual time. */
export interface Span {
  /** Virtual seconds. */
  readonly seconds: number;
  /** Wall seconds that this machine took for it. */
  readonly wallSeconds: number;
  /** CPU seconds of operator, simulator and harness together. */
  readonly cpuSeconds: number;
  /** How much more heap all three hold at the end, garbage excluded. */
  readonly heapGrowthBytes: number;
  readonly mutatingCalls: number;
  readonly readCalls: number;
  readonly throttledCalls: number;
  readonly callsByAction: Readonly<Record<string, number>>;
  readonly kubernetesWrites: Readonly<Record<string, number>>;
  /** Of the events that one watcher of NodeENIs and NodeENIAttachments gets, as JSON. */
  readonly watchBytes: number;
}

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const NAMES = ['control', 'user'];
const STEP_MS = 200;
const LIMIT_MS = 7_200_000;

/** Size of a node group. */
export const NODES_PER_NODE_ENI = 50;

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

function heapBytes(): number {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed;
}

function groupSizeOf({ nodesPerNodeEni = NODES_PER_NODE_ENI }: BenchWorldOptions): number {
  return nodesPerNodeEni;
}

/** A world with its nodes, on the account's documented quotas; the quota of interfaces is raised to 50,000. */
export async function createBenchWorld(options: BenchWorldOptions): Promise<CrashWorld> {
  const { nodes, subnets, ec2Share } = options;
  const world = await createCrashWorld({
    seed: 1,
    profile: 'default-quota',
    knobs: { maxNetworkInterfaces: 50_000 },
    plan: {
      zones: ZONES,
      nodesPerZone: Math.ceil(nodes / ZONES.length),
      instanceType: 'm5.xlarge',
      tenantSubnetNames: NAMES.slice(0, subnets),
    },
    config: { ec2Share },
    watchLagMs: 20,
  });
  for (const [index, { instanceId, availabilityZone }] of world.region.seed.instances.entries()) {
    if (index >= nodes) break;
    const labels = { group: String(Math.floor(index / groupSizeOf(options))) };
    world.cluster.applyNode({ name: `node-${index}`, instanceId, zone: availabilityZone, labels });
  }
  // The operator leads before the clock of a benchmark starts.
  await world.time.runFor(20_000);
  return world;
}

/** Creates one NodeENI for each node group. */
export function applyBenchNodeEnis(world: CrashWorld, options: BenchWorldOptions): void {
  for (let group = 0; group * groupSizeOf(options) < options.nodes; group += 1) {
    world.cluster.applyNodeEni(`bench-${group}`, {
      nodeSelector: { group: String(group) },
      subnetNames: NAMES.slice(0, options.subnets),
      securityGroupIDs: [world.region.seed.securityGroupId],
      deviceIndex: 1,
      networkCardIndex: 0,
      deleteOnTermination: true,
      deletionPolicy: 'Delete',
      sourceDestCheck: true,
    });
  }
}

/** Deletes every NodeENI. */
export function deleteBenchNodeEnis(world: CrashWorld): void {
  const { nodeEnis } = world.cluster;
  for (const { metadata } of nodeEnis.all()) world.cluster.delete(nodeEnis, metadata.name);
}

/** Whether so many attachments are Ready. */
export function isAllReady(world: CrashWorld, enis: number): boolean {
  const attachments = world.cluster.attachments.all();
  if (attachments.length !== enis) return false;
  return attachments.every(({ status }) =>
    (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  );
}

/** Whether nothing of ours is left. */
export function isAllGone(world: CrashWorld): boolean {
  return world.cluster.nodeEnis.all().length === 0 && ownedEnis(world).length === 0;
}

/** Versions of the objects that were stored so far. */
function storedVersions({ cluster }: CrashWorld): { readonly kind: string }[] {
  return [...cluster.nodeEnis.history(), ...cluster.attachments.history()];
}

function bytesSince(world: CrashWorld, versions: ReadonlySet<unknown>): number {
  return storedVersions(world)
    .filter((version) => !versions.has(version))
    .reduce((sum, version) => sum + Buffer.byteLength(JSON.stringify(version)), 0);
}

/** Lets virtual time pass until `isOver`, or for `lastingMs`, and tells what happened. @throws Error after two hours */
export async function measureSpan(
  world: CrashWorld,
  until: { readonly isOver: () => boolean } | { readonly lastingMs: number },
): Promise<Span> {
  const { time, boundaries } = world;
  const since = world.region.simulator.auditLog.read({ since: 0, action: 'none' }).lastSequence;
  const versions = new Set<unknown>(storedVersions(world));
  const heapFrom = heapBytes();
  const cpuFrom = process.cpuUsage();
  const [startedAtMs, wallFromMs, writesFrom] = [time.monotonicMs(), performance.now(), boundaries.count];
  if ('lastingMs' in until) await time.runFor(until.lastingMs);
  else {
    while (!until.isOver()) {
      if (time.monotonicMs() - startedAtMs > LIMIT_MS) throw new Error('the benchmark came to no end');
      await time.runFor(STEP_MS);
    }
  }
  const wallSeconds = (performance.now() - wallFromMs) / 1000;
  const cpu = process.cpuUsage(cpuFrom);
  const calls = operatorCalls(world, since);
  const reads = calls.filter(({ action }) => action.startsWith('Describe')).length;
  const callsByAction: Record<string, number> = {};
  for (const { action } of calls) callsByAction[action] = (callsByAction[action] ?? 0) + 1;
  const kubernetesWrites: Record<string, number> = {};
  for (const name of boundaries.names.slice(writesFrom)) {
    if (name.includes(' ')) kubernetesWrites[name] = (kubernetesWrites[name] ?? 0) + 1;
  }
  return {
    seconds: (time.monotonicMs() - startedAtMs) / 1000,
    wallSeconds,
    cpuSeconds: (cpu.user + cpu.system) / 1_000_000,
    heapGrowthBytes: heapBytes() - heapFrom,
    mutatingCalls: calls.length - reads,
    readCalls: reads,
    throttledCalls: calls.filter(({ code }) => code === 'RequestLimitExceeded').length,
    callsByAction,
    kubernetesWrites,
    watchBytes: bytesSince(world, versions),
  };
}

/** All Kubernetes writes of a span. */
export function writesOf(span: Span): number {
  return Object.values(span.kubernetesWrites).reduce((sum, count) => sum + count, 0);
}
