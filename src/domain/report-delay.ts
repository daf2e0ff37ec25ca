import type { ConditionReason } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';

/** Reasons of ordinary progress: stages of a way on which nothing is wrong. */
export const PROGRESS_REASONS: ReadonlySet<string> = new Set<ConditionReason>([
  'Attaching',
  'Creating',
  'ModifyingAttributes',
  'Pending',
  'Releasing',
]);

/** A stage that ends sooner is not told: a person could not have read it. */
const STAGE_MS = 1_000;
/** What is no stage of its own, for example that EC2 has taken the attach call, is told when it lasts. */
const DETAIL_MS = 10_000;

type Told = Pick<NodeENIAttachmentStatus, 'conditions' | 'state' | 'eniID'>;

/**
 * For how many milliseconds a status may differ from what is stored before it is written. Mere progress can wait,
 * because the next stage often follows at once and one write then tells both; a problem, the end of one, and the goal
 * cannot.
 */
export function reportDelayMs(stored: Told, next: Told): number {
  const ready = next.conditions?.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'True' || !PROGRESS_REASONS.has(ready.reason)) return 0;
  const before = stored.conditions?.find(({ type }) => type === 'Ready');
  const isStage = before?.reason === undefined || stored.state !== next.state || stored.eniID !== next.eniID;
  return isStage || !PROGRESS_REASONS.has(before.reason) ? STAGE_MS : DETAIL_MS;
}
