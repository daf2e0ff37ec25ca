import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../../test/builders/node-eni-attachment.ts';
import type { Attempt } from '../ports.ts';
import { asksTheSame, createInput, newAttempt } from './attempt.ts';

const CLUSTER = { name: 'demo', uid: 'cluster-uid' };
const deps = {
  cluster: CLUSTER,
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
};

function frozen(
  overrides: Partial<Parameters<typeof newAttempt>[0]> = {},
  spec: Parameters<typeof aNodeEni>[0] = {},
): Attempt {
  return newAttempt({
    number: 1,
    nodeEni: aNodeEni(spec),
    attachment: aNodeEniAttachment(),
    securityGroupIds: ['sg-1', 'sg-2'],
    cluster: CLUSTER,
    now: '2026-01-01T00:00:00.000Z',
    ...overrides,
  });
}

describe('a frozen attempt', () => {
  it('holds everything that the create call sends', () => {
    expect(frozen({}, { secondaryPrivateIPCount: 3, ipv6PrefixCount: 1, tags: { team: 'core' } })).toEqual({
      number: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      subnetID: 'subnet-a',
      securityGroupIDs: ['sg-1', 'sg-2'],
      description: 'NodeENI tenant-a on node-1',
      secondaryPrivateIPCount: 3,
      ipv6PrefixCount: 1,
      tags: {
        Name: 'tenant-a/node-1',
        team: 'core',
        'node.k8s.amazonaws.com/no_manage': 'true',
        'cilium.io/no_manage': 'true',
        'networking.k8s.aws/managed-by': 'multi-eni-operator',
        'networking.k8s.aws/cluster': 'demo',
        'networking.k8s.aws/cluster-uid': 'cluster-uid',
        'networking.k8s.aws/nodeeni': 'tenant-a',
        'networking.k8s.aws/nodeeni-uid': '11111111-1111-4111-8111-111111111111',
        'networking.k8s.aws/instance': 'i-1',
        'networking.k8s.aws/slot': 'id/subnet-a',
        'networking.k8s.aws/attachment': '22222222-2222-4222-8222-222222222222',
        'networking.k8s.aws/attempt': '1',
        'networking.k8s.aws/created-at': '2026-01-01T00:00:00.000Z',
      },
    });
  });

  it('leaves counts of zero out, and takes the subnet that the attachment froze', () => {
    const attempt = frozen(
      { attachment: aNodeEniAttachment({ spec: { subnetID: 'subnet-frozen' } }) },
      { secondaryPrivateIPCount: 0 },
    );
    expect(attempt).not.toHaveProperty('secondaryPrivateIPCount');
    expect(attempt.subnetID).toBe('subnet-frozen');
  });

  it('has the wanted description, or one of at most 255 characters', () => {
    expect(frozen({}, { description: 'mine' }).description).toBe('mine');
    const attachment = aNodeEniAttachment({ spec: { nodeName: 'n'.repeat(253) } });
    expect(frozen({ attachment }).description).toHaveLength(255);
  });
});

function tokenOf(number: number, uid: string, cluster = CLUSTER): string {
  return createInput(frozen({ number }), uid, { ...deps, cluster }).clientToken;
}

describe('a replay', () => {
  it('sends the identical input and token, whatever has become of the NodeENI', () => {
    const attempt = frozen();
    const stored: Attempt = JSON.parse(JSON.stringify(attempt));
    const first = createInput(attempt, 'uid-1', deps);
    expect(createInput(stored, 'uid-1', deps)).toEqual(first);
    expect(first.clientToken).toMatch(/^[0-9a-f]{64}$/);
    expect(first).toMatchObject({
      subnetId: 'subnet-a',
      securityGroupIds: ['sg-1', 'sg-2'],
      tags: attempt.tags,
    });
  });

  it('of another attempt, attachment or cluster has another token', () => {
    const tokens = [
      tokenOf(1, 'uid-1'),
      tokenOf(2, 'uid-1'),
      tokenOf(1, 'uid-2'),
      tokenOf(1, 'uid-1', { name: 'other', uid: 'cluster-uid' }),
      tokenOf(1, 'uid-1', { name: 'demo', uid: 'other' }),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('carries each count under its own name, and no count that is not wanted', () => {
    const counts = {
      secondaryPrivateIPCount: 1,
      ipv4PrefixCount: 2,
      ipv6AddressCount: 3,
      ipv6PrefixCount: 4,
    };
    expect(createInput({ ...frozen(), ...counts }, 'uid-1', deps)).toMatchObject({
      secondaryPrivateIpCount: 1,
      ipv4PrefixCount: 2,
      ipv6AddressCount: 3,
      ipv6PrefixCount: 4,
    });
    expect(Object.keys(createInput(frozen(), 'uid-1', deps)).toSorted()).toEqual([
      'clientToken',
      'description',
      'securityGroupIds',
      'subnetId',
      'tags',
    ]);
  });
});

describe('two attempts', () => {
  it('ask for the same when only their number and date differ', () => {
    const later = frozen({ number: 7, now: '2027-07-07T07:07:07.000Z' });
    expect(asksTheSame(frozen(), later)).toBe(true);
  });

  it('ask for the same whatever the order of their tags', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (tags) => {
        const reversed = Object.fromEntries(Object.entries(tags).toReversed());
        return asksTheSame({ ...frozen(), tags }, { ...frozen(), tags: reversed });
      }),
    );
    expect(asksTheSame({ ...frozen(), tags: { a: '1' } }, { ...frozen(), tags: { a: '2' } })).toBe(false);
  });

  it.each<[string, Partial<Attempt>]>([
    ['subnet', { subnetID: 'subnet-b' }],
    ['groups', { securityGroupIDs: ['sg-2'] }],
    ['description', { description: 'another' }],
    ['count', { ipv4PrefixCount: 1 }],
    ['tag', { tags: { ...frozen().tags, team: 'core' } }],
  ])('ask for something else when their %s differs', (_name, change) => {
    expect(asksTheSame(frozen(), { ...frozen(), ...change })).toBe(false);
  });
});
