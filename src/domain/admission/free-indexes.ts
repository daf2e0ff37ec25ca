import { commonGround } from './common-ground.ts';
import { type Footprint, type IndexRange, rangeInZone } from './footprint.ts';
import type { NodeEniClaim, PreparedView } from './prepared-view.ts';

/** Index 0 is the primary interface, 1 usually the one of the cluster's CNI. */
const FIRST_INDEX = 2;
/** The schema's maximum. */
const LAST_INDEX = 31;
const SUGGESTIONS = 3;

/** Device indexes at which the claim would meet no other NodeENI. */
export interface FreeIndexes {
  /** How many indexes in a row the claim needs. */
  readonly width: number;
  /** The lowest first indexes that have room for all of them; empty when there is none. */
  readonly first: readonly number[];
}

/** Looks for free indexes on the claim's card, around everything that its nodes might have as well. */
export function freeIndexes(claim: NodeEniClaim, view: PreparedView): FreeIndexes {
  const taken = new Set(view.claims.flatMap((partner) => indexesTaken(claim, partner)));
  const width = widthOf(claim.footprint);
  const first: number[] = [];
  for (let index = FIRST_INDEX; index + width - 1 <= LAST_INDEX; index += 1) {
    if (first.length === SUGGESTIONS) break;
    if (indexesOf({ first: index, last: index + width - 1 }).every((one) => !taken.has(one))) {
      first.push(index);
    }
  }
  return { width, first };
}

function indexesTaken(claim: NodeEniClaim, partner: NodeEniClaim): number[] {
  if (partner.object.name === claim.object.name) return [];
  if (partner.spec.networkCardIndex !== claim.spec.networkCardIndex) return [];
  const ground = commonGround(claim, partner);
  if (ground === undefined) return [];
  if (ground.zones === undefined) return indexesOf(partner.footprint.widest);
  return [...ground.zones].flatMap((zone) => {
    const range = rangeInZone(partner.footprint, zone);
    return range === undefined ? [] : indexesOf(range);
  });
}

function widthOf({ isKnown, interfacesByZone, widest }: Footprint): number {
  return isKnown ? Math.max(...interfacesByZone.values()) : widest.last - widest.first + 1;
}

function indexesOf({ first, last }: IndexRange): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
