import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni, aSubnet } from '../../test/builders/ec2-resources.ts';
import {
  aHinderedAttachment,
  aNodeEniAttachment,
  aReadyAttachment,
} from '../../test/builders/node-eni-attachment.ts';
import { type AttachmentFacts, reportAttachment } from './attachment-report.ts';
import { type NodeEniFacts, reportNodeEni } from './node-eni-report.ts';

const NOW = '2026-01-02T00:00:00Z';
const LATER = '2026-01-03T00:00:00Z';

const reason = fc.constantFrom(
  'Throttled',
  'Unauthorized',
  'InterfaceSlotsInUse',
  'NoSubnetInZone',
  'Attaching',
);
const text = fc.string({ maxLength: 12 });
const nodeName = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5');

const attachment = fc
  .record({
    kind: fc.constantFrom('fresh', 'ready', 'stale', 'hindered'),
    name: fc.uuid(),
    nodeName,
    deviceIndex: fc.integer({ min: 2, max: 4 }),
    isReleasing: fc.boolean(),
    reason,
    message: text,
  })
  .map(({ kind, name, isReleasing, reason: why, message, ...spec }) => {
    const metadata = {
      name,
      generation: kind === 'stale' ? 2 : 1,
      ...(isReleasing ? { deletionTimestamp: NOW } : {}),
    };
    if (kind === 'fresh') return aNodeEniAttachment({ metadata, spec });
    return kind === 'hindered'
      ? aHinderedAttachment(why, message, { metadata, spec })
      : aReadyAttachment({ metadata, spec });
  });

const problem = fc.record({ nodeName, reason, message: text });

const nodeEniFacts: fc.Arbitrary<NodeEniFacts> = fc
  .record({
    isDeleting: fc.constantFrom(false, false, false, true),
    nodeSelector: fc.constant({ ng: 'multi-eni' }),
    matchingNodes: fc.nat(5),
    problems: fc.array(problem, { maxLength: 6 }),
    attachments: fc.uniqueArray(attachment, { selector: ({ metadata }) => metadata.name, maxLength: 12 }),
    generation: fc.nat(5),
  })
  .map((facts) => ({
    ...facts,
    wantedNames: new Set(facts.attachments.map(({ metadata }) => metadata.name)),
    desiredAttachments: facts.problems.length + facts.attachments.length,
    slots: [{ kind: 'name', value: 'tenant', key: 'name/tenant' }],
    subnets: [aSubnet({ name: 'tenant' }), aSubnet({ subnetId: 'subnet-b', name: 'tenant' })],
    previous: { observedGeneration: -1 },
    now: NOW,
  }));

const attachmentFacts: fc.Arbitrary<AttachmentFacts> = fc
  .record({
    isReleasing: fc.boolean(),
    isSettled: fc.boolean(),
    eni: fc.constantFrom(
      undefined,
      anEni(),
      anAttachedEni(),
      anAttachedEni({ status: 'detaching' }),
      anAttachedEni({}, { tags: { [ENI_TAGS.attempt]: '0' } }),
    ),
    place: fc.record({ networkCardIndex: fc.constant(0), deviceIndex: fc.integer({ min: 1, max: 3 }) }),
    hindrance: fc.option(fc.record({ reason, message: text }), { nil: undefined }),
    dpdk: fc.constantFrom(undefined, { enabled: true }),
    attempt: fc.constantFrom(undefined, 1, 2),
    generation: fc.nat(5),
  })
  .map(({ eni, hindrance, dpdk, attempt, ...facts }) => ({
    ...facts,
    ...(eni === undefined ? {} : { eni }),
    ...(hindrance === undefined ? {} : { hindrance }),
    ...(dpdk === undefined ? {} : { dpdk }),
    ...(attempt === undefined ? {} : { attempt }),
    previous: { observedGeneration: -1 },
    now: NOW,
  }));

function trueTypes(conditions: readonly { type: string; status: string }[] | undefined): string {
  const types = (conditions ?? []).filter(({ status }) => status === 'True').map(({ type }) => type);
  return types.join(' ');
}

describe('status of a NodeENI, whatever its attachments say', () => {
  it('is the same, dates included, when nothing changed', () => {
    fc.assert(
      fc.property(nodeEniFacts, (facts) => {
        const first = reportNodeEni(facts);
        expect(reportNodeEni({ ...facts, previous: first, now: LATER })).toEqual(first);
      }),
    );
  });

  it('is the same when only the caches hand their objects out in another order', () => {
    fc.assert(
      fc.property(nodeEniFacts, (facts) => {
        const first = reportNodeEni(facts);
        const shuffled = {
          ...facts,
          attachments: facts.attachments.toReversed(),
          problems: facts.problems.toReversed(),
          subnets: facts.subnets.toReversed(),
        };
        expect(reportNodeEni({ ...shuffled, previous: first, now: LATER })).toEqual(first);
      }),
    );
  });

  it('is exactly one of Ready, Reconciling and Stalled, and speaks of its own generation', () => {
    fc.assert(
      fc.property(nodeEniFacts, (facts) => {
        const { conditions, observedGeneration } = reportNodeEni(facts);
        expect(trueTypes(conditions)).toMatch(/^(Ready|Reconciling|Stalled)$/);
        expect(observedGeneration).toBe(facts.generation);
        expect(new Set(conditions?.map((condition) => condition.observedGeneration))).toEqual(
          new Set([facts.generation]),
        );
      }),
    );
  });
});

describe('status of an attachment, whatever the engine says', () => {
  it('is the same, dates included, when nothing changed', () => {
    fc.assert(
      fc.property(attachmentFacts, (facts) => {
        const first = reportAttachment(facts);
        expect(reportAttachment({ ...facts, previous: first, now: LATER })).toEqual(first);
      }),
    );
  });

  it('says Ready in its state exactly when its condition does', () => {
    fc.assert(
      fc.property(attachmentFacts, (facts) => {
        const { state, conditions } = reportAttachment(facts);
        expect(trueTypes(conditions).includes('Ready')).toBe(state === 'Ready');
      }),
    );
  });
});
