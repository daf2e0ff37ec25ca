import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';

/** Minutes that a prediction is rounded up to: nobody plans by the minute, and every other value is a write. */
const STEPS: readonly number[] = [
  1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 180, 240, 480, 720, 1440,
];
/** What was said stays until the prediction is so much outside of its step. */
const SLACK = 0.1;

/** Reasons of attachments that only EC2's rate holds up. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'Attaching',
  'Creating',
  'ModifyingAttributes',
  'Pending',
  'Throttled',
]);

/** Whether the attachment becomes Ready by nothing but calls that are still to be made. */
export function isOnTheWay({ metadata, status }: NodeENIAttachment): boolean {
  const ready = status.conditions?.find((condition) => condition.type === 'Ready');
  if (metadata.deletionTimestamp !== undefined || ready?.status === 'True') return false;
  return ready === undefined || ON_THE_WAY.has(ready.reason);
}

/**
 * Minutes to tell people, in coarse steps, for a prediction in milliseconds; undefined when it is less than one and none
 * was told before. A prediction that wavers about a step does not change what is told.
 */
export function predictedMinutes(predictedMs: number, told?: number): number | undefined {
  const minutes = predictedMs / 60_000;
  if (minutes <= 0 || (minutes < 1 && told === undefined)) return undefined;
  if (told !== undefined) {
    const below = STEPS.findLast((step) => step < told) ?? 0;
    if (minutes > below * (1 - SLACK) && minutes <= told * (1 + SLACK)) return told;
  }
  return STEPS.find((step) => minutes <= step) ?? STEPS.at(-1);
}
