import { commonGround } from './common-ground.ts';
import { type IndexRange, rangeInZone } from './footprint.ts';
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

/** Indexes that another NodeENI has where the claim would need so many in a row. */
interface Obstacle {
  readonly taken: IndexRange;
  readonly width: number;
}

/** Looks for free indexes on the claim's card, around everything that its nodes might have as well. */
export function freeIndexes(claim: NodeEniClaim, view: PreparedView): FreeIndexes {
  const obstacles = view.claims.flatMap((partner) => obstaclesOf(claim, partner));
  const width = Math.max(1, ...obstacles.map((obstacle) => obstacle.width));
  const first: number[] = [];
  for (let index = FIRST_INDEX; index + width - 1 <= LAST_INDEX; index += 1) {
    if (first.length === SUGGESTIONS) break;
    if (obstacles.every((obstacle) => isClearOf(index, obstacle))) first.push(index);
  }
  return { width, first };
}

function isClearOf(index: number, { taken, width }: Obstacle): boolean {
  return index > taken.last || index + width - 1 < taken.first;
}

function obstaclesOf(claim: NodeEniClaim, partner: NodeEniClaim): Obstacle[] {
  if (partner.object.name === claim.object.name) return [];
  if (partner.spec.networkCardIndex !== claim.spec.networkCardIndex) return [];
  const ground = commonGround(claim, partner);
  if (ground === undefined) return [];
  const { widest } = claim.footprint;
  if (ground.zones === undefined) {
    return [{ taken: partner.footprint.widest, width: widest.last - widest.first + 1 }];
  }
  return [...ground.zones].flatMap((zone) => {
    const taken = rangeInZone(partner.footprint, zone);
    const width = claim.footprint.interfacesByZone.get(zone);
    return taken === undefined || width === undefined ? [] : [{ taken, width }];
  });
}
