import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import type { Random } from '../../src/runtime/random.ts';
import type { SeedPlan } from '../support/seed-ec2.ts';
import { attachReferenceEnis } from './reference-enis.ts';
import { disturb, type Disturbances } from './disturbances.ts';
import type { CrashWorld } from './crash-world.ts';
import {
  deviations,
  doubles,
  foreignCalls,
  lastSequence,
  mutatingCalls,
  ownedEnis,
  spentTokens,
  type WantedEnis,
} from './invariants.ts';

/** Two nodes in one zone with two tenant subnets. */
export const SCENARIO_PLAN: SeedPlan = {
  zones: ['us-east-1a'],
  nodesPerZone: 2,
  instanceType: 'm5.xlarge',
  tenantSubnetNames: ['control', 'user'],
};

/** How one run of the scenario differs from others. */
export interface ScenarioOptions {
  readonly deleteOnTermination: boolean;
  /** Which of the two goes first when a node is replaced. */
  readonly replacement: 'instance first' | 'node first';
  /** The first ENI of each node is there already, made by the reference controller. */
  readonly isTakeover: boolean;
  /** Absent: nothing goes wrong but what the crash plan says. */
  readonly disturbances?: Disturbances;
  readonly random: Random;
}

const NAME = 'tenant';
const FIRST_DEVICE_INDEX = 2;
const LABELS: Readonly<Record<string, string>> = { ng: 'multi-eni' };
const STEP_MS = 2_000;
/** Longer than every back-off, grace and proof of absence in a row. */
const PHASE_LIMIT_MS = 2_400_000;
/**
 * What the last change has set going ends within this, also where the process dies at its last call and the next one
 * waits for the Lease, each time anew where several die; and within the longest back-off where calls failed.
 */
const SETTLE_MS = 40_000;
const SETTLE_AFTER_FAILURES_MS = 400_000;
/** Longer than a resync and every slow recheck. */
const REST_MS = 360_000;

/** The NodeENI of the scenario. */
interface Act {
  readonly world: CrashWorld;
  readonly options: ScenarioOptions;
  readonly subnetIds: readonly string[];
  readonly violations: string[];
}

function nodeEniSpec(act: Act, securityGroupIDs: string[]): NodeENI['spec'] {
  return {
    nodeSelector: { ...LABELS },
    subnetNames: ['control', 'user'],
    securityGroupIDs,
    deviceIndex: FIRST_DEVICE_INDEX,
    networkCardIndex: 0,
    deleteOnTermination: act.options.deleteOnTermination,
    deletionPolicy: 'Delete',
    sourceDestCheck: true,
  };
}

function isReady(world: CrashWorld): boolean {
  const nodeEni = world.cluster.nodeEnis.get(NAME);
  const ready = nodeEni?.status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === nodeEni?.metadata.generation;
}

/** Lets time pass until nothing is missing; what is missing after {@link PHASE_LIMIT_MS} is a violation. */
async function settle(act: Act, phase: string, missing: () => string[]): Promise<void> {
  const { world, violations } = act;
  let problems = missing();
  for (let passedMs = 0; problems.length > 0 && passedMs < PHASE_LIMIT_MS; passedMs += STEP_MS) {
    await world.time.runFor(STEP_MS);
    problems = missing();
  }
  violations.push(...problems.map((problem) => `${phase}: ${problem}`));
  violations.push(...doubles(world).map((problem) => `${phase}: ${problem}`));
}

/** Runs on until nothing strikes for as long as the world rests: what strikes a resync is answered by writes. */
async function restUndisturbed({ world, options }: Act): Promise<{ since: number; writes: number }> {
  await world.time.runFor(options.disturbances === undefined ? 0 : SETTLE_AFTER_FAILURES_MS);
  for (;;) {
    for (let lives = 0; lives < world.lives;) {
      ({ lives } = world);
      await world.time.runFor(SETTLE_MS);
    }
    const start = { since: lastSequence(world), writes: world.boundaries.count };
    const { struck } = world.boundaries;
    await world.time.runFor(REST_MS);
    if (world.boundaries.struck === struck) return start;
  }
}

async function rest(act: Act, phase: string): Promise<void> {
  const { world, violations } = act;
  const { since, writes } = await restUndisturbed(act);
  const calls = mutatingCalls(world, since).map(({ action }) => action);
  if (calls.length > 0) violations.push(`${phase}: at rest it called ${calls.join(', ')}`);
  const names = world.boundaries.names.slice(writes).filter((name) => name.includes(' '));
  if (names.length > 0) violations.push(`${phase}: at rest it wrote ${names.join(', ')}`);
}

