import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientTokenText, eniTags, isOwned, servesPurpose } from './ownership.ts';

const cluster = { name: 'prod', uid: 'cluster-uid' };
const purpose = { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' };
const input = {
  cluster,
  purpose,
  nodeName: 'node-1',
  nodeEniUid: 'neni-uid',
  attachmentUid: 'attachment-uid',
  attempt: 1,
  createdAt: '2026-01-01T00:00:00Z',
  userTags: {},
};

describe('tags of an ENI', () => {
  it('are exactly the documented ones', () => {
    expect(eniTags(input)).toEqual({
      Name: 'tenant-a/node-1',
      'node.k8s.amazonaws.com/no_manage': 'true',
      'cilium.io/no_manage': 'true',
      'networking.k8s.aws/managed-by': 'multi-eni-operator',
      'networking.k8s.aws/cluster': 'prod',
      'networking.k8s.aws/cluster-uid': 'cluster-uid',
      'networking.k8s.aws/nodeeni': 'tenant-a',
      'networking.k8s.aws/nodeeni-uid': 'neni-uid',
      'networking.k8s.aws/instance': 'i-1',
      'networking.k8s.aws/slot': 'id/subnet-a',
      'networking.k8s.aws/attachment': 'attachment-uid',
      'networking.k8s.aws/attempt': '1',
      'networking.k8s.aws/created-at': '2026-01-01T00:00:00Z',
    });
  });

  it('carry the user tags and keep the name that the user gave', () => {
    expect(eniTags({ ...input, userTags: { Name: 'firewall', team: 'core' } })).toMatchObject({
      Name: 'firewall',
      team: 'core',
    });
  });

  it('let no user tag win over one of ours, so that the CNI keeps away and nothing is lost', () => {
    const ours = eniTags(input);
    const { Name: _, ...reserved } = Object.fromEntries(Object.keys(ours).map((key) => [key, 'forged']));
    expect(eniTags({ ...input, userTags: reserved })).toEqual(ours);
  });

  it('stay within the 50 of EC2 with the 32 that a user may give', () => {
    const userTags = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`team-${n}`, 'x'.repeat(256)]));
    const tags = eniTags({ ...input, userTags });
    expect(Object.keys(tags).length).toBeLessThanOrEqual(50);
    expect(tags).toMatchObject(userTags);
  });

  const slotKeys = fc.oneof(
    fc.string({ maxLength: 255, unit: 'binary' }),
    fc.string({ minLength: 240, maxLength: 255, unit: 'binary' }),
  );

  it('hold at most 256 characters each, and never half a character', () => {
    fc.assert(
      fc.property(slotKeys, (name) => {
        const values = Object.values(
          eniTags({ ...input, nodeName: 'n'.repeat(253), purpose: { ...purpose, slotKey: `name/${name}` } }),
        );
        expect(values.every((value) => Array.from(value).length <= 256)).toBe(true);
        expect(values.every((value) => value.isWellFormed())).toBe(true);
      }),
    );
  });

  it('tell two long subnet names apart that differ only at their end', () => {
    const long = { ...purpose, slotKey: `name/${'x'.repeat(254)}1` };
    const other = { ...purpose, slotKey: `name/${'x'.repeat(254)}2` };
    expect(servesPurpose(eniTags({ ...input, purpose: long }), long)).toBe(true);
    expect(servesPurpose(eniTags({ ...input, purpose: long }), other)).toBe(false);
  });
});

describe('ownership', () => {
  it('is told by the tags that we send', () => {
    expect(isOwned(eniTags(input), cluster)).toBe(true);
    expect(servesPurpose(eniTags(input), purpose)).toBe(true);
  });

  it.each([
    ['bears no tags', {}],
    ['was made by somebody else', { 'networking.k8s.aws/managed-by': 'someone' }],
    ['belongs to a cluster of another name', { 'networking.k8s.aws/cluster': 'stage' }],
    ['belongs to another cluster of the same name', { 'networking.k8s.aws/cluster-uid': 'other' }],
  ])('is denied when the ENI %s', (_, change) => {
    const tags = Object.keys(change).length === 0 ? {} : { ...eniTags(input), ...change };
    expect(isOwned(tags, cluster)).toBe(false);
  });

  it.each([
    ['NodeENI', { nodeEniName: 'tenant-b' }],
    ['instance', { instanceId: 'i-2' }],
    ['subnet entry', { slotKey: 'id/subnet-b' }],
  ])('tells the purpose of another %s apart', (_, change) => {
    expect(servesPurpose(eniTags(input), { ...purpose, ...change })).toBe(false);
  });
});

describe('client token', () => {
  it('never changes between releases, because a crash must not make a second ENI', () => {
    expect(clientTokenText(cluster, 'attachment-uid', 1)).toBe('["prod","cluster-uid","attachment-uid",1]');
  });

  it('differs whenever cluster, attachment or attempt differ', () => {
    const texts = fc.tuple(fc.string(), fc.string(), fc.string(), fc.nat());
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const [left, right] = [a, b].map(([name, uid, attachment, attempt]) =>
          clientTokenText({ name, uid }, attachment, attempt),
        );
        expect(left === right).toBe(a.every((part, index) => part === b[index]));
      }),
    );
  });
});
