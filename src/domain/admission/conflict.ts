import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { JudgedNode } from './admission-view.ts';
import { type Clash, clashesOf } from './clash.ts';
import { type CommonGround, commonGround, commonNodes } from './common-ground.ts';
import type { NodeEniClaim, PreparedView } from './prepared-view.ts';

/** Why a conflict that would be refused is let pass. */
export type Leniency = 'partnerIsDeleting' | 'claimReplacesPartner' | 'partnerReplacesClaim';

/** A clash with another NodeENI, and what admission makes of it. */
export interface Conflict {
  readonly clash: Clash;
  readonly partner: NodeEniClaim;
  readonly overlap: CommonGround['overlap'];
  /** The pairs of both selectors: nodes that have them all are the ones that both select. */
  readonly selector: Readonly<Record<string, string>>;
  /** Live nodes on which both would meet now. */
  readonly nodes: readonly JudgedNode[];
  readonly leniency?: Leniency;
  readonly effect: 'deny' | 'warn';
}

/** Every conflict of the claim with another NodeENI of the view. */
export function conflictsOf(claim: NodeEniClaim, view: PreparedView): Conflict[] {
  return view.claims.flatMap((partner) => {
    if (partner.object.name === claim.object.name) return [];
    const ground = commonGround(claim, partner);
    if (ground === undefined) return [];
    const leniency = leniencyOf(claim, partner);
    return clashesOf(claim, partner, ground).map((clash): Conflict => {
      const nodes = commonNodes(claim, partner, clash.zones, view);
      const isSure = clash.isCertain && (ground.overlap === 'implied' || nodes.length > 0);
      return {
        clash,
        partner,
        overlap: ground.overlap,
        selector: { ...claim.spec.nodeSelector, ...partner.spec.nodeSelector },
        nodes,
        ...(leniency === undefined ? {} : { leniency }),
        effect: isSure && leniency === undefined ? 'deny' : 'warn',
      };
    });
  });
}

function leniencyOf({ object }: NodeEniClaim, { object: partner }: NodeEniClaim): Leniency | undefined {
  if (partner.isDeleting) return 'partnerIsDeleting';
  if (object.annotations[ADMISSION_ANNOTATIONS.replaces] === partner.name) return 'claimReplacesPartner';
  if (partner.annotations[ADMISSION_ANNOTATIONS.replaces] === object.name) return 'partnerReplacesClaim';
  return undefined;
}

/**
 * The conflicts with those no longer refused that the old object had already: same rule, same partner, nothing more
 * contested, no further node, and no wider selector where the selectors alone are the reason. An object in conflict can
 * so be edited, as long as the edit makes nothing worse.
 */
export function toleratingOld(conflicts: readonly Conflict[], old: readonly Conflict[]): Conflict[] {
  const oldByKey = new Map(
    old.filter(({ effect }) => effect === 'deny').map((conflict) => [keyOf(conflict), conflict] as const),
  );
  return conflicts.map((conflict) => {
    const before = oldByKey.get(keyOf(conflict));
    return conflict.effect === 'deny' && before !== undefined && isNoWorse(conflict, before)
      ? { ...conflict, effect: 'warn' }
      : conflict;
  });
}

function keyOf({ clash, partner }: Conflict): string {
  return `${clash.rule} ${partner.object.name}`;
}

function isNoWorse(now: Conflict, before: Conflict): boolean {
  const contested = new Set(before.clash.contested);
  const nodes = new Set(before.nodes.map(({ name }) => name));
  const isNoWider = Object.entries(before.selector).every(([key, value]) => now.selector[key] === value);
  return (
    (now.overlap === 'possible' || isNoWider) &&
    now.clash.contested.every((thing) => contested.has(thing)) &&
    now.nodes.every(({ name }) => nodes.has(name))
  );
}