function missingOf(act: Act, instanceIds: readonly string[]): () => string[] {
  const wanted: WantedEnis = {
    instanceIds,
    subnetIds: act.subnetIds,
    firstDeviceIndex: FIRST_DEVICE_INDEX,
    deleteOnTermination: act.options.deleteOnTermination,
  };
  const count = instanceIds.length * act.subnetIds.length;
  return () => {
    const problems = deviations(act.world, wanted);
    if (problems.length > 0) return problems;
    const attachments = act.world.cluster.attachments.all().length;
    if (attachments !== count) return [`there are ${attachments} attachments instead of ${count}`];
    return isReady(act.world) ? [] : ['the NodeENI is not Ready'];
  };
}

function missingAtEnd({ world }: Act): string[] {
  const { cluster } = world;
  return [
    ...ownedEnis(world).map(({ id, attachment }) => `${id} is left, ${attachment?.status ?? 'detached'}`),
    ...cluster.attachments.all().map(({ metadata }) => `attachment ${metadata.name} is left`),
    ...cluster.nodeEnis.all().map(({ metadata }) => `NodeENI ${metadata.name} is left`),
  ];
}

async function replaceNode(
  act: Act,
  node: { readonly name: string; readonly instanceId: string },
): Promise<string> {
  const { world, options } = act;
  const { region, cluster, time } = world;
  const terminate = (): void => {
    region.simulator.act({ kind: 'terminate-instance', instanceId: node.instanceId });
  };
  const [subnet] = region.seed.subnets;
  const reply = await region.owner.send(
    new RunInstancesCommand({
      ImageId: 'ami-12345678',
      InstanceType: 'm5.xlarge',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet?.subnetId,
      SecurityGroupIds: [region.seed.securityGroupId],
    }),
  );
  const instanceId = reply.Instances?.[0]?.InstanceId ?? '';
  if (options.replacement === 'instance first') terminate();
  await time.runFor(options.random() * 20_000);
  world.cluster.nodes.remove(node.name);
  await time.runFor(options.random() * 20_000);
  if (options.replacement === 'node first') terminate();
  cluster.applyNode({ name: `${node.name}-new`, instanceId, zone: 'us-east-1a', labels: LABELS });
  return instanceId;
}

/**
 * A NodeENI for two subnets on two nodes: created, its groups changed, a node loses its label and gets it back, a node is
 * replaced, all is deleted. Returns what was wrong, from the simulator's state and audit log.
 */
export async function playScenario(world: CrashWorld, options: ScenarioOptions): Promise<string[]> {
  const { cluster, region, time } = world;
  const subnetIds = ['control', 'user'].map(
    (name) => region.seed.subnets.find((subnet) => subnet.name === name)?.subnetId ?? '',
  );
  const act: Act = { world, options, subnetIds, violations: [] };
  const nodes = region.seed.instances.map(({ instanceId }, index) => ({ name: `node-${index}`, instanceId }));
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error('the scenario needs two nodes');
  const zone = 'us-east-1a';
  const disturbed = async (): Promise<void> => {
    if (options.disturbances !== undefined) await disturb(world, options.disturbances, options.random);
  };

  const theirs = await attachReferenceEnis(
    world,
    options.isTakeover
      ? nodes.map(({ name, instanceId }) => ({
          nodeEniName: NAME,
          nodeName: name,
          instanceId,
          subnetId: subnetIds[0] ?? '',
          deviceIndex: FIRST_DEVICE_INDEX,
        }))
      : [],
  );
  world.boundaries.enter('create');
  for (const node of nodes) cluster.applyNode({ ...node, zone, labels: LABELS });
  cluster.applyNodeEni(NAME, nodeEniSpec(act, [region.seed.securityGroupId]));
  await disturbed();
  await settle(act, 'create', missingOf(act, [first.instanceId, second.instanceId]));

  world.boundaries.enter('label loss');
  const groups = region.simulator.world.securityGroups.all().map(({ id }) => id);
  cluster.applyNodeEni(NAME, nodeEniSpec(act, groups.slice(0, 1)));
  cluster.applyNode({ ...second, zone, labels: {} });
  await disturbed();
  await settle(act, 'label loss', missingOf(act, [first.instanceId]));

  world.boundaries.enter('replacement');
  cluster.applyNode({ ...second, zone, labels: LABELS });
  await time.runFor(options.random() * 6_000);
  const instanceId = await replaceNode(act, second);
  await disturbed();
  await settle(act, 'replacement', missingOf(act, [first.instanceId, instanceId]));
  await rest(act, 'replacement');

  world.boundaries.enter('deletion');
  cluster.delete(cluster.nodeEnis, NAME);
  await disturbed();
  await settle(act, 'deletion', () => missingAtEnd(act));
  await rest(act, 'deletion');
  act.violations.push(...foreignCalls(world, theirs), ...spentTokens(world), ...world.errors);
  return act.violations;
}
