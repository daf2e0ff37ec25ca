import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { waitUntil } from '../hack/control-plane/wait-until.ts';
import { describeMachine, type Machine } from '../hack/machine.ts';
import { delay } from '../src/runtime/delay.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { residentMiB } from '../test/support/process-memory.ts';
import {
  applyClusterNodeEni,
  type ClusterPlan,
  type ClusterWorld,
  createClusterWorld,
} from './cluster-world.ts';

/** What happened from a change of the wish to the moment at which the world was so. */
export interface ClusterPhase {
  readonly name: string;
  readonly seconds: number;
  /** EC2 calls of the operator by action. */
  readonly ec2Calls: Readonly<Record<string, number>>;
  readonly throttledCalls: number;
  /** Writes to the API server as that counts them: `VERB resource/subresource`. Leases are left out. */
  readonly kubernetesWrites: Readonly<Record<string, number>>;
  /** Of the operator, at the end. */
  readonly residentMiB: number;
  /** CPU seconds of the operator. */
  readonly cpuSeconds: number;
}

/** A whole run. */
export interface ClusterRun extends ClusterPlan {
  readonly machine: Machine;
  readonly enis: number;
  readonly phases: readonly ClusterPhase[];
}

const RESULTS = 'bench/results';
const LIMIT_MS = 3_600_000;
const STEADY_MS = 20_000;
const POLL_MS = 500;
const OWN_RESOURCES = new Set(['nodeenis', 'nodeeniattachments', 'events']);
const WRITE_VERBS = new Set(['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE']);
const TICKS_PER_SECOND = 100;

async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The API server's own count of writes to what the operator writes. */
async function kubernetesWrites({ transport }: ClusterWorld): Promise<Map<string, number>> {
  const text = String(await transport.request({ method: 'GET', path: '/metrics' }));
  const counts = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(/^apiserver_request_total\{([^}]*)\} (\S+)$/gm)) {
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (!OWN_RESOURCES.has(label('resource')) || !WRITE_VERBS.has(label('verb'))) continue;
    const subresource = label('subresource');
    const key = `${label('verb')} ${label('resource')}${subresource === '' ? '' : `/${subresource}`}`;
    counts.set(key, (counts.get(key) ?? 0) + Number(value));
  }
  return counts;
}

interface PhaseStart {
  readonly startedAtMs: number;
  readonly sequence: number;
  readonly writes: ReadonlyMap<string, number>;
  readonly cpuSeconds: number;
}

async function beginPhase(world: ClusterWorld): Promise<PhaseStart> {
  return {
    sequence: (await world.simulator.calls({ action: 'none' })).lastSequence,
    writes: await kubernetesWrites(world),
    cpuSeconds: await cpuSeconds(world.operator.pid),
    startedAtMs: performance.now(),
  };
}

async function endPhase(world: ClusterWorld, name: string, start: PhaseStart): Promise<ClusterPhase> {
  const seconds = (performance.now() - start.startedAtMs) / 1_000;
  const { calls } = await world.simulator.calls({ since: start.sequence });
  const own = calls.filter(({ identity }) => identity === 'local');
  const ec2Calls: Record<string, number> = {};
  for (const { action } of own) ec2Calls[action] = (ec2Calls[action] ?? 0) + 1;
  const after = await kubernetesWrites(world);
  const writes: Record<string, number> = {};
  for (const [key, count] of after) {
    const more = count - (start.writes.get(key) ?? 0);
    if (more > 0) writes[key] = more;
  }
  const phase: ClusterPhase = {
    name,
    seconds,
    ec2Calls,
    throttledCalls: own.filter(({ code }) => code === 'RequestLimitExceeded').length,
    kubernetesWrites: writes,
    residentMiB: residentMiB(world.operator.pid),
    cpuSeconds: (await cpuSeconds(world.operator.pid)) - start.cpuSeconds,
  };
  process.stdout.write(
    `${name}: ${seconds.toFixed(1)} s, ${own.length} EC2 calls, RSS ${phase.residentMiB.toFixed(0)} MiB\n`,
  );
  return phase;
}

