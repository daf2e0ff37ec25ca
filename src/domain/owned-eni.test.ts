import { describe, expect, it } from 'vitest';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import type { Eni } from './ec2-resources.ts';
import { type EniClaim, enisOfClaim } from './owned-eni.ts';
import { eniTags } from './ownership.ts';

const cluster = { name: 'prod', uid: 'cluster-uid' };
const purpose = { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' };
const claim: EniClaim = { attachmentUid: 'uid-1', purpose, networkCardIndex: 0, deviceIndex: 2 };
const nobody = { eniIds: new Set<string>(), attachmentUids: new Set<string>() };

function tags(change: Partial<Parameters<typeof eniTags>[0]> = {}): Record<string, string> {
  return eniTags({
    cluster,
    purpose,
    nodeName: 'node-1',
    nodeEniUid: 'neni-uid',
    attachmentUid: 'uid-1',
    attempt: 1,
    createdAt: '2026-01-01T00:00:00Z',
    userTags: {},
    ...change,
  });
}

function idsOf(enis: readonly Eni[], others = nobody): string[] {
  return enisOfClaim(claim, cluster, enis, others).map((eni) => eni.eniId);
}

describe('the ENI of an attachment', () => {
  it('is the one that was made for it', () => {
    expect(idsOf([anEni({ eniId: 'eni-own', tags: tags() })])).toEqual(['eni-own']);
  });

  it('is found again when every Kubernetes object was restored under new uids', () => {
    const eni = anEni({
      eniId: 'eni-old',
      tags: tags({ attachmentUid: 'uid-lost', nodeEniUid: 'neni-lost' }),
    });
    expect(idsOf([eni])).toEqual(['eni-old']);
  });

  it.each([
    ['nobody tagged', {}],
    ['another controller made', { ...tags(), 'networking.k8s.aws/managed-by': 'other' }],
    ['another cluster owns', tags({ cluster: { name: 'stage', uid: 'stage-uid' } })],
    ['a cluster of the same name owns', tags({ cluster: { name: 'prod', uid: 'other-uid' } })],
    ['serves another NodeENI', tags({ purpose: { ...purpose, nodeEniName: 'tenant-b' } })],
    ['serves another instance', tags({ purpose: { ...purpose, instanceId: 'i-2' } })],
    ['serves another subnet entry', tags({ purpose: { ...purpose, slotKey: 'id/subnet-b' } })],
  ])('is never one that %s', (_, foreign) => {
    expect(idsOf([anAttachedEni({}, { tags: foreign })])).toEqual([]);
  });

  it('is never one that another attachment records, or that was made for another living one', () => {
    const eni = anEni({ eniId: 'eni-old', tags: tags({ attachmentUid: 'uid-2' }) });
    expect(idsOf([eni], { ...nobody, eniIds: new Set(['eni-old']) })).toEqual([]);
    expect(idsOf([eni], { ...nobody, attachmentUids: new Set(['uid-2']) })).toEqual([]);
  });

  it('stays its own though another attachment records it by mistake', () => {
    const eni = anEni({ eniId: 'eni-own', tags: tags() });
    expect(idsOf([eni], { ...nobody, eniIds: new Set(['eni-own']) })).toEqual(['eni-own']);
  });

  it('is, of several, attached at the wanted index, then attached, then the latest attempt, then the oldest', () => {
    const enis = [
      anEni({ eniId: 'eni-young', tags: tags({ attempt: 2, createdAt: '2026-01-03T00:00:00Z' }) }),
      anEni({ eniId: 'eni-first', tags: tags({ attempt: 1 }) }),
      anAttachedEni({ networkCardIndex: 1 }, { eniId: 'eni-other-card', tags: tags({ attempt: 7 }) }),
      anEni({ eniId: 'eni-tenth', tags: tags({ attempt: 10, createdAt: '2026-01-04T00:00:00Z' }) }),
      anAttachedEni({ deviceIndex: 5 }, { eniId: 'eni-off-index', tags: tags({ attempt: 8 }) }),
      anEni({ eniId: 'eni-old', tags: tags({ attempt: 2, createdAt: '2026-01-02T00:00:00Z' }) }),
      anAttachedEni({}, { eniId: 'eni-here', tags: tags({ attempt: 1 }) }),
    ];
    const order = [
      'eni-here',
      'eni-off-index',
      'eni-other-card',
      'eni-tenth',
      'eni-old',
      'eni-young',
      'eni-first',
    ];
    expect(idsOf(enis)).toEqual(order);
    expect(idsOf(enis.toReversed())).toEqual(order);
  });

  it('is the one on its own instance before one that was moved to the same index of another', () => {
    const enis = [
      anAttachedEni({ instanceId: 'i-9' }, { eniId: 'eni-moved', tags: tags() }),
      anAttachedEni({ instanceId: 'i-1' }, { eniId: 'eni-there', tags: tags() }),
    ];
    expect(idsOf(enis)).toEqual(['eni-there', 'eni-moved']);
  });
});
