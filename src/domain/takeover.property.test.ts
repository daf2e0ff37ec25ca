import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENI_TAGS, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';
import { aClusterNode, SELECTED } from '../../test/builders/cluster-node.ts';
import { anAttachedEni } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { referenceTags, templateTags } from '../../test/builders/strangers.ts';
import type { Eni } from './ec2-resources.ts';
import { claimOf } from './owned-eni.ts';
import { isOwned, servesPurpose } from './ownership.ts';
import { chooseTakeover, judgeAll, takeoverTags, type TakeoverWorld } from './takeover.ts';

const cluster = { name: 'prod', uid: 'cluster-uid' };
const instanceId = fc.constantFrom('i-1', 'i-2', 'i-9');
const name = fc.constantFrom('tenant-a', 'tenant-b');
const subnetId = fc.constantFrom('subnet-a', 'subnet-b', 'subnet-c');

/** Keys that matter, each with values that fit, do not fit, or are missing. */
const tag = fc.constantFrom<readonly [string, string]>(
  [ENI_TAGS.managedBy, 'multi-eni-operator'],
  [ENI_TAGS.managedBy, 'another'],
  [ENI_TAGS.cluster, 'prod'],
  [ENI_TAGS.cluster, 'staging'],
  [ENI_TAGS.clusterUid, 'cluster-uid'],
  [ENI_TAGS.clusterUid, 'another'],
  [ENI_TAGS.nodeEni, 'tenant-a'],
  [ENI_TAGS.nodeEni, 'tenant-b'],
  [ENI_TAGS.instance, 'i-1'],
  [ENI_TAGS.slot, 'id/subnet-a'],
  [REFERENCE_TAGS.nodeEni, 'tenant-b'],
  [REFERENCE_TAGS.managedBy, 'another'],
  ['eks:eni:owner', 'amazon-vpc-cni'],
);

const tags = fc
  .tuple(fc.constantFrom({}, referenceTags(), templateTags('prod')), fc.array(tag, { maxLength: 3 }))
  .map(([base, more]) => ({ ...base, ...Object.fromEntries(more) }));

const enis = fc.uniqueArray(
  fc
    .record({
      eniId: fc.integer({ min: 0, max: 9 }),
      instanceId,
      subnetId,
      tags,
      deviceIndex: fc.nat(3),
      status: fc.constantFrom('attached', 'attaching', 'detaching'),
    })
    .map(({ eniId, instanceId: holder, deviceIndex, status, ...eni }) =>
      anAttachedEni({ instanceId: holder, deviceIndex, status }, { eniId: `eni-${eniId}`, ...eni }),
    ),
  { selector: ({ eniId }) => eniId, maxLength: 8 },
);

const attachments = fc.uniqueArray(
  fc
    .record({ nodeEni: name, instanceId, subnetId, hasEni: fc.boolean(), isReleasing: fc.boolean() })
    .map(({ nodeEni, instanceId: holder, subnetId: subnet, hasEni, isReleasing }) => {
      const uid = `${nodeEni}/${holder}/${subnet}`;
      return aNodeEniAttachment({
        metadata: { uid, name: uid, ...(isReleasing ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
        spec: {
          nodeENI: { name: nodeEni, uid: `uid-${nodeEni}` },
          instanceID: holder,
          subnetID: subnet,
          slot: `id/${subnet}`,
        },
        status: { observedGeneration: 1, ...(hasEni ? { eniID: 'eni-made' } : {}) },
      });
    }),
  { selector: ({ metadata }) => metadata.uid, maxLength: 8 },
);

const worlds: fc.Arbitrary<TakeoverWorld> = fc
  .record({ attachments, names: fc.subarray(['tenant-a', 'tenant-b']), isSelected: fc.boolean() })
  .map(({ attachments: all, names, isSelected }) => ({
    cluster,
    nodeEni: (wanted) =>
      names.includes(wanted) ? aNodeEni({}, { name: wanted, uid: `uid-${wanted}` }) : undefined,
    // i-9 is an instance of another cluster.
    nodesOf: (holder) =>
      holder === 'i-9' ? [] : [aClusterNode({ instanceId: holder, labels: isSelected ? SELECTED : {} })],
    attachmentsOf: (holder) => all.filter(({ spec }) => spec.instanceID === holder),
  }));

function stamp(eni: Eni, attachment: ReturnType<typeof aNodeEniAttachment>): Eni {
  const { purpose, attachmentUid } = claimOf(attachment);
  const facts = { cluster, purpose, nodeName: 'node-1', attachmentUid, stored: attachment.status };
  return { ...eni, tags: { ...eni.tags, ...takeoverTags(eni, facts, attachment.spec.nodeENI.uid) } };
}

describe('takeover', () => {
  it('never takes what others own, use elsewhere, or have not asked us to take', () => {
    fc.assert(
      fc.property(enis, worlds, (all, world) => {
        for (const { eni, origin, verdict } of judgeAll(all, world)) {
          if (verdict.kind !== 'adoptable') continue;
          const { spec, status, metadata } = verdict.attachment;
          expect(eni.attachment?.instanceId).toBe(spec.instanceID);
          expect(eni.attachment?.instanceId).not.toBe('i-9');
          expect(eni.attachment?.deviceIndex).toBeGreaterThan(0);
          expect(eni.attachment?.status).not.toBe('detaching');
          expect(eni.subnetId).toBe(spec.subnetID);
          expect(spec.nodeENI.name).toBe(origin.nodeEniName);
          expect(metadata.deletionTimestamp).toBeUndefined();
          expect([undefined, eni.eniId]).toContain(status.eniID);
          expect(eni.tags['eks:eni:owner']).toBeUndefined();
          expect(eni.tags[ENI_TAGS.cluster] ?? 'prod').toBe('prod');
          expect(eni.tags[ENI_TAGS.clusterUid] ?? 'cluster-uid').toBe('cluster-uid');
        }
      }),
    );
  });

  it('gives an ENI to at most one attachment, and makes it its own by one call', () => {
    fc.assert(
      fc.property(enis, worlds, (all, world) => {
        const judged = judgeAll(all, world);
        const wanting = ['i-1', 'i-2', 'i-9'].flatMap((holder) => world.attachmentsOf(holder));
        const takers = wanting.flatMap((attachment) => {
          const eni = chooseTakeover(attachment, judged)?.eni;
          return eni === undefined ? [] : [{ attachment, eni }];
        });
        expect(new Set(takers.map(({ eni }) => eni.eniId)).size).toBe(takers.length);
        for (const { attachment, eni } of takers) {
          const stamped = stamp(eni, attachment);
          expect(isOwned(stamped.tags, cluster)).toBe(true);
          expect(servesPurpose(stamped.tags, claimOf(attachment).purpose)).toBe(true);
          expect(judgeAll([stamped], world)).toEqual([]);
          // Whoever comes later finds every tag as it was.
          expect(stamped.tags).toMatchObject(eni.tags);
        }
      }),
    );
  });
});
