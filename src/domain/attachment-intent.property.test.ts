import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anIntentInput } from '../../test/builders/attachment-intent.ts';
import { aClusterNode, anUnidentifiedNode, SELECTED } from '../../test/builders/cluster-node.ts';
import { anInstance, aSubnet } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import {
  type ExistingAttachment,
  type IntentInput,
  type IntentPlan,
  planAttachments,
} from './attachment-intent.ts';
import { attachmentName } from './attachment-name.ts';
import type { Instance, InstanceState } from './ec2-resources.ts';
import { effectiveSpec } from './effective-spec.ts';

const SUBNET_IDS = ['subnet-1', 'subnet-late', 'subnet-2', 'subnet-3', 'subnet-4'];
const NODES = ['n1', 'n2', 'n3'];
const INSTANCES = ['i-1', 'i-2', 'i-3', 'i-4'];

interface World {
  readonly nodes: readonly {
    name: string;
    instanceId?: string;
    labels: Record<string, string>;
    isGoing: boolean;
  }[];
  readonly instances: ReadonlyMap<string, Instance>;
  readonly attachments: readonly ExistingAttachment[];
  readonly listed: number;
  readonly lateZone?: string;
  readonly nowMs: number;
  readonly made: number;
}

const START: World = { nodes: [], instances: new Map(), attachments: [], listed: 3, nowMs: 0, made: 0 };

type Action = (world: World) => World;

function inputOf(world: World, isDeleting = false): IntentInput {
  const late =
    world.lateZone === undefined ? [] : [aSubnet({ subnetId: 'subnet-late', zone: world.lateZone })];
  return anIntentInput({
    isDeleting,
    spec: effectiveSpec(aNodeEni({ subnetIDs: SUBNET_IDS.slice(0, world.listed) }).spec),
    nodes: world.nodes.map(({ instanceId, ...node }) =>
      instanceId === undefined ? anUnidentifiedNode(node) : aClusterNode({ ...node, instanceId }),
    ),
    instances: world.instances,
    attachments: world.attachments,
    subnets: [
      ...late,
      aSubnet({ subnetId: 'subnet-1' }),
      aSubnet({ subnetId: 'subnet-2' }),
      aSubnet({ subnetId: 'subnet-3', zone: 'us-east-1b' }),
      aSubnet({ subnetId: 'subnet-4' }),
    ],
    nowMs: world.nowMs,
  });
}

function afterPlan(world: World, attachment: ExistingAttachment, plan: IntentPlan): ExistingAttachment {
  const { unwantedSinceMs, ...rest } = attachment;
  const isOneOf = (list: readonly ExistingAttachment[]): boolean =>
    list.some(({ uid }) => uid === attachment.uid);
  const isReleasing = attachment.isReleasing || isOneOf(plan.releases.map((release) => release.attachment));
  if (isOneOf(plan.unmarks)) return { ...rest, isReleasing };
  const since = isOneOf(plan.marksUnwanted) ? world.nowMs : unwantedSinceMs;
  return { ...rest, isReleasing, ...(since === undefined ? {} : { unwantedSinceMs: since }) };
}

function apply(world: World, plan: IntentPlan): World {
  const created = plan.creates.map(({ node, choice }, number): ExistingAttachment => {
    const slotKey = choice.slot.key;
    const name = attachmentName({
      nodeEniName: 'tenant-a',
      nodeEniUid: 'abcdef',
      instanceId: node.instanceId,
      slotKey,
    });
    return {
      name,
      uid: `uid-${world.made + number}`,
      nodeName: node.name,
      instanceId: node.instanceId,
      slotKey,
      subnetId: choice.subnetId,
      deviceIndex: choice.deviceIndex,
      isReleasing: false,
    };
  });
  const kept = world.attachments.map((attachment) => afterPlan(world, attachment, plan));
  return { ...world, attachments: [...kept, ...created], made: world.made + created.length };
}

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** What must hold of every plan in every world. */
function checkPlan(input: IntentInput, plan: IntentPlan): void {
  const released = new Set(plan.releases.map(({ attachment }) => attachment.uid));
  const staying = input.attachments.filter(({ uid, isReleasing }) => !isReleasing && !released.has(uid));
  const places = [
    ...staying.map(({ instanceId, deviceIndex }) => `${instanceId}/${deviceIndex}`),
    ...plan.creates.map(({ node, choice }) => `${node.instanceId}/${choice.deviceIndex}`),
  ];
  expect(isUnique(places)).toBe(true);
  const names = [
    ...input.attachments.map(({ instanceId, slotKey }) => `${instanceId} ${slotKey}`),
    ...plan.creates.map(({ node, choice }) => `${node.instanceId} ${choice.slot.key}`),
  ];
  expect(isUnique(names)).toBe(true);
  const indexes = plan.keeps.map(({ wish }) => wish.choice.deviceIndex);
  expect(indexes).toEqual(plan.keeps.map(({ attachment }) => attachment.deviceIndex));
  checkCreates(input, plan);
  checkReleases(input, plan);
}

