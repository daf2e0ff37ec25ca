import { describe, expect, it } from 'vitest';
import type { ConditionReason } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';
import type { AttachmentState } from './attachment-report.ts';
import { reportDelayMs } from './report-delay.ts';

const AT = '2026-01-01T00:00:00Z';

function told(
  state: AttachmentState,
  reason: ConditionReason,
  eniID?: string,
): Pick<NodeENIAttachmentStatus, 'conditions' | 'state' | 'eniID'> {
  const status = reason === 'Ready' ? 'True' : 'False';
  const conditions = [
    { type: 'Ready', status, reason, message: '', observedGeneration: 1, lastTransitionTime: AT } as const,
  ];
  return { state, conditions, ...(eniID === undefined ? {} : { eniID }) };
}

describe('a status that differs from what is stored', () => {
  it.each([
    ['that the ENI is Ready', told('Attaching', 'Attaching', 'eni-1'), told('Ready', 'Ready', 'eni-1')],
    ['a problem', told('Pending', 'Pending'), told('Failed', 'SubnetNotFound')],
    ['a wait for others', told('Pending', 'Pending'), told('Pending', 'DeviceIndexInUse')],
    ['a throttle', told('Attaching', 'Attaching', 'eni-1'), told('Attaching', 'Throttled', 'eni-1')],
  ])('is written at once when it tells %s', (_, stored, next) => {
    expect(reportDelayMs(stored, next)).toBe(0);
  });

  it.each([
    ['the first of all', {}, told('Pending', 'Pending')],
    ['another stage', told('Pending', 'Pending'), told('Attaching', 'Attaching')],
    ['the id of the ENI', told('Attaching', 'Attaching'), told('Attaching', 'Attaching', 'eni-1')],
    ['the end of a problem', told('Pending', 'Throttled'), told('Pending', 'Pending')],
    ['that it is Ready no more', told('Ready', 'Ready', 'eni-1'), told('Releasing', 'Releasing', 'eni-1')],
  ])('is written when it has lasted a second and tells %s', (_, stored, next) => {
    expect(reportDelayMs(stored, next)).toBe(1_000);
  });

  it('is written when it has lasted for long and tells a detail of the same stage', () => {
    const [stored, next] = [told('Attaching', 'Pending', 'eni-1'), told('Attaching', 'Attaching', 'eni-1')];
    expect(reportDelayMs(stored, next)).toBe(10_000);
  });
});