/** Every NodeENI says, of its newest spec, that so many attachments are wanted and Ready. */
async function isConverged(world: ClusterWorld, attachments: number): Promise<boolean> {
  const { items } = await world.client.nodeENIs.list();
  return items.every(({ metadata, status }) => {
    const ready = status.conditions?.find(({ type }) => type === 'Ready');
    return (
      ready?.status === 'True' &&
      ready.observedGeneration === metadata.generation &&
      status.desiredAttachments === attachments &&
      status.readyAttachments === attachments
    );
  });
}

function waitFor(what: string, probe: () => Promise<boolean>): Promise<true> {
  return waitUntil(async () => ((await probe()) ? true : undefined), {
    what,
    deadlineMs: LIMIT_MS,
    intervalMs: POLL_MS,
  });
}

async function countOwnedEnis(world: ClusterWorld, groupId?: string): Promise<number> {
  const { networkInterfaces } = await world.simulator.state();
  return networkInterfaces.filter(
    ({ tags, groupIds }) =>
      Object.hasOwn(tags, 'networking.k8s.aws/managed-by') &&
      (groupId === undefined || (groupIds.length === 1 && groupIds[0] === groupId)),
  ).length;
}

/** Hears of each phase as soon as it is over, so that a run that is cut short has told what it knows. */
type OnPhase = (phases: readonly ClusterPhase[]) => Promise<void>;

async function runPhases(world: ClusterWorld, plan: ClusterPlan, onPhase: OnPhase): Promise<void> {
  const phases: ClusterPhase[] = [];
  const phase = async (name: string, change: () => Promise<void>): Promise<void> => {
    const start = await beginPhase(world);
    await change();
    phases.push(await endPhase(world, name, start));
    await onPhase(phases);
  };
  const indexes = Array.from({ length: plan.nodeEnis }, (_, index) => index);
  const applyAll = async (groupId: string): Promise<void> => {
    for (const index of indexes) await applyClusterNodeEni(world, index, groupId);
  };
  const [firstGroup, secondGroup] = world.securityGroupIds;
  await world.createNodes();
  await phase('attach', async () => {
    await applyAll(firstGroup);
    await waitFor('all to be Ready', () => isConverged(world, plan.nodes));
  });
  await phase('steady', () => delay(systemClock, STEADY_MS));
  await phase('change security groups', async () => {
    await applyAll(secondGroup);
    await waitFor('the new group everywhere', async () => {
      if (!(await isConverged(world, plan.nodes))) return false;
      return (await countOwnedEnis(world, secondGroup)) === plan.nodes * plan.nodeEnis;
    });
  });
  const removed = world.nodes.slice(0, Math.floor(plan.nodes / 2));
  await phase('remove half the nodes', async () => {
    await world.removeNodes(removed);
    await waitFor('half to be left', () => isConverged(world, plan.nodes - removed.length));
  });
  await phase('delete', async () => {
    for (const index of indexes) await world.client.nodeENIs.delete(`bench-${index + 1}`);
    await waitFor('the NodeENIs to go', async () => (await world.client.nodeENIs.list()).items.length === 0);
  });
  const left = await countOwnedEnis(world);
  if (left > 0) throw new Error(`${left} ENIs are left after everything was deleted`);
}

/** Plays one run and writes its result file. */
export async function runCluster({ profile, nodes, nodeEnis }: ClusterPlan): Promise<void> {
  const plan = { profile, nodes, nodeEnis };
  const world = await createClusterWorld(plan);
  const enis = plan.nodes * plan.nodeEnis;
  const suffix = plan.nodeEnis === 2 ? '' : `-${plan.nodeEnis}-per-node`;
  const path = `${RESULTS}/cluster-run-${plan.profile}${suffix}.json`;
  await mkdir(RESULTS, { recursive: true });
  try {
    await runPhases(world, plan, async (phases) => {
      const run: ClusterRun = { machine: describeMachine(new Date()), ...plan, enis, phases };
      await writeFile(path, `${JSON.stringify(run, undefined, 2)}\n`);
    });
  } finally {
    await world.close();
  }
}
