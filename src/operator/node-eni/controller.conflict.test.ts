import { describe, expect, it } from 'vitest';
import { FINALIZER } from '../../../api/v1alpha1/names.ts';
import { aSubnet } from '../../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { engineWorld, type EngineWorld, ours } from '../../../test/support/engine-world.ts';

function conditionsOf({ cluster }: EngineWorld, name: string): string[] {
  const { conditions = [] } = cluster.nodeEni(name).status;
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

const STALLED = ['Ready=False Conflicted', 'Stalled=True Conflicted', 'Conflicted=True Conflicted'];
const PASSING = ['Ready=False Conflicted', 'Reconciling=True Conflicted', 'Conflicted=True Conflicted'];

/** NodeENI `tenant-a` is Ready on node-1; `tenant-b`, which wants the same index, came later. */
async function conflictedWorld(annotations: Record<string, string> = {}): Promise<EngineWorld> {
  const world = engineWorld();
  world.start({ nodeEnis: true });
  await world.clock.advance(30_000);
  world.cluster.putNodeEni(
    aNodeEni({}, { name: 'tenant-b', uid: 'bbbbbb-uid', finalizers: [FINALIZER], annotations }),
  );
  await world.clock.advance(30_000);
  return world;
}

function markDeleted({ cluster }: EngineWorld, name: string, annotations?: Record<string, string>): void {
  const nodeEni = cluster.nodeEni(name);
  const metadata = { ...nodeEni.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  cluster.putNodeEni({
    ...nodeEni,
    metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) },
  });
}

describe('a NodeENI whose index another one has', () => {
  it('makes no attachment, says who has it, and follows within seconds when it goes', async () => {
    const world = await conflictedWorld();
    expect(conditionsOf(world, 'tenant-b')).toEqual(STALLED);
    expect(world.cluster.caches.attachments.list().map(({ spec }) => spec.nodeENI.name)).toEqual([
      'tenant-a',
    ]);
    expect(conditionsOf(world, 'tenant-a')).toEqual(['Ready=True Ready']);
    markDeleted(world, 'tenant-a');
    await world.clock.advance(40_000);
    expect(conditionsOf(world, 'tenant-b')).toEqual(['Ready=True Ready']);
    expect(ours(world)).toHaveLength(1);
  });

  it('waits without a person’s help for the one that it replaces', async () => {
    const world = await conflictedWorld({ 'networking.k8s.aws/replaces': 'tenant-a' });
    expect(conditionsOf(world, 'tenant-b')).toEqual(PASSING);
  });

  it('waits without a person’s help while that one is on its way out', async () => {
    const world = await conflictedWorld();
    world.ec2.region.setTiming({ detachMs: 20_000 });
    markDeleted(world, 'tenant-a');
    await world.clock.advance(5_000);
    expect(conditionsOf(world, 'tenant-b')).toEqual(PASSING);
  });

  it('gets its other slots, at their own indexes', async () => {
    const world = engineWorld();
    world.ec2.region.addSubnet(aSubnet({ subnetId: 'subnet-b' }));
    world.start({ nodeEnis: true });
    await world.clock.advance(30_000);
    world.cluster.putNodeEni(
      aNodeEni(
        { subnetIDs: ['subnet-a', 'subnet-b'] },
        { name: 'tenant-b', uid: 'bbbbbb-uid', finalizers: [FINALIZER] },
      ),
    );
    await world.clock.advance(30_000);
    expect(conditionsOf(world, 'tenant-b')).toEqual(STALLED);
    expect(
      world.cluster.caches.attachments.byIndex('nodeEni', 'tenant-b').map(({ spec }) => spec.deviceIndex),
    ).toEqual([3]);
  });

  it('is silent while nothing changes', async () => {
    const world = await conflictedWorld();
    const writes = world.cluster.writes.length;
    await world.clock.advance(600_000);
    expect(world.cluster.writes).toHaveLength(writes);
  });
});

describe('an attachment that an earlier version made for the loser', () => {
  it('is taken back, without a change of EC2', async () => {
    const world = engineWorld();
    world.start({ nodeEnis: true });
    await world.clock.advance(30_000);
    const changes = world.ec2.changes().length;
    world.cluster.putNodeEni(aNodeEni({}, { name: 'tenant-b', uid: 'bbbbbb-uid', finalizers: [FINALIZER] }));
    world.addAttachment({
      metadata: { name: 'tenant-b-att', uid: 'b-att' },
      spec: { nodeENI: { name: 'tenant-b', uid: 'bbbbbb-uid' } },
    });
    await world.clock.advance(30_000);
    expect(world.cluster.caches.attachments.get('tenant-b-att')).toBeUndefined();
    expect(world.ec2.changes()).toHaveLength(changes);
    expect(conditionsOf(world, 'tenant-b')).toEqual(STALLED);
  });
});

describe('a protected NodeENI that is deleted all the same', () => {
  const PROTECTED = { 'networking.k8s.aws/deletion-protection': 'true' };

  it('keeps everything until the annotation goes', async () => {
    const world = engineWorld();
    world.start({ nodeEnis: true });
    await world.clock.advance(30_000);
    const changes = world.ec2.changes().length;
    markDeleted(world, 'tenant-a', PROTECTED);
    for (const { metadata } of world.cluster.caches.attachments.list())
      world.cluster.deleteAttachment(metadata.name);
    await world.clock.advance(600_000);
    expect(conditionsOf(world, 'tenant-a')).toEqual([
      'Ready=False DeletionProtected',
      'Stalled=True DeletionProtected',
      'Blocked=True DeletionProtected',
    ]);
    expect(world.ec2.changes()).toHaveLength(changes);
    markDeleted(world, 'tenant-a', {});
    await world.clock.advance(30_000);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
    expect(ours(world)).toEqual([]);
  });
});
