import { describe, expect, it } from 'vitest';
import { CONDITION_REASONS } from '../../api/v1alpha1/conditions.ts';
import type { Condition } from '../../gen/v1alpha1/stored.ts';
import { verdictOfNodeEni } from './node-eni-verdict.ts';

function aCondition(type: string, status: Condition['status'], reason: string): Condition {
  return {
    type,
    status,
    reason,
    message: '',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
}

function verdict(...conditions: readonly Condition[]): string {
  const { condition, reason } = verdictOfNodeEni({ observedGeneration: 1, conditions: [...conditions] });
  return `${condition} ${reason}`;
}

describe('the verdict of a NodeENI', () => {
  it('is Stalled as long as a person is needed, whatever else is true', () => {
    const ready = aCondition('Ready', 'False', 'SubnetNotFound');
    const reconciling = aCondition('Reconciling', 'True', 'Creating');
    expect(verdict(ready, reconciling, aCondition('Stalled', 'True', 'SubnetNotFound'))).toBe(
      'Stalled SubnetNotFound',
    );
  });

  it('is Reconciling while the operator works, and Ready afterwards', () => {
    const reconciling = aCondition('Reconciling', 'True', 'Creating');
    expect(verdict(aCondition('Ready', 'Unknown', 'Creating'), reconciling)).toBe('Reconciling Creating');
    expect(verdict(aCondition('Ready', 'True', 'NoMatchingNodes'))).toBe('Ready NoMatchingNodes');
  });

  it('is Reconciling, for a reason of ours, before the operator has seen the object', () => {
    const { condition, reason } = verdictOfNodeEni({ observedGeneration: -1 });
    expect(condition).toBe('Reconciling');
    expect(CONDITION_REASONS).toContain(reason);
    expect(verdict(aCondition('Stalled', 'False', 'Ready'))).toBe('Reconciling Pending');
  });
});
