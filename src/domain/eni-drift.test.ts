import { describe, expect, it } from 'vitest';
import { anAttachedEni } from '../../test/builders/ec2-resources.ts';
import { anEniObservation } from '../../test/builders/eni-observation.ts';
import { driftKey, type DriftStep, driftSteps } from './eni-drift.ts';
import { planEniStep } from './eni-step.ts';

const PRESENT = { attempt: 1, presence: 'present' } as const;

function wish(overrides: Partial<Parameters<typeof driftSteps>[0]> = {}): Parameters<typeof driftSteps>[0] {
  return { ...anEniObservation().wanted, ...overrides };
}

describe('what differs', () => {
  it('is put right in a fixed order, beginning with whose the ENI is', () => {
    const eni = anAttachedEni(
      { deleteOnTermination: false },
      {
        sourceDestCheck: false,
        securityGroupIds: ['sg-9'],
        description: 'old',
        tags: { gone: 'x' },
        secondaryPrivateIpAddresses: ['10.0.0.9', '10.0.0.10'],
      },
    );
    const all = wish({
      description: 'new',
      tags: { required: { ours: 'a' }, obsolete: { gone: 'x' } },
      addresses: { secondaryPrivateIPCount: 1, ipv4PrefixCount: 2, ipv6AddressCount: 1 },
    });
    const eniId = 'eni-0a';
    const expected: DriftStep[] = [
      { kind: 'tag', eniId, tags: { ours: 'a' } },
      { kind: 'set-delete-on-termination', eniId, attachmentId: 'eni-attach-0a', value: true },
      { kind: 'set-source-dest-check', eniId, value: true },
      { kind: 'set-security-groups', eniId, securityGroupIds: ['sg-1'] },
      { kind: 'set-description', eniId, description: 'new' },
      { kind: 'untag', eniId, tags: { gone: 'x' } },
      { kind: 'unassign-addresses', eniId, family: 'ipv4', addresses: ['10.0.0.10'], prefixes: [] },
      { kind: 'assign-addresses', eniId, family: 'ipv4', unit: 'prefix', count: 2 },
      { kind: 'assign-addresses', eniId, family: 'ipv6', unit: 'address', count: 1 },
    ];
    expect(driftSteps(all, eni, true)).toEqual(expected);
    expect(driftSteps(all, eni, false)).toEqual(expected.slice(0, 6));
  });

  it('is nothing while groups cannot be resolved and nobody names a description or a count', () => {
    const eni = anAttachedEni({}, { description: 'theirs', ipv4Prefixes: ['10.0.0.16/28'] });
    expect(driftSteps(wish({ securityGroupIds: [] }), eni, true)).toEqual([]);
  });

  it('of an ENI on its way or elsewhere is left alone', () => {
    for (const place of [{ status: 'detaching' }, { instanceId: 'i-9' }] as const) {
      const eni = anAttachedEni(place, { securityGroupIds: ['sg-9'] });
      expect(planEniStep(anEniObservation({ ...PRESENT, eni }))).toMatchObject({ kind: 'wait' });
    }
  });
});

describe('a change that EC2 refused', () => {
  const eni = anAttachedEni({}, { securityGroupIds: ['sg-9'] });
  const key = driftKey({ kind: 'set-security-groups', eniId: 'eni-0a', securityGroupIds: ['sg-1'] });
  const refused = { key, reason: 'RequestRejected', message: 'too many', retryInMs: 7_000 } as const;

  it('is told, and waits for its back-off', () => {
    expect(planEniStep(anEniObservation({ ...PRESENT, eni, refusedSteps: [refused] }))).toEqual({
      kind: 'wait',
      reason: 'RequestRejected',
      message: 'too many',
      recheckAfterMs: 7_000,
    });
  });

  it('is of no matter any more once it is not wanted', () => {
    const observed = { ...PRESENT, eni, refusedSteps: [refused], wanted: { securityGroupIds: ['sg-9'] } };
    expect(planEniStep(anEniObservation(observed))).toEqual({ kind: 'ready' });
  });
});

describe('releasing an ENI that is to be retained', () => {
  const releasing = { ...PRESENT, isReleasing: true, wanted: { deletionPolicy: 'Retain' } } as const;
  const tag = { 'networking.k8s.aws/retained': 'true' };

  it('marks it before the detach, and does not delete it', () => {
    const attached = anAttachedEni();
    expect(planEniStep(anEniObservation({ ...releasing, eni: attached }))).toEqual({
      kind: 'tag',
      eniId: 'eni-0a',
      tags: tag,
    });
    const marked = anAttachedEni({}, { tags: tag });
    expect(planEniStep(anEniObservation({ ...releasing, eni: marked }))).toMatchObject({ kind: 'detach' });
    const { attachment: _, ...free } = marked;
    expect(planEniStep(anEniObservation({ ...releasing, eni: { ...free, status: 'available' } }))).toEqual({
      kind: 'finish',
      retainedEniId: 'eni-0a',
    });
  });
});
