import { describe, expect, it } from 'vitest';
import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { anIntentInput } from '../../../test/builders/attachment-intent.ts';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { anInstance, aSecurityGroup, aSubnet } from '../../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { FakeCluster } from '../../../test/support/fake-cluster.ts';
import { planAttachments } from '../../domain/attachment-intent.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import type { IndexConflict } from '../../domain/index-conflict.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import type { Ec2Directories } from '../engine/ec2-directories.ts';
import { ClaimBook } from './claim-book.ts';
import { settleCreates } from './settle-creates.ts';

const DIRECTORIES: Ec2Directories = {
  instances: async () => new Map(),
  peekInstance: () => undefined,
  invalidateInstance: () => undefined,
  interfacesChanged: () => undefined,
  enisToTakeOver: async () => [],
  limits: async () => undefined,
  subnets: async () => [aSubnet(), aSubnet({ subnetId: 'subnet-b' })],
  securityGroups: async () => [aSecurityGroup()],
};

/** node-1 on `i-1`, and these NodeENIs; `onSubnetsRead` runs while subnets are read. */
function worldOf(
  nodeEnis: readonly NodeENI[],
  onSubnetsRead: (cluster: FakeCluster) => void = () => undefined,
) {
  const cluster = new FakeCluster(new FakeClock());
  const { caches } = cluster;
  cluster.putNode(aClusterNode());
  for (const nodeEni of nodeEnis) cluster.putNodeEni(nodeEni);
  const claims = new ClaimBook({ isKnown: (name) => caches.attachments.get(name) !== undefined });
  const woken: string[] = [];
  claims.onWake((loser) => woken.push(loser));
  const directories: Ec2Directories = {
    ...DIRECTORIES,
    subnets: async (slots, signal) => {
      onSubnetsRead(cluster);
      return DIRECTORIES.subnets(slots, signal);
    },
  };
  return {
    cluster,
    claims,
    woken,
    /** Device indexes that the NodeENI may make, and what it lost, on i-1. */
    settle: async (name: string): Promise<{ made: number[]; conflicts: readonly IndexConflict[] }> => {
      const nodeEni = cluster.nodeEni(name);
      const spec = effectiveSpec(nodeEni.spec);
      const subnets = [aSubnet(), aSubnet({ subnetId: 'subnet-b' })];
      const { creates } = planAttachments(anIntentInput({ spec, subnets }));
      const wanted = { nodeEni, spec, creates, instances: new Map([['i-1', anInstance()]]) };
      const settled = await settleCreates(
        wanted,
        { caches, claims, directories },
        new AbortController().signal,
      );
      return { made: settled.creates.map(({ choice }) => choice.deviceIndex), conflicts: settled.conflicts };
    },
  };
}

const OLDER = aNodeEni({}, { name: 'older', uid: 'older-uid', creationTimestamp: '2026-01-01T00:00:00Z' });
const YOUNGER = aNodeEni(
  {},
  { name: 'younger', uid: 'younger-uid', creationTimestamp: '2026-01-02T00:00:00Z' },
);

