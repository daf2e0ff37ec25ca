import { ENI_TAGS, MANAGED_BY } from '../../api/v1alpha1/names.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import type { Random } from '../../src/runtime/random.ts';
import type { CrashWorld } from './crash-world.ts';
import { ownedEnis } from './invariants.ts';

/** What goes wrong in each phase of a scenario, and for how long. */
export interface Disturbances {
  readonly lastingMs: number;
  readonly faults: readonly FaultRule[];
  readonly actors: readonly ActorName[];
}

/** Somebody else who acts in the account. */
export type ActorName = 'detach' | 'delete' | 'untag' | 'fill-index' | 'modify-delete-on-termination';

const ACTORS: readonly ActorName[] = [
  'detach',
  'delete',
  'untag',
  'fill-index',
  'modify-delete-on-termination',
];

const FAULTS: readonly FaultRule[] = [
  { action: '*', kind: 'error', code: 'ServiceUnavailable', status: 503, probability: 0.1 },
  { action: '*', kind: 'throttle', probability: 0.2 },
  { action: '*', kind: 'reset-before', probability: 0.1 },
  { action: '*', kind: 'reset-after-commit', probability: 0.15 },
  { action: 'CreateNetworkInterface', kind: 'reset-after-commit', probability: 0.6 },
  { action: 'AttachNetworkInterface', kind: 'reset-after-commit', probability: 0.6 },
  { action: 'CreateNetworkInterface', kind: 'not-found-after-create', durationMs: 30_000 },
  { action: 'DescribeNetworkInterfaces', kind: 'stale-describe', durationMs: 20_000, probability: 0.5 },
  { action: 'DescribeInstances', kind: 'stale-describe', durationMs: 30_000, probability: 0.5 },
  { action: '*', kind: 'latency', latencyMs: 8_000, probability: 0.2 },
  { action: '*', kind: 'latency', latencyMs: 20_000, probability: 0.05 },
  { action: 'CreateNetworkInterface', kind: 'malformed-xml', probability: 0.4 },
];

function pick<T>(items: readonly T[], random: Random, share: number): T[] {
  return items.filter(() => random() < share);
}

/** Draws what goes wrong. */
export function drawDisturbances(random: Random): Disturbances {
  return {
    lastingMs: 20_000 + Math.floor(random() * 120_000),
    faults: pick(FAULTS, random, 0.3),
    actors: pick(ACTORS, random, 0.35),
  };
}

type Undo = () => void;

const nothing: Undo = () => undefined;

function fillIndex(world: CrashWorld, random: Random): Undo {
  const { simulator } = world.region;
  const { instances, networkInterfaces } = simulator.state();
  const running = instances.filter(({ state }) => state === 'running');
  const instanceId = running[Math.floor(random() * running.length)]?.id;
  const isFree = networkInterfaces.every(
    ({ attachment }) => attachment?.instanceId !== instanceId || attachment?.deviceIndex !== 2,
  );
  if (instanceId === undefined || !isFree) return nothing;
  const [networkInterfaceId] = simulator.act({ kind: 'fill-index', instanceId, deviceIndex: 2 });
  return () => {
    const isThere = simulator.state().networkInterfaces.some(({ id }) => id === networkInterfaceId);
    if (isThere) simulator.act({ kind: 'delete', networkInterfaceId });
  };
}

function untag(world: CrashWorld, id: string): Undo {
  const { simulator } = world.region;
  simulator.act({ kind: 'untag', resourceId: id, keys: [ENI_TAGS.managedBy] });
  return () => {
    const isThere = simulator.state().networkInterfaces.some((each) => each.id === id);
    if (isThere) simulator.act({ kind: 'retag', resourceId: id, tags: { [ENI_TAGS.managedBy]: MANAGED_BY } });
  };
}

function actOn(world: CrashWorld, actor: ActorName, random: Random): Undo {
  const { simulator } = world.region;
  const owned = ownedEnis(world);
  const eni = owned[Math.floor(random() * owned.length)];
  if (actor === 'fill-index') return fillIndex(world, random);
  if (eni === undefined) return nothing;
  const { id: networkInterfaceId, attachment } = eni;
  if (actor === 'untag') return untag(world, networkInterfaceId);
  if (actor === 'delete') simulator.act({ kind: 'delete', networkInterfaceId });
  if (attachment?.status !== 'attached') return nothing;
  if (actor === 'detach') simulator.act({ kind: 'detach', networkInterfaceId });
  if (actor === 'modify-delete-on-termination') {
    const deleteOnTermination = !attachment.deleteOnTermination;
    simulator.act({ kind: actor, networkInterfaceId, deleteOnTermination });
  }
  return nothing;
}

/** Lets things go wrong for a while; afterwards everything works, and what actors blocked is free again. */
export async function disturb(world: CrashWorld, disturbances: Disturbances, random: Random): Promise<void> {
  const { faults } = world.region.simulator;
  const { lastingMs, actors } = disturbances;
  for (const rule of disturbances.faults) faults.add(rule);
  world.isFaulty = true;
  const undos: Undo[] = [];
  for (const actor of actors) {
    await world.time.runFor((random() * lastingMs) / actors.length);
    undos.push(actOn(world, actor, random));
  }
  await world.time.runFor(lastingMs / 2);
  for (const undo of undos) undo();
  faults.clear();
  world.isFaulty = false;
}
