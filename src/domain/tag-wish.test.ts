import { describe, expect, it } from 'vitest';
import { CNI_OPT_OUT_TAGS, ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { anEni } from '../../test/builders/ec2-resources.ts';
import { eniTags, identityTags } from './ownership.ts';
import { appliedUserTags, type TagFacts, tagWish } from './tag-wish.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };
const PURPOSE = { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' };

function created(userTags: Readonly<Record<string, string>> = {}): Record<string, string> {
  return eniTags({
    cluster: CLUSTER,
    purpose: PURPOSE,
    nodeName: 'node-1',
    nodeEniUid: 'neni-uid',
    attachmentUid: 'nea-uid',
    attempt: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    userTags,
  });
}

function facts(
  frozen: Readonly<Record<string, string>>,
  userTags: Readonly<Record<string, string>>,
  stored: TagFacts['stored'] = {},
): TagFacts {
  return {
    cluster: CLUSTER,
    purpose: PURPOSE,
    nodeName: 'node-1',
    attachmentUid: 'nea-uid',
    attempt: { number: 1, tags: created(frozen) },
    userTags,
    stored,
  };
}

const KNOWN = { eniID: 'eni-0a', attempt: 1 };

describe('the tags wanted of an ENI', () => {
  it('are those that it was created with, and the ones that the user wants now', () => {
    const wish = tagWish(anEni({ tags: created() }), facts({ team: 'core' }, { team: 'edge', tier: '1' }));
    const { Name: _, ...rest } = created();
    expect(wish.required).toEqual({ ...rest, team: 'edge', tier: '1' });
  });

  it('hold every tag of ours, though all of them are lost, when the status knows the ENI', () => {
    expect(tagWish(anEni({ tags: {} }), facts({}, {}, KNOWN)).required).toEqual(created());
  });

  it('of an ENI that was found keep whose it was before', () => {
    const found = anEni({ tags: { ...created(), [ENI_TAGS.attachment]: 'another-uid' } });
    expect(tagWish(found, facts({}, {})).required).toEqual({
      ...CNI_OPT_OUT_TAGS,
      ...identityTags(CLUSTER, PURPOSE),
    });
  });

  it('no longer hold what the user removed: of the create call, and of the last wish', () => {
    const eni = anEni({ tags: { ...created({ team: 'core' }), tier: '1' } });
    expect(tagWish(eni, facts({ team: 'core' }, {})).obsolete).toMatchObject({ team: 'core' });
    const remembered = { ...KNOWN, tags: { tier: '1' } };
    const { obsolete } = tagWish(eni, facts({ team: 'core' }, {}, remembered));
    expect(obsolete).toEqual({ tier: '1', [ENI_TAGS.retained]: 'true' });
  });

  it('are not decided while nobody has said what the user wants', () => {
    const { userTags: _, ...undecided } = facts({ team: 'core' }, {});
    const { obsolete } = tagWish(anEni({ tags: created({ team: 'core' }) }), undecided);
    expect(obsolete).toEqual({ [ENI_TAGS.retained]: 'true' });
  });

  it('name the ENI again when the user gives no name any more, and leave one that was given by hand', () => {
    const named = anEni({ tags: created({ Name: 'mine' }) });
    const wish = tagWish(named, facts({ Name: 'mine' }, {}));
    expect(wish.required['Name']).toBe('tenant-a/node-1');
    expect(wish.obsolete['Name']).toBeUndefined();
    const byHand = anEni({ tags: { ...created(), Name: 'by hand' } });
    expect(tagWish(byHand, facts({}, {})).required['Name']).toBeUndefined();
  });

  it('remember a removed tag as removed, so that one given by hand later stays', () => {
    const stored = { ...KNOWN, tags: {} };
    const byHand = anEni({ tags: { ...created(), team: 'core' } });
    expect(tagWish(byHand, facts({ team: 'core' }, {}, stored)).obsolete['team']).toBeUndefined();
  });
});

describe('the user’s tags to remember', () => {
  it('are those on the ENI that the operator put there', () => {
    const eni = anEni({ tags: { ...created(), team: 'edge', tier: '1', theirs: 'x' } });
    const stored = { ...KNOWN, tags: { tier: '1', gone: 'y' } };
    expect(appliedUserTags(eni, facts({}, { team: 'edge' }, stored))).toEqual({ team: 'edge', tier: '1' });
  });

  it('are none where there never was one, and an empty list once the last was removed', () => {
    expect(appliedUserTags(anEni({ tags: created() }), facts({}, {}))).toBeUndefined();
    expect(appliedUserTags(anEni({ tags: created() }), facts({ team: 'core' }, {}))).toEqual({});
    const stored = { ...KNOWN, tags: {} };
    expect(appliedUserTags(anEni({ tags: created() }), facts({}, {}, stored))).toEqual({});
  });
});
