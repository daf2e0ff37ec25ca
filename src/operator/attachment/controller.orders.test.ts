import { describe, expect, it } from 'vitest';
import { RELEASE_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import { ATTACHMENT, engineWorld, type EngineWorld, ours } from '../../../test/support/engine-world.ts';

const DETACH = 'DetachNetworkInterface';

/** A world whose attachment is Ready. */
async function readyWorld(): Promise<EngineWorld> {
  const world = engineWorld();
  world.addAttachment();
  world.start();
  await world.clock.advance(10_000);
  expect(world.ready()).toMatch(/^True/);
  return world;
}

function orderOnAttachment(world: EngineWorld, annotation: string): void {
  const stored = world.cluster.attachment(ATTACHMENT);
  const metadata = { ...stored.metadata, annotations: { [annotation]: 'true' } };
  world.cluster.putAttachment({ ...stored, metadata });
}

/** Deletes the NodeENI; `annotation` is put on it without a change of its generation. */
function orderOnNodeEni(world: EngineWorld, annotation: string): void {
  const stored = world.cluster.nodeEni('tenant-a');
  const { generation } = stored.metadata;
  const deleted = {
    ...stored.metadata,
    generation: generation + 1,
    deletionTimestamp: '2026-01-02T00:00:00Z',
  };
  world.cluster.putNodeEni({ ...stored, metadata: deleted });
  world.cluster.putNodeEni({ ...stored, metadata: { ...deleted, annotations: { [annotation]: 'true' } } });
}

function isGone(world: EngineWorld): boolean {
  return world.cluster.caches.attachments.get(ATTACHMENT) === undefined;
}

function detaches(world: EngineWorld): unknown[] {
  return world.ec2.callsOf(DETACH).map(({ input }) => input);
}

describe('an abandoned attachment', () => {
  it.each(['attachment', 'NodeENI'])(
    'goes at once by an order on the %s; its ENI stays as it is and is named in an event',
    async (where) => {
      const world = await readyWorld();
      world.ec2.region.setTiming({ detachMs: Infinity });
      world.cluster.deleteAttachment(ATTACHMENT);
      await world.clock.advance(10_000);
      const [before] = ours(world);
      const changes = world.ec2.changes().length;
      if (where === 'attachment') orderOnAttachment(world, RELEASE_ANNOTATIONS.abandon);
      else orderOnNodeEni(world, RELEASE_ANNOTATIONS.abandon);
      await world.clock.advance(1);
      expect(isGone(world)).toBe(true);
      expect(ours(world)).toEqual([before]);
      expect(world.ec2.changes()).toHaveLength(changes);
      const told = world.cluster.events.filter(({ reason }) => reason === 'ENIAbandoned');
      expect(told).toMatchObject([{ kind: 'NodeENI', name: 'tenant-a', type: 'Warning' }]);
      expect(told[0]?.message).toContain(before?.eniId);
    },
  );

  it('goes although EC2 refuses everything, and before the first listing', async () => {
    const world = await readyWorld();
    world.ec2.fail({ action: '*', code: 'UnauthorizedOperation', status: 403, times: 1_000 });
    world.cluster.deleteAttachment(ATTACHMENT);
    world.start();
    await world.clock.advance(10_000);
    expect(isGone(world)).toBe(false);
    orderOnAttachment(world, RELEASE_ANNOTATIONS.abandon);
    await world.clock.advance(60_000);
    expect(isGone(world)).toBe(true);
    const told = world.cluster.events.find(({ reason }) => reason === 'ENIAbandoned');
    expect(told?.message).toContain(ours(world)[0]?.eniId);
  });

  it('is kept while it is not being deleted', async () => {
    const world = await readyWorld();
    orderOnAttachment(world, RELEASE_ANNOTATIONS.abandon);
    await world.clock.advance(60_000);
    expect(isGone(world)).toBe(false);
    expect(world.ready()).toMatch(/^True/);
  });

  it('leaves an ENI that is collected once it is free', async () => {
    const world = await readyWorld();
    orderOnAttachment(world, RELEASE_ANNOTATIONS.abandon);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(30 * 60_000);
    expect(ours(world)).toHaveLength(1);
    world.ec2.region.detach(ours(world)[0]?.attachment?.attachmentId ?? '');
    await world.clock.advance(16 * 60_000);
    expect(ours(world)).toEqual([]);
  });

  it('leaves an ENI that a new attachment of the same purpose adopts', async () => {
    const world = await readyWorld();
    const [before] = ours(world);
    orderOnAttachment(world, RELEASE_ANNOTATIONS.abandon);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(1_000);
    world.addAttachment({ metadata: { uid: 'restored' } });
    await world.clock.advance(60 * 60_000);
    expect(world.ready()).toMatch(/^True/);
    expect(ours(world).map(({ eniId }) => eniId)).toEqual([before?.eniId]);
  });
});

describe('a forced detach', () => {
  it('is sent once a plain one has not ended within 60 s of its first sight', async () => {
    const world = await readyWorld();
    const attachmentId = ours(world)[0]?.attachment?.attachmentId;
    world.ec2.region.setTiming({ detachMs: Infinity });
    orderOnAttachment(world, RELEASE_ANNOTATIONS.forceDetach);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(59_000);
    expect(detaches(world)).toEqual([attachmentId]);
    await world.clock.advance(30_000);
    expect(detaches(world)).toEqual([attachmentId, { attachmentId, force: true }]);
    expect(isGone(world)).toBe(true);
    expect(ours(world)).toEqual([]);
  });

  it('counts the time before the order, too, and is not repeated within 60 s', async () => {
    const world = await readyWorld();
    world.ec2.region.setTiming({ detachMs: Infinity });
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(10 * 60_000);
    expect(detaches(world)).toHaveLength(1);
    world.ec2.fail({ action: DETACH, code: 'IncorrectState', times: 1 });
    orderOnNodeEni(world, RELEASE_ANNOTATIONS.forceDetach);
    await world.clock.advance(60_000);
    expect(isGone(world)).toBe(true);
    expect(detaches(world).length).toBeLessThanOrEqual(3);
  });

  it('is never sent without the order', async () => {
    const world = await readyWorld();
    world.ec2.region.setTiming({ detachMs: Infinity });
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(60 * 60_000);
    expect(detaches(world)).toHaveLength(1);
    expect(isGone(world)).toBe(false);
  });
});
