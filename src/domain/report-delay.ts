import type { ConditionReason } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';

/** Reasons of ordinary progress: stages of a way on which nothing is wrong. */
export const PROGRESS_REASONS: ReadonlySet<string> = new Set<ConditionReason>([
  'Attaching',
  'Creating',
  'HostNotConfigured',
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
  if (!isProgress(next)) return 0;
  const isSameStage = isProgress(stored) && stored.state === next.state && stored.eniID === next.eniID;
  return isSameStage ? DETAIL_MS : STAGE_MS;
}

/** Reasons of progress are those of `Ready=False` only. */
function isProgress({ conditions }: Told): boolean {
  return (conditions ?? []).some(({ type, reason }) => type === 'Ready' && PROGRESS_REASONS.has(reason));
}
