import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { aReadyAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { ATTACHMENT, engineWorld, type EngineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const DETACH = 'DetachNetworkInterface';
const DELETE = 'DeleteNetworkInterface';

/** A world whose attachment is Ready. */
async function readyWorld(): Promise<EngineWorld> {
  const world = engineWorld();
  world.addAttachment();
  world.start();
  await world.clock.advance(10_000);
  expect(world.ready()).toMatch(/^True/);
  return world;
}

function changesSince(world: EngineWorld, count: number): string[] {
  return world.ec2.changes().slice(count);
}

function isGone(world: EngineWorld): boolean {
  return world.cluster.caches.attachments.get(ATTACHMENT) === undefined;
}

describe('releasing an attachment', () => {
  it('detaches and deletes its ENI by two calls, then lets the object go', async () => {
    const world = await readyWorld();
    world.ec2.region.setTiming({ detachMs: 3_000 });
    const before = world.ec2.changes().length;
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(1_000);
    expect(isGone(world)).toBe(false);
    await world.clock.advance(10_000);
    expect(changesSince(world, before)).toEqual([DETACH, DELETE]);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
    expect(world.cluster.events.map(({ reason }) => reason)).toEqual([
      'ENIAttached',
      'ENIDetached',
      'ENIDeleted',
    ]);
  });

  it('that was never sent to EC2 makes no call', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.cluster.deleteAttachment(ATTACHMENT);
    world.start();
    await world.clock.advance(1_000);
    expect(isGone(world)).toBe(true);
    expect(world.ec2.changes()).toEqual([]);
  });

  it('whose ENI is attached to nothing deletes it only', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.detach(eni?.attachment?.attachmentId ?? '');
    const before = world.ec2.changes().length;
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(60_000);
    expect(changesSince(world, before).filter((action) => action !== DETACH)).toEqual([DELETE]);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
  });

  it('of an instance that is shutting down makes no call: EC2 takes the ENI', async () => {
    const world = await readyWorld();
    world.ec2.region.setInstanceState('i-1', 'shutting-down');
    const before = world.ec2.changes().length;
    await world.clock.advance(60_000);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(30_000);
    expect(isGone(world)).toBe(false);
    world.ec2.region.setInstanceState('i-1', 'terminated');
    await world.clock.advance(500_000);
    expect(changesSince(world, before)).toEqual([]);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
  });

  it('whose ENI outlived its instance deletes it', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) =>
      each.attachment === undefined
        ? each
        : { ...each, attachment: { ...each.attachment, deleteOnTermination: false } },
    );
    world.ec2.region.setInstanceState('i-1', 'terminated');
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(500_000);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
  });

  it('whose ENI somebody deleted ends without a call on anything else', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.removeEni(eni?.eniId ?? '');
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(200_000);
    expect(isGone(world)).toBe(true);
  });

  it('goes on when the reply to the delete is lost', async () => {
    const world = await readyWorld();
    world.ec2.fail({ action: DELETE, code: 'TimeoutError', status: 'none', isCarriedOut: true });
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(10_000);
    expect(isGone(world)).toBe(true);
    expect(ours(world)).toEqual([]);
  });

  it('whose create was lost waits for two listings 30 s apart, and deletes what they show', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.region.setTiming({ visibleAfterMs: 20_000 });
    world.ec2.fail({ action: CREATE, code: 'TimeoutError', status: 'none', isCarriedOut: true });
    world.ec2.fail({ action: CREATE, code: 'ServiceUnavailable', status: 503, times: Infinity });
    world.start();
    await world.clock.advance(1_000);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(25_000);
    expect(ours(world)).toHaveLength(1);
    expect(isGone(world)).toBe(false);
    await world.clock.advance(30_000);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
  });

  it('whose create was refused ends at once: EC2 made no ENI', async () => {
    const world = engineWorld();
    world.ec2.fail({ action: CREATE, code: 'UnauthorizedOperation', status: 403, times: Infinity });
    world.addAttachment();
    world.start();
    await world.clock.advance(5_000);
    expect(world.ready()).toContain('Unauthorized');
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(2_000);
    expect(isGone(world)).toBe(true);
  });

  it('proves the absence anew, however an earlier attempt ended', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: CREATE, code: 'IdempotentParameterMismatch' });
    world.ec2.fail({ action: CREATE, code: 'TimeoutError', status: 'none', isCarriedOut: true });
    world.ec2.fail({ action: CREATE, code: 'ServiceUnavailable', status: 503, times: Infinity });
    world.start();
    await world.clock.advance(31_000);
    expect(world.cluster.attachment(ATTACHMENT).spec.attempt?.number).toBe(2);
    expect(ours(world)).toHaveLength(1);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(60_000);
    expect(ours(world)).toEqual([]);
    expect(isGone(world)).toBe(true);
  });

  it('never touches an ENI that lost our tags, and says what to do', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) => ({ ...each, tags: { Name: 'mine now' } }));
    world.leadership.isHeld = false;
    await world.clock.advance(400_000);
    world.leadership.isHeld = true;
    const before = world.ec2.changes().length;
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(400_000);
    expect(changesSince(world, before)).toEqual([]);
    expect(isGone(world)).toBe(false);
    expect(world.ready()).toContain('restore its networking.k8s.aws/ tags');
  });

  it('makes no call while this process does not lead', async () => {
    const world = await readyWorld();
    const before = world.ec2.changes().length;
    world.leadership.isHeld = false;
    world.cluster.deleteAttachment(ATTACHMENT);
    const { status } = world.cluster.attachment(ATTACHMENT);
    await world.clock.advance(60_000);
    expect(changesSince(world, before)).toEqual([]);
    expect(ours(world)).toHaveLength(1);
    expect(world.cluster.attachment(ATTACHMENT).status).toEqual(status);
  });
});

it('releases an attachment whose NodeENI went past its finalizer', async () => {
  const world = await readyWorld();
  const before = world.ec2.changes().length;
  world.cluster.removeNodeEni(aReadyAttachment().spec.nodeENI.name);
  world.cluster.putAttachment({ ...world.cluster.attachment(ATTACHMENT) });
  await world.clock.advance(30_000);
  expect(changesSince(world, before)).toEqual([DETACH, DELETE]);
  expect(isGone(world)).toBe(true);
});

it('leaves an object alone that does not bear our finalizer', async () => {
  const world = engineWorld();
  world.cluster.putAttachment(aReadyAttachment());
  world.start();
  await world.clock.advance(10_000);
  expect(world.ec2.changes()).toEqual([]);
  expect(world.cluster.writes).toEqual([]);
});

it('adopts an ENI whose objects were lost, without a detach', async () => {
  const world = await readyWorld();
  const [eni] = ours(world);
  const before = world.ec2.changes().length;
  world.cluster.removeAttachment(ATTACHMENT);
  world.addAttachment({ metadata: { uid: 'restored-from-git' } });
  world.start();
  await world.clock.advance(30_000);
  expect(changesSince(world, before)).toEqual([]);
  expect(world.ready()).toMatch(/^True/);
  expect(world.cluster.attachment(ATTACHMENT).status.eniID).toBe(eni?.eniId);
  expect(eni?.tags[ENI_TAGS.attachment]).not.toBe('restored-from-git');
  world.cluster.deleteAttachment(ATTACHMENT);
  await world.clock.advance(30_000);
  expect(ours(world)).toEqual([]);
  expect(isGone(world)).toBe(true);
});
