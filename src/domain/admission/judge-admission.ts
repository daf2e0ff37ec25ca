import type { AdmissionView, Finding, JudgedNode, JudgedNodeEni } from './admission-view.ts';
import { type Conflict, conflictsOf, toleratingOld } from './conflict.ts';
import { judgeDeletion } from './deletion.ts';
import { describeConflicts } from './describe-conflict.ts';
import { freeIndexes, type FreeIndexes } from './free-indexes.ts';
import { interfaceLimitWarnings } from './interface-limit.ts';
import { linkNameWarnings } from './link-name.ts';
import { nodeLabelWarnings } from './node-labels.ts';
import { ownWarnings } from './own-warnings.ts';
import { claimOf, type NodeEniClaim, type PreparedView, preparedView } from './prepared-view.ts';

/**
 * What there is to say about a new NodeENI. Refusals come first. An object that is being deleted is never judged: it
 * gets no interface. The view may be plain or prepared (`prepareView`), with the same verdict.
 */
export function judgeCreate(object: JudgedNodeEni, view: AdmissionView | PreparedView): readonly Finding[] {
  if (object.isDeleting) return [];
  const prepared = preparedView(view);
  const claim = claimOf(object, prepared);
  return findings(claim, conflictsOf(claim, prepared), prepared);
}

/**
 * What there is to say about a changed NodeENI. Only what the change makes worse is refused: a conflict that `old` has
 * already is a warning.
 */
export function judgeUpdate(
  object: JudgedNodeEni,
  old: JudgedNodeEni,
  view: AdmissionView | PreparedView,
): readonly Finding[] {
  if (object.isDeleting) return [];
  const prepared = preparedView(view);
  const claim = claimOf(object, prepared);
  const conflicts = conflictsOf(claim, prepared);
  if (conflicts.every(({ effect }) => effect === 'warn')) return findings(claim, conflicts, prepared, old);
  const before = conflictsOf(claimOf(old, prepared), prepared);
  return findings(claim, toleratingOld(conflicts, before), prepared, old);
}

/** What there is to say about the deletion of a NodeENI. It is refused by its protection annotation only. */
export function judgeDelete(object: JudgedNodeEni, view: AdmissionView | PreparedView): readonly Finding[] {
  return judgeDeletion(object, view.attachments);
}

/** What there is to say about changed labels of a node: warnings only, because nodes must never be held up. */
export function judgeNodeLabels(
  node: JudgedNode,
  old: JudgedNode,
  view: AdmissionView | PreparedView,
): readonly Finding[] {
  return nodeLabelWarnings(node, old, preparedView(view));
}

function findings(
  claim: NodeEniClaim,
  conflicts: readonly Conflict[],
  view: PreparedView,
  old?: JudgedNodeEni,
): Finding[] {
  let known: FreeIndexes | undefined;
  const free = (): FreeIndexes => (known ??= freeIndexes(claim, view));
  const all = [
    ...describeConflicts(claim, conflicts, free),
    ...interfaceLimitWarnings(claim, view),
    ...ownWarnings(claim.object, claim.spec),
    ...linkNameWarnings(claim.object, claim.spec, old),
  ];
  return [...all.filter(({ effect }) => effect === 'deny'), ...all.filter(({ effect }) => effect === 'warn')];
}
