import type { Condition, NodeENIStatus } from '../../gen/v1alpha1/stored.ts';

/** What a NodeENI says of itself in one word, and why; kstatus reads its conditions in the same order. */
export interface NodeEniVerdict {
  readonly condition: 'Ready' | 'Reconciling' | 'Stalled';
  readonly reason: string;
}

function trueOf(
  conditions: readonly Condition[],
  type: NodeEniVerdict['condition'],
): NodeEniVerdict | undefined {
  const found = conditions.find((condition) => condition.type === type && condition.status === 'True');
  return found === undefined ? undefined : { condition: type, reason: found.reason };
}

/** The verdict of a status. A status that the operator has not written yet is Reconciling, for the reason Pending. */
export function verdictOfNodeEni({ conditions = [] }: NodeENIStatus): NodeEniVerdict {
  return (
    trueOf(conditions, 'Stalled') ??
    trueOf(conditions, 'Reconciling') ??
    trueOf(conditions, 'Ready') ?? { condition: 'Reconciling', reason: 'Pending' }
  );
}
