import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import type { Eni } from './ec2-resources.ts';
import { ORPHAN_TIMINGS, type OrphanPlan, type OrphanRound, planOrphans } from './orphan-plan.ts';
import { eniTags } from './ownership.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };
const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

function ago(minutes: number): string {
  return new Date(NOW_MS - minutes * MINUTE_MS).toISOString();
}

const TAGS = eniTags({
  cluster: CLUSTER,
  purpose: { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' },
  nodeName: 'node-1',
  nodeEniUid: 'nodeeni-uid',
  attachmentUid: 'uid-1',
  attempt: 1,
  createdAt: ago(60),
  userTags: {},
});

function leaked(eniId = 'eni-leaked', tags: Readonly<Record<string, string>> = {}): Eni {
  return anEni({ eniId, tags: { ...TAGS, ...tags } });
}

function attachment(parts: Parameters<typeof aNodeEniAttachment>[0] = {}): NodeENIAttachment {
  return aNodeEniAttachment({ ...parts, metadata: { uid: 'uid-1', ...parts.metadata } });
}

/** Judges a listing in which everything was seen 10 min before, too. */
function judge(enis: readonly Eni[], more: Partial<OrphanRound> = {}): OrphanPlan {
  return planOrphans({
    cluster: CLUSTER,
    enis,
    attachments: [attachment({ metadata: { uid: 'other' }, spec: { instanceID: 'i-9' } })],
    listedIds: new Set(enis.map(({ eniId }) => eniId)),
    begunAtMs: 10 * MINUTE_MS,
    nowMs: NOW_MS,
    sightings: new Map(enis.map(({ eniId }) => [eniId, 0])),
    approvedIds: new Set(),
    timings: ORPHAN_TIMINGS,
    ...more,
  });
}

function dueOf(plan: OrphanPlan): string[] {
  return plan.due.map(({ eniId }) => eniId);
}

describe('an ENI that nothing needs', () => {
  it('is due once it was seen so twice, 10 min apart, and is 15 min old', () => {
    expect(dueOf(judge([leaked()]))).toEqual(['eni-leaked']);
    expect(dueOf(judge([leaked()], { begunAtMs: 10 * MINUTE_MS - 1 }))).toEqual([]);
    expect(dueOf(judge([leaked()], { sightings: new Map() }))).toEqual([]);
    expect(dueOf(judge([leaked('e', { [ENI_TAGS.createdAt]: ago(14.9) })]))).toEqual([]);
    expect(dueOf(judge([leaked('e', { [ENI_TAGS.createdAt]: ago(15) })]))).toEqual(['e']);
  });

  it.each(['', 'yesterday', '2099-01-01T00:00:00Z'])(
    'whose creation is dated "%s" is as old as its first sight',
    (createdAt) => {
      const eni = leaked('e', { [ENI_TAGS.createdAt]: createdAt });
      expect(dueOf(judge([eni], { begunAtMs: 15 * MINUTE_MS - 1 }))).toEqual([]);
      expect(dueOf(judge([eni], { begunAtMs: 15 * MINUTE_MS }))).toEqual(['e']);
    },
  );

  it('begins anew when a listing misses it', () => {
    const plan = judge([leaked()], { listedIds: new Set() });
    expect(dueOf(plan)).toEqual([]);
    expect(plan.sightings.has('eni-leaked')).toBe(false);
  });
});

describe('what is never due', () => {
  const { [ENI_TAGS.managedBy]: _, ...unowned } = TAGS;
  it.each([
    ['a foreign ENI', anEni({ tags: {} })],
    ['an ENI without the ownership tag', anEni({ tags: unowned })],
    ['an ENI of a cluster of the same name', leaked('e', { [ENI_TAGS.clusterUid]: 'another-uid' })],
    ['an ENI of another name under our uid', leaked('e', { [ENI_TAGS.cluster]: 'another' })],
    ['an attached ENI', anAttachedEni({}, { tags: TAGS })],
    ['an ENI that is being made', { ...leaked(), status: 'pending' as const }],
    ['an ENI of an AWS service', { ...leaked(), status: 'associated' as const }],
    ['a retained ENI', leaked('e', { [ENI_TAGS.retained]: 'true' })],
  ])('is %s', (_name, eni) => {
    const plan = judge([eni]);
    expect(dueOf(plan)).toEqual([]);
    expect(plan.sightings.size).toBe(0);
  });

  it.each([
    [
      'the ENI of a status',
      attachment({
        metadata: { uid: 'x' },
        spec: { instanceID: 'i-7' },
        status: { observedGeneration: 1, eniID: 'eni-leaked' },
      }),
    ],
    ['the ENI that an attachment without one made', attachment({ spec: { slot: 'name/other' } })],
    ['an ENI that an attachment without one could adopt', attachment({ metadata: { uid: 'restored' } })],
    [
      'an ENI of an attachment that is being released',
      attachment({ metadata: { deletionTimestamp: ago(1) } }),
    ],
    [
      'an ENI of an attachment whose own cannot be seen',
      attachment({ status: { observedGeneration: 1, eniID: 'eni-hidden' } }),
    ],
  ])('is %s', (_name, needing) => {
    expect(dueOf(judge([leaked()], { attachments: [needing] }))).toEqual([]);
  });
});

describe('doubles of an attachment', () => {
  const chosen = anAttachedEni({}, { eniId: 'eni-chosen', tags: TAGS });
  const settled = attachment({ status: { observedGeneration: 1, eniID: 'eni-chosen' } });

  it('are due once it has settled on another ENI', () => {
    expect(dueOf(judge([chosen, leaked('eni-double')], { attachments: [settled] }))).toEqual(['eni-double']);
  });

  it('stay while the recorded ENI is not the one that it goes on with', () => {
    const better = anAttachedEni({}, { eniId: 'eni-better', tags: TAGS });
    const recorded = attachment({ status: { observedGeneration: 1, eniID: 'eni-recorded' } });
    const enis = [better, leaked('eni-recorded'), leaked('eni-double')];
    expect(dueOf(judge(enis, { attachments: [recorded] }))).toEqual([]);
  });
});

function many(count: number): Eni[] {
  return Array.from({ length: count }, (_, n) => leaked(`eni-${n}`));
}

function attached(count: number): Eni[] {
  return Array.from({ length: count }, (_, n) => anAttachedEni({}, { eniId: `eni-a${n}`, tags: TAGS }));
}

describe('the brakes', () => {
  it('let five ENIs go whatever share they are, and no sixth', () => {
    expect(judge(many(5)).brake).toBeUndefined();
    expect(judge(many(6)).brake).toEqual({ kind: 'TooMany', due: 6, limit: 5, known: 6 });
  });

  it('let a fifth of many ENIs go, and no more', () => {
    expect(judge([...many(20), ...attached(80)]).brake).toBeUndefined();
    expect(judge([...many(21), ...attached(80)]).brake).toMatchObject({
      kind: 'TooMany',
      due: 21,
      limit: 20,
    });
  });

  it('do not count what an earlier pass let go', () => {
    const approvedIds = new Set(many(20).map(({ eniId }) => eniId));
    expect(judge(many(20), { approvedIds }).brake).toBeUndefined();
  });

  it('hold a single ENI when no attachment is there although ENIs are attached', () => {
    expect(judge([leaked(), ...attached(2)], { attachments: [] }).brake).toEqual({
      kind: 'NoAttachments',
      due: 1,
      attached: 2,
    });
    expect(judge([leaked()], { attachments: [] }).brake).toBeUndefined();
    expect(judge(attached(2), { attachments: [] }).brake).toBeUndefined();
  });
});
