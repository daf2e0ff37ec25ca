import * as fc from 'fast-check';
import { ADMISSION_ANNOTATIONS, ZONE_LABEL } from '../../api/v1alpha1/names.ts';
import type {
  AdmissionView,
  Finding,
  JudgedNode,
  JudgedNodeEni,
  ResolvedSlot,
} from '../../src/domain/admission/admission-view.ts';
import type { Subnet } from '../../src/domain/ec2-resources.ts';
import { effectiveSpec } from '../../src/domain/effective-spec.ts';
import { matchesSelector } from '../../src/domain/node-selection.ts';
import { chooseSubnets, subnetsOfSlot } from '../../src/domain/subnet-choice.ts';
import { aView } from './judged-node-eni.ts';

const ZONES = ['a', 'b', 'c'];
const VPC = 'vpc-1';

function subnetOf(index: number, name: string, zone: string): Subnet {
  return { subnetId: `subnet-${index}`, name, zone, vpcId: VPC, cidr: '10.0.0.0/24', availableAddresses: 9 };
}

const subnets = (isNameUnique: boolean): fc.Arbitrary<Subnet[]> =>
  fc
    .uniqueArray(
      fc.record({ name: fc.constantFrom('blue', 'green', 'red'), zone: fc.constantFrom(...ZONES) }),
      {
        minLength: 3,
        maxLength: 9,
        comparator: isNameUnique ? (x, y) => x.name === y.name && x.zone === y.zone : () => false,
      },
    )
    .map((all) => all.map(({ name, zone }, index) => subnetOf(index, name, zone)));

const labels = fc.record(
  {
    ng: fc.constantFrom('x', 'y'),
    tier: fc.constantFrom('x', 'y'),
    [ZONE_LABEL]: fc.constantFrom(...ZONES),
  },
  { requiredKeys: [] },
);
const selector = labels.filter((pairs) => Object.keys(pairs).length > 0);
const entries = fc.array(fc.nat({ max: 8 }), { maxLength: 2 });

/** Whether the status was written, and what everybody knows from it. */
export interface Drawn {
  readonly object: JudgedNodeEni;
  readonly isResolved: boolean;
}

const drawn = (world: readonly Subnet[]): fc.Arbitrary<Drawn> =>
  fc
    .record({
      nodeSelector: selector,
      ids: entries,
      names: fc.subarray(['blue', 'green', 'red'], { maxLength: 2 }),
      deviceIndex: fc.integer({ min: 2, max: 5 }),
      networkCardIndex: fc.constantFrom(0, 0, 1),
      pci: fc.constantFrom(undefined, undefined, '0000:00:07.0'),
      isSharing: fc.boolean(),
      isResolved: fc.boolean(),
    })
    .map(({ nodeSelector, ids, names, pci, isSharing, isResolved, ...rest }) => {
      const subnetIDs = ids.map((id) => world[id % world.length]?.subnetId ?? '');
      const spec = {
        nodeSelector,
        ...(ids.length === 0 && names.length === 0 ? { subnetID: 'subnet-0' } : {}),
        subnetIDs,
        subnetNames: names,
        securityGroupIDs: ['sg-1'],
        ...(pci === undefined ? {} : { dpdkPCIAddress: pci, enableDPDK: true }),
        ...rest,
      };
      const annotations: Record<string, string> = isSharing
        ? { [ADMISSION_ANNOTATIONS.allowSharedSubnet]: 'true' }
        : {};
      return { object: { name: '', isDeleting: false, annotations, spec, subnets: [] }, isResolved };
    });

export function resolved(object: JudgedNodeEni, world: readonly Subnet[]): ResolvedSlot[] {
  return effectiveSpec(object.spec).slots.flatMap((slot) =>
    subnetsOfSlot(slot, world).map(({ subnetId, zone }) => ({ slot: slot.key, subnetID: subnetId, zone })),
  );
}

/** A node and the zone of its instance; its label, where it has one, tells the same. */
const placedNode = fc
  .record({ labels, zone: fc.constantFrom(...ZONES) })
  .map(({ labels, zone }) => ({ labels, zone: labels[ZONE_LABEL] ?? zone }));

