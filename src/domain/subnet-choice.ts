import type { Subnet } from './ec2-resources.ts';
import type { SubnetSlot } from './subnet-slots.ts';

/** Where a node's interfaces can live. */
export interface NodePlace {
  readonly zone: string;
  readonly vpcId: string;
  readonly outpostArn?: string;
}

/** An attachment that already exists for this NodeENI on the node; its subnet and index are frozen. */
export interface FrozenSlot {
  readonly slotKey: string;
  readonly subnetId: string;
  readonly deviceIndex: number;
}

/** One interface that the node gets. */
export interface SlotChoice {
  readonly slot: SubnetSlot;
  readonly subnetId: string;
  readonly subnetCidr?: string;
  readonly deviceIndex: number;
}

/** Why an entry yields no interface on the node. */
export interface SlotProblem {
  readonly slot: SubnetSlot;
  readonly reason: 'SubnetNotFound' | 'SubnetAmbiguous' | 'WaitingForEarlierSubnet' | 'DeviceIndexInUse';
  readonly message: string;
}

/** What a NodeENI's merged subnet list means for one node. */
export interface SubnetChoice {
  readonly choices: readonly SlotChoice[];
  readonly problems: readonly SlotProblem[];
  /** What is attached stays, but its entry means another subnet now: one message each. */
  readonly movedNames: readonly string[];
}

type Resolution =
  | { readonly kind: 'found'; readonly subnet: Subnet }
  | { readonly kind: 'elsewhere' }
  | {
      readonly kind: 'problem';
      readonly reason: 'SubnetNotFound' | 'SubnetAmbiguous';
      readonly message: string;
    };

/** Subnets that the entry names, wherever they are. */
export function subnetsOfSlot(slot: SubnetSlot, subnets: readonly Subnet[]): Subnet[] {
  return subnets.filter((subnet) => (slot.kind === 'id' ? subnet.subnetId : subnet.name) === slot.value);
}

function isIn(place: NodePlace, subnet: Subnet): boolean {
  return subnet.zone === place.zone && subnet.vpcId === place.vpcId && subnet.outpostArn === place.outpostArn;
}

function resolve(slot: SubnetSlot, place: NodePlace, subnets: readonly Subnet[]): Resolution {
  const named = subnetsOfSlot(slot, subnets);
  if (named.length === 0) {
    const fix =
      slot.kind === 'id' ? 'check the id, the Region and the account' : 'check the Name tag of the subnet';
    return {
      kind: 'problem',
      reason: 'SubnetNotFound',
      message: `subnet ${slot.kind} "${slot.value}" exists in no zone: ${fix}`,
    };
  }
  const [first, second] = named
    .filter((subnet) => isIn(place, subnet))
    .toSorted((a, b) => a.subnetId.localeCompare(b.subnetId));
  if (first === undefined) return { kind: 'elsewhere' };
  if (second !== undefined) {
    return {
      kind: 'problem',
      reason: 'SubnetAmbiguous',
      message: `subnet name "${slot.value}" is borne by ${first.subnetId} and ${second.subnetId} in ${place.zone}: use subnetIDs, or rename one`,
    };
  }
  return { kind: 'found', subnet: first };
}

/**
 * Chooses the subnets and device indexes of one node: each listed subnet of the node's zone, VPC and
 * Outpost gets one index, counted from the base index in listed order. What is attached already keeps its
 * subnet and index. An entry that cannot be resolved, or whose index an attachment of a later entry already
 * holds, blocks the later ones that have no attachment yet, so that an index never shifts. An entry that
 * resolves to the subnet of an earlier entry, or of an attachment, takes no index.
 */
export function chooseSubnets(input: {
  readonly slots: readonly SubnetSlot[];
  readonly baseDeviceIndex: number;
  readonly place: NodePlace;
  readonly subnets: readonly Subnet[];
  readonly frozen: readonly FrozenSlot[];
}): SubnetChoice {
  const choices: SlotChoice[] = [];
  const problems: SlotProblem[] = [];
  const frozenSlots = input.frozen.filter(({ slotKey }) => input.slots.some((slot) => slot.key === slotKey));
  let blockedBy: SubnetSlot | undefined;
  for (const slot of input.slots) {
    const frozen = frozenSlots.find((candidate) => candidate.slotKey === slot.key);
    if (frozen !== undefined) {
      choices.push(keepFrozen(slot, frozen, input.subnets));
      continue;
    }
    const resolution = resolve(slot, input.place, input.subnets);
    if (resolution.kind === 'elsewhere') continue;
    if (resolution.kind === 'problem') {
      problems.push({ slot, reason: resolution.reason, message: resolution.message });
      blockedBy ??= slot;
      continue;
    }
    const { subnet } = resolution;
    if ([...choices, ...frozenSlots].some((taken) => taken.subnetId === subnet.subnetId)) continue;
    if (blockedBy !== undefined) {
      problems.push({
        slot,
        reason: 'WaitingForEarlierSubnet',
        message: `subnet "${slot.value}" waits for the earlier entry "${blockedBy.value}", because its device index counts from there`,
      });
      continue;
    }
    const deviceIndex = nextIndex(input.baseDeviceIndex, choices);
    const holder = frozenSlots.find((candidate) => candidate.deviceIndex === deviceIndex);
    if (holder !== undefined) {
      problems.push({ slot, reason: 'DeviceIndexInUse', message: indexHeldMessage(slot, holder) });
      blockedBy = slot;
      continue;
    }
    choices.push({ slot, subnetId: subnet.subnetId, subnetCidr: subnet.cidr, deviceIndex });
  }
  const movedNames = frozenSlots.flatMap((frozen) => movedName(frozen, input));
  return { choices, problems, movedNames };
}

/** The Name tag went to another subnet of the node's place. Nothing moves: an ENI cannot change its subnet. */
function movedName(
  frozen: FrozenSlot,
  input: {
    readonly slots: readonly SubnetSlot[];
    readonly place: NodePlace;
    readonly subnets: readonly Subnet[];
  },
): string[] {
  const slot = input.slots.find(({ key }) => key === frozen.slotKey);
  if (slot?.kind !== 'name') return [];
  const now = subnetsOfSlot(slot, input.subnets)
    .filter((subnet) => isIn(input.place, subnet))
    .map(({ subnetId }) => subnetId)
    .toSorted();
  if (now.length === 0 || now.includes(frozen.subnetId)) return [];
  return [
    `subnet name "${slot.value}" means ${now.join(' and ')} now, but the ENI was made in ${frozen.subnetId} and stays there: give the name back to ${frozen.subnetId}, or take the node's label away until the ENI is released`,
  ];
}

function indexHeldMessage(slot: SubnetSlot, holder: FrozenSlot): string {
  return `subnet "${slot.value}" came to this zone after ${holder.slotKey} took its device index ${holder.deviceIndex} on this node: take the node's label away until its interfaces are released, then give it back`;
}

function keepFrozen(slot: SubnetSlot, frozen: FrozenSlot, subnets: readonly Subnet[]): SlotChoice {
  const subnet = subnets.find((candidate) => candidate.subnetId === frozen.subnetId);
  return {
    slot,
    subnetId: frozen.subnetId,
    ...(subnet === undefined ? {} : { subnetCidr: subnet.cidr }),
    deviceIndex: frozen.deviceIndex,
  };
}

function nextIndex(base: number, choices: readonly SlotChoice[]): number {
  return choices.reduce((next, choice) => Math.max(next, choice.deviceIndex + 1), base);
}
