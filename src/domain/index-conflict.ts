import type { StalledReason } from '../../api/v1alpha1/conditions.ts';
import { nameSome } from './name-some.ts';

/** A place on a node that a NodeENI wants and another one has, or goes before it. */
export interface IndexConflict {
  readonly nodeName: string;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  /** Set where the PCI address is what both want, rather than the index. */
  readonly pciAddress?: string;
  readonly winner: string;
  /** Why it passes by itself; absent where a person has to decide. */
  readonly passesBy?: 'deletion' | 'replacement';
}

function placeOf({ networkCardIndex, deviceIndex, pciAddress }: IndexConflict): string {
  return pciAddress === undefined
    ? `device index ${deviceIndex} of card ${networkCardIndex}`
    : `PCI address ${pciAddress}`;
}

function outlookOf({ winner, passesBy, pciAddress }: IndexConflict): string {
  if (passesBy === 'deletion') return ', which gives it up: it is taken over then';
  if (passesBy === 'replacement') {
    return `, which this one replaces: it is taken over once "${winner}" is deleted`;
  }
  const field = pciAddress === undefined ? 'deviceIndex' : 'dpdkPCIAddress';
  return `: delete one of the two, narrow nodeSelector, or use another ${field}`;
}

/** The conflict as something that keeps the NodeENI from being Ready on a node. */
export function conflictProblem(conflict: IndexConflict): {
  readonly nodeName: string;
  readonly reason: StalledReason;
  readonly message: string;
  readonly isPassing: boolean;
} {
  return {
    nodeName: conflict.nodeName,
    reason: 'Conflicted',
    message: `${placeOf(conflict)} is taken by NodeENI "${conflict.winner}"${outlookOf(conflict)}`,
    isPassing: conflict.passesBy !== undefined,
  };
}

/** What the condition Conflicted says: every winner, and on which nodes it has what. */
export function describeConflicts(conflicts: readonly IndexConflict[]): string {
  const groups = Map.groupBy(conflicts, (conflict) => `${placeOf(conflict)} to NodeENI "${conflict.winner}"`);
  const parts = Array.from(
    groups,
    ([what, of]) => `${what} on ${nameSome(of.map(({ nodeName }) => nodeName))}`,
  );
  return `lost ${parts.toSorted().join('; ')}`;
}