export interface Scene {
  readonly world: readonly Subnet[];
  readonly drawn: readonly Drawn[];
  readonly liveNodes: readonly JudgedNode[];
  readonly anyNodes: readonly { readonly labels: Readonly<Record<string, string>>; readonly zone: string }[];
}

export const scene = (options: {
  readonly isNameUnique: boolean;
  readonly objects: number;
}): fc.Arbitrary<Scene> =>
  subnets(options.isNameUnique).chain((world) =>
    fc.record({
      world: fc.constant(world),
      drawn: fc
        .array(drawn(world), { minLength: 2, maxLength: options.objects })
        .map((all) => all.map((one, index) => ({ ...one, object: { ...one.object, name: `eni-${index}` } }))),
      liveNodes: fc
        .array(placedNode, { maxLength: 5 })
        .map((nodes) => nodes.map((node, index) => ({ name: `node-${index}`, labels: node.labels }))),
      anyNodes: fc.array(placedNode, { minLength: 1, maxLength: 8 }),
    }),
  );

/** What the planner gives the object on a node: keys that EC2 or the host has once on an instance. */
export function keysOn(
  node: { readonly labels: Readonly<Record<string, string>>; readonly zone: string },
  object: JudgedNodeEni,
  world: readonly Subnet[],
): string[] {
  const spec = effectiveSpec(object.spec);
  if (!matchesSelector(spec.nodeSelector, node.labels)) return [];
  const { choices } = chooseSubnets({
    slots: spec.slots,
    baseDeviceIndex: spec.deviceIndex,
    place: { zone: node.zone, vpcId: VPC },
    subnets: world,
    frozen: [],
  });
  const pci = spec.dpdk?.pciAddress;
  return [
    ...choices.map(({ deviceIndex }) => `card ${spec.networkCardIndex} index ${deviceIndex}`),
    ...(pci === undefined || choices.length === 0 ? [] : [pci]),
  ];
}

/** Every entry of its list is some subnet. */
export function isResolvable({ spec }: JudgedNodeEni, world: readonly Subnet[]): boolean {
  return effectiveSpec(spec).slots.every((slot) => subnetsOfSlot(slot, world).length > 0);
}

export function isAboutConflict({ rule }: Finding): boolean {
  return rule.endsWith('Conflict') || rule === 'sharedSubnet';
}

export function denials(findings: readonly Finding[]): string[] {
  return findings.filter(({ effect }) => effect === 'deny').map(({ rule, message }) => `${rule} ${message}`);
}

export function viewOf({ world, drawn, liveNodes }: Scene): AdmissionView {
  return aView({
    nodes: liveNodes,
    nodeEnis: drawn.map(({ object, isResolved }) => ({
      ...object,
      subnets: isResolved ? resolved(object, world) : [],
    })),
  });
}

/** An object that meets nobody, and whose status tells of every subnet there is. */
export function teller(world: readonly Subnet[]): JudgedNodeEni {
  return {
    name: 'teller',
    isDeleting: true,
    annotations: {},
    spec: { nodeSelector: { nobody: 'x' }, subnetID: 'subnet-0', securityGroupIDs: ['sg-1'] },
    subnets: world.map(({ subnetId, zone, name = '' }) => ({
      subnetID: subnetId,
      zone,
      slot: `name/${name}`,
    })),
  };
}

export type PlacedNode = Scene['anyNodes'][number];

export function asLiveNode({ labels, zone }: PlacedNode, index: number): JudgedNode {
  return { name: `any-${index}`, labels: { ...labels, [ZONE_LABEL]: zone } };
}

/** Nodes that both objects select, one in each zone where that is possible. */
export function nodesOfBoth(a: JudgedNodeEni, b: JudgedNodeEni): PlacedNode[] {
  const labels = { ...a.spec.nodeSelector, ...b.spec.nodeSelector };
  return ZONES.filter((zone) => (labels[ZONE_LABEL] ?? zone) === zone).map((zone) => ({ labels, zone }));
}