describe('a NodeENI that wants what another one wants', () => {
  it('waits for the older one, which has no attachment yet', async () => {
    const { settle } = worldOf([OLDER, YOUNGER]);
    expect(await settle('younger')).toMatchObject({
      made: [],
      conflicts: [{ winner: 'older', nodeName: 'node-1' }],
    });
    expect(await settle('older')).toEqual({ made: [2], conflicts: [] });
  });

  it('keeps what it is making, although an older one shows up before the cache shows the attachment', async () => {
    const { cluster, settle } = worldOf([YOUNGER]);
    expect((await settle('younger')).made).toEqual([2]);
    cluster.putNodeEni(OLDER);
    expect((await settle('younger')).made).toEqual([2]);
    expect(await settle('older')).toMatchObject({ made: [], conflicts: [{ winner: 'younger' }] });
  });

  it('does not wait for one that is being deleted and has nothing there', async () => {
    const deletionTimestamp = '2026-01-03T00:00:00Z';
    const { settle } = worldOf([{ ...OLDER, metadata: { ...OLDER.metadata, deletionTimestamp } }, YOUNGER]);
    expect((await settle('younger')).made).toEqual([2]);
  });

  it('does not wait for one whose labels no node of its own can have, or that has another card', async () => {
    const elsewhere = {
      ...OLDER,
      spec: { ...OLDER.spec, nodeSelector: { ...OLDER.spec.nodeSelector, pool: 'b' } },
    };
    const { cluster, settle } = worldOf([elsewhere, YOUNGER]);
    expect((await settle('younger')).made).toEqual([2]);
    cluster.putNodeEni({ ...OLDER, spec: { ...OLDER.spec, networkCardIndex: 1 } });
    expect((await settle('younger')).made).toEqual([2]);
  });

  it('loses the PCI address, and with it the index, to whoever has it', async () => {
    const dpdk = { enableDPDK: true, dpdkPCIAddress: '0000:00:07.0' };
    const first = { ...OLDER, spec: { ...OLDER.spec, ...dpdk } };
    const second = { ...YOUNGER, spec: { ...YOUNGER.spec, ...dpdk, deviceIndex: 5 } };
    const { settle } = worldOf([first, second]);
    expect(await settle('younger')).toMatchObject({
      made: [],
      conflicts: [{ winner: 'older', pciAddress: '0000:00:07.0', deviceIndex: 5 }],
    });
  });

  it('leaves the index of a lost slot alone, and makes the next one at its own', async () => {
    const two = { ...YOUNGER, spec: { ...YOUNGER.spec, subnetIDs: ['subnet-b'] } };
    const { cluster, settle } = worldOf([OLDER, two]);
    cluster.putAttachment(aNodeEniAttachment({ spec: { nodeENI: { name: 'older', uid: 'older-uid' } } }));
    expect(await settle('younger')).toMatchObject({
      made: [3],
      conflicts: [{ deviceIndex: 2, winner: 'older' }],
    });
  });

  it('loses to the attachment that stays, although its own of before is still going', async () => {
    const { cluster, settle } = worldOf([OLDER, YOUNGER]);
    cluster.putAttachment(
      aNodeEniAttachment({
        metadata: { name: 'a-of-younger', uid: 'stays' },
        spec: { nodeENI: { name: 'younger', uid: 'younger-uid' } },
      }),
    );
    cluster.putAttachment(
      aNodeEniAttachment({
        metadata: { name: 'z-of-older', uid: 'goes', deletionTimestamp: '2026-01-03T00:00:00Z' },
        spec: { nodeENI: { name: 'older', uid: 'older-uid' } },
      }),
    );
    expect(await settle('older')).toMatchObject({ made: [], conflicts: [{ winner: 'younger' }] });
  });

  it('sees who goes first as it is once everything is read, not as it was before', async () => {
    const successor = aNodeEni(
      {},
      {
        name: 'a-successor',
        uid: 'successor-uid',
        creationTimestamp: '2026-01-01T00:00:00Z',
        annotations: { 'networking.k8s.aws/replaces': 'z-latest' },
      },
    );
    const latest = aNodeEni(
      {},
      { name: 'z-latest', uid: 'latest-uid', creationTimestamp: '2026-01-04T00:00:00Z' },
    );
    const { settle } = worldOf([successor, YOUNGER], (cluster) => cluster.putNodeEni(latest));
    expect(await settle('younger')).toEqual({ made: [2], conflicts: [] });
  });

  it('wakes the one that gave way to it, once it gives way itself', async () => {
    const { cluster, settle, woken } = worldOf([OLDER, YOUNGER]);
    expect(await settle('younger')).toMatchObject({ made: [] });
    cluster.putNodeEni(aNodeEni({}, { name: 'a-first', creationTimestamp: '2025-01-01T00:00:00Z' }));
    expect(await settle('older')).toMatchObject({ conflicts: [{ winner: 'a-first' }] });
    expect(woken).toEqual(['younger']);
  });

  it('wakes nobody who lost to what it has or makes', async () => {
    const { cluster, settle, woken } = worldOf([OLDER, YOUNGER]);
    expect(await settle('younger')).toMatchObject({ made: [] });
    expect(await settle('older')).toMatchObject({ made: [2] });
    cluster.putAttachment(aNodeEniAttachment({ spec: { nodeENI: { name: 'older', uid: 'older-uid' } } }));
    await settle('older');
    expect(woken).toEqual([]);
  });
});