function checkCreates(input: IntentInput, plan: IntentPlan): void {
  const servable = input.nodes
    .filter((node) => !node.isGoing && Object.keys(node.labels).length > 0)
    .filter(({ instanceId }) =>
      ['pending', 'running'].includes(input.instances.get(instanceId ?? '')?.state ?? ''),
    )
    .map(({ name }) => name);
  expect(servable).toEqual(expect.arrayContaining(plan.creates.map(({ node }) => node.name)));
}

function checkReleases(input: IntentInput, plan: IntentPlan): void {
  const hasty = plan.releases.filter(({ attachment, cause }) => {
    const graceMs = cause.includes('nodeSelector') ? input.detachGraceMs : input.nodeGoneGraceMs;
    const isGraced = cause.includes('nodeSelector') || cause.includes('Node object');
    return isGraced && input.nowMs - (attachment.unwantedSinceMs ?? Number.POSITIVE_INFINITY) < graceMs;
  });
  expect(hasty).toEqual([]);
}

function planned(world: World): World {
  const input = inputOf(world);
  const plan = planAttachments(input);
  checkPlan(input, plan);
  return apply(world, plan);
}

function released(world: World): World {
  return { ...world, attachments: world.attachments.filter(({ isReleasing }) => !isReleasing) };
}

const nodeName = fc.constantFrom(...NODES);
const instanceId = fc.constantFrom(...INSTANCES);
const instanceState = fc.constantFrom<InstanceState[]>('pending', 'running', 'running', 'terminated');

const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(planned) },
  fc.constant(released),
  fc.constantFrom(1_000, 20_000, 40_000, 400_000).map((ms) => (w: World) => ({ ...w, nowMs: w.nowMs + ms })),
  fc.nat(SUBNET_IDS.length).map((count) => (w: World) => ({ ...w, listed: Math.max(1, count) })),
  fc.constantFrom('us-east-1a', 'us-east-1b').map((lateZone) => (w: World) => ({ ...w, lateZone })),
  fc.tuple(instanceId, instanceState).map(([id, state]) => (w: World) => {
    const zone = id === 'i-4' ? 'us-east-1b' : 'us-east-1a';
    return { ...w, instances: new Map([...w.instances, [id, anInstance({ instanceId: id, state, zone })]]) };
  }),
  fc
    .record({
      name: nodeName,
      instance: fc.option(instanceId, { freq: 6 }),
      labels: fc.constantFrom(SELECTED, SELECTED, {}),
      isGoing: fc.constantFrom(false, false, false, true),
    })
    .map(({ instance, name, labels, isGoing }) => (w: World) => {
      const node = {
        name,
        labels: { ...labels },
        isGoing,
        ...(instance === null ? {} : { instanceId: instance }),
      };
      return { ...w, nodes: [...w.nodes.filter((other) => other.name !== name), node] };
    }),
  nodeName.map((name) => (w: World) => ({ ...w, nodes: w.nodes.filter((node) => node.name !== name) })),
);

function settle(world: World): World {
  let settled = world;
  for (let round = 0; round < 4; round += 1) {
    settled = released(planned({ ...settled, nowMs: settled.nowMs + 400_000 }));
  }
  return settled;
}

function changes(plan: IntentPlan): number {
  return plan.creates.length + plan.releases.length + plan.marksUnwanted.length + plan.unmarks.length;
}

describe('intent plan, whatever happens to nodes, instances and the list', () => {
  it('never wants one place twice, keeps every index and every grace, and comes to rest', () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 5, maxLength: 40 }), (history) => {
        const world = settle(history.reduce((w, action) => action(w), START));
        const plan = planAttachments(inputOf(world));
        expect(changes(plan)).toBe(0);
        expect(plan).not.toHaveProperty('recheckAfterMs');
      }),
      { numRuns: 400 },
    );
  });

  it('wants nothing more right after it was applied', () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 5, maxLength: 25 }), (history) => {
        const world = planned(history.reduce((w, action) => action(w), START));
        expect(changes(planAttachments(inputOf(world)))).toBe(0);
      }),
    );
  });

  it('gives everything back when the NodeENI is deleted', () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 5, maxLength: 25 }), (history) => {
        const world = history.reduce((w, action) => action(w), START);
        const after = released(apply(world, planAttachments(inputOf(world, true))));
        expect(after.attachments).toEqual([]);
      }),
    );
  });

  it('does nothing to a label that is back before its grace has run', () => {
    const graceMs = fc.integer({ min: 0, max: 29_999 });
    fc.assert(
      fc.property(graceMs, fc.boolean(), (ms, isLookedAt) => {
        const node = { name: 'n1', instanceId: 'i-1', isGoing: false };
        const instances = new Map([['i-1', anInstance()]]);
        const before = planned({
          ...START,
          listed: 1,
          instances,
          nodes: [{ ...node, labels: { ...SELECTED } }],
        });
        const off = planned({ ...before, nodes: [{ ...node, labels: {} }] });
        const later = { ...off, nowMs: off.nowMs + ms };
        const on = planned({ ...(isLookedAt ? planned(later) : later), nodes: before.nodes });
        expect(before.attachments).toHaveLength(1);
        expect(on.attachments).toEqual(before.attachments);
      }),
    );
  });
});
