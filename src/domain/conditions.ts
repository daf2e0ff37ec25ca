import type {
  AttachmentConditionType,
  HostConditionType,
  NodeENIConditionType,
} from '../../api/v1alpha1/conditions.ts';
import type { Condition } from '../../gen/v1alpha1/stored.ts';

/** A condition before it is dated. */
export type ConditionState = Pick<Condition, 'status' | 'reason' | 'message'> & {
  readonly type: NodeENIConditionType | AttachmentConditionType | HostConditionType;
};

const MAX_MESSAGE = 4096;

/**
 * Dates conditions: `lastTransitionTime` moves only when a condition's status changes (Kubernetes API conventions).
 * The result holds exactly the given states, in their order.
 */
export function dateConditions(
  states: readonly ConditionState[],
  previous: readonly Condition[],
  at: { readonly generation: number; readonly now: string },
): Condition[] {
  return states.map((state) => {
    const before = previous.find((condition) => condition.type === state.type);
    return {
      type: state.type,
      status: state.status,
      reason: state.reason,
      message: state.message.slice(0, MAX_MESSAGE),
      observedGeneration: at.generation,
      lastTransitionTime: before?.status === state.status ? before.lastTransitionTime : at.now,
    };
  });
}
