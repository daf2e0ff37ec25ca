import type { EffectiveSpec } from '../effective-spec.ts';
import type { ResolvedSlot } from './admission-view.ts';

/** Where a subnet is, as far as any NodeENI's status tells. */
export interface KnownSubnet {
  readonly subnetId: string;
  readonly zone: string;
}

/** What entries of subnet lists are known to resolve to, by slot key; an entry that is missing is not known. */
export type KnownSubnets = ReadonlyMap<string, readonly KnownSubnet[]>;

/** First and last device index, both taken. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

/** Subnets and device indexes that a NodeENI takes on a node that it selects, as far as they are known. */
export interface Footprint {
  /** Every entry of the subnet list is known, so that nodes of other zones certainly get nothing. */
  readonly isKnown: boolean;
  /** How many interfaces a node of the zone gets, by zone; what is not known is not counted. */
  readonly interfacesByZone: ReadonlyMap<string, number>;
  /** Subnets by id, with their zone where it is known. */
  readonly zoneBySubnet: ReadonlyMap<string, string | undefined>;
  /** Names that are not known to be any subnet. */
  readonly unknownNames: ReadonlySet<string>;
  /** The most that a node can get. */
  readonly widest: IndexRange;
}

/**
 * Gathers what statuses say of subnets. An id has one zone for ever, so an id that was resolved through a name is
 * known as an id, too.
 */
export function gatherKnownSubnets(resolved: Iterable<ResolvedSlot>): Map<string, KnownSubnet[]> {
  const known = new Map<string, KnownSubnet[]>();
  for (const { slot, subnetID, zone } of resolved) {
    addKnown(known, slot, { subnetId: subnetID, zone });
    addKnown(known, `id/${subnetID}`, { subnetId: subnetID, zone });
  }
  return known;
}

function addKnown(known: Map<string, KnownSubnet[]>, key: string, subnet: KnownSubnet): void {
  const subnets = known.get(key);
  if (subnets === undefined) known.set(key, [subnet]);
  else if (!subnets.some(({ subnetId }) => subnetId === subnet.subnetId)) subnets.push(subnet);
}

/**
 * Reads a footprint. Like the planner, it counts one index for each entry that has a subnet in the zone, and none for
 * an entry that resolves to the subnet of an earlier one.
 */
export function footprintOf(spec: EffectiveSpec, known: KnownSubnets): Footprint {
  const zoneBySubnet = new Map<string, string | undefined>();
  const interfacesByZone = new Map<string, number>();
  const unknownNames = new Set<string>();
  let isKnown = true;
  for (const slot of spec.slots) {
    const subnets = known.get(slot.key);
    if (subnets === undefined) {
      isKnown = false;
      if (slot.kind === 'id') zoneBySubnet.set(slot.value, undefined);
      else unknownNames.add(slot.value);
      continue;
    }
    const fresh = subnets.filter(({ subnetId }) => !zoneBySubnet.has(subnetId));
    for (const zone of new Set(fresh.map((subnet) => subnet.zone))) {
      interfacesByZone.set(zone, (interfacesByZone.get(zone) ?? 0) + 1);
    }
    for (const { subnetId, zone } of fresh) zoneBySubnet.set(subnetId, zone);
  }
  const widest = { first: spec.deviceIndex, last: spec.deviceIndex + spec.slots.length - 1 };
  return { isKnown, interfacesByZone, zoneBySubnet, unknownNames, widest };
}

/** The indexes that a node of the zone gets; absent when it gets none. */
export function rangeInZone(footprint: Footprint, zone: string): IndexRange | undefined {
  const count = footprint.interfacesByZone.get(zone);
  const { first } = footprint.widest;
  return count === undefined ? undefined : { first, last: first + count - 1 };
}

/** The indexes that are in both ranges, ascending. */
export function commonIndexes(a: IndexRange, b: IndexRange): number[] {
  const first = Math.max(a.first, b.first);
  const last = Math.min(a.last, b.last);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}
