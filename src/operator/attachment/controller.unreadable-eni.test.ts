import { describe, expect, it } from 'vitest';
import { anEni } from '../../../test/builders/ec2-resources.ts';
import {
  ATTACHMENT,
  CLUSTER,
  engineWorld,
  type EngineWorld,
  ours,
} from '../../../test/support/engine-world.ts';
import { eniTags } from '../../domain/ownership.ts';

const MINUTE_MS = 60_000;

/** A world whose attachment has its ENI. */
async function readyWorld(): Promise<EngineWorld> {
  const world = engineWorld();
  world.addAttachment();
  world.start();
  await world.clock.advance(30_000);
  expect(world.ready()).toMatch(/^True Ready/);
  return world;
}

function makeUnreadable(world: EngineWorld): void {
  for (const { eniId } of ours(world)) world.ec2.unreadable.add(eniId);
}

describe('an ENI that EC2 describes in a way that cannot be understood', () => {
  it('stays as it is, and its attachment Ready', async () => {
    const world = await readyWorld();
    const before = ours(world);
    makeUnreadable(world);
    await world.clock.advance(30 * MINUTE_MS);
    expect(ours(world)).toEqual(before);
    expect(world.ready()).toMatch(/^True Ready/);
  });

  it('is not made a second time after a restart', async () => {
    const world = await readyWorld();
    makeUnreadable(world);
    world.start();
    await world.clock.advance(30 * MINUTE_MS);
    expect(ours(world)).toHaveLength(1);
    expect(world.ec2.callsOf('CreateNetworkInterface')).toHaveLength(1);
    world.ec2.unreadable.clear();
    await world.clock.advance(10 * MINUTE_MS);
    expect(world.ready()).toMatch(/^True Ready/);
  });

  it('does not let a release end as if it were gone, and goes once it is understood', async () => {
    const world = await readyWorld();
    makeUnreadable(world);
    world.start();
    await world.cluster.attachmentWriter.delete(
      { name: ATTACHMENT, uid: world.cluster.attachment(ATTACHMENT).metadata.uid },
      new AbortController().signal,
    );
    await world.clock.advance(30 * MINUTE_MS);
    expect(ours(world)).toHaveLength(1);
    expect(world.cluster.attachment(ATTACHMENT).metadata.deletionTimestamp).toBeDefined();
    world.ec2.unreadable.clear();
    await world.clock.advance(20 * MINUTE_MS);
    expect(ours(world)).toEqual([]);
    expect(world.cluster.caches.attachments.get(ATTACHMENT)).toBeUndefined();
  });

  it('is never collected, though it was a leak when it was last understood', async () => {
    const world = engineWorld();
    const tags = eniTags({
      cluster: CLUSTER,
      purpose: { nodeEniName: 'gone', instanceId: 'i-2', slotKey: 'id/subnet-a' },
      nodeName: 'node-2',
      nodeEniUid: 'uid-nodeeni',
      attachmentUid: 'uid-gone',
      attempt: 1,
      createdAt: new Date(world.clock.now() - 60 * MINUTE_MS).toISOString(),
      userTags: {},
    });
    world.ec2.region.addEni(anEni({ eniId: 'eni-leak', tags }));
    world.start();
    await world.clock.advance(6 * MINUTE_MS);
    world.ec2.unreadable.add('eni-leak');
    await world.clock.advance(60 * MINUTE_MS);
    expect(world.ec2.region.enis().map(({ eniId }) => eniId)).toContain('eni-leak');
    expect(world.ec2.changes()).toEqual([]);
    world.ec2.unreadable.clear();
    await world.clock.advance(20 * MINUTE_MS);
    expect(world.ec2.region.enis().map(({ eniId }) => eniId)).not.toContain('eni-leak');
  });
});
