import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { anAttachedEni } from '../../../test/builders/ec2-resources.ts';
import { referenceTags, templateTags } from '../../../test/builders/strangers.ts';
import { ATTACHMENT, CLUSTER, engineWorld, type EngineWorld } from '../../../test/support/engine-world.ts';
import type { Eni } from '../../domain/ec2-resources.ts';

const MODIFY = 'ModifyNetworkInterfaceAttribute';
const WISH = { description: 'NodeENI tenant-a on node-1' };

/** A world in which an ENI of others is attached to i-1 before anything begins. */
function worldWith(place: Parameters<typeof anAttachedEni>[0], eni: Partial<Eni> = {}): EngineWorld {
  const world = engineWorld();
  const theirs = { eniId: 'eni-theirs', tags: referenceTags(), description: WISH.description, ...eni };
  world.ec2.region.addEni(anAttachedEni(place, theirs));
  return world;
}

async function run(world: EngineWorld, ms = 20_000): Promise<NodeENIAttachment> {
  world.start({ nodeEnis: true });
  await world.clock.advance(ms);
  const [attachment] = world.cluster.caches.attachments.list();
  if (attachment === undefined) throw new Error('no attachment');
  return attachment;
}

function ready({ status }: NodeENIAttachment): string {
  return (status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status}/${reason}`).join(' ');
}

function eni(world: EngineWorld, eniId = 'eni-theirs'): Eni | undefined {
  return world.ec2.region.enis().find((each) => each.eniId === eniId);
}

describe.each([
  ['the reference', referenceTags()],
  ['a launch template', templateTags(CLUSTER.name)],
])('an ENI that %s attached', (_, tags) => {
  it('becomes the attachment’s by one call, and costs nothing afterwards', async () => {
    const world = worldWith({ deviceIndex: 2 }, { tags });
    const attachment = await run(world);
    expect(ready(attachment)).toBe('Attached=True/Attached Ready=True/Ready');
    expect(attachment.status).toMatchObject({ eniID: 'eni-theirs', attempt: 0 });
    expect(world.ec2.changes()).toEqual(['CreateTags']);
    expect(eni(world)?.tags).toMatchObject({
      ...tags,
      [ENI_TAGS.managedBy]: 'multi-eni-operator',
      [ENI_TAGS.cluster]: CLUSTER.name,
      [ENI_TAGS.clusterUid]: CLUSTER.uid,
      [ENI_TAGS.instance]: 'i-1',
      [ENI_TAGS.slot]: 'id/subnet-a',
      [ENI_TAGS.attachment]: attachment.metadata.uid,
    });
    expect(world.cluster.events.map(({ reason }) => reason)).toContain('ENIAdopted');
    const calls = world.ec2.calls.length;
    await world.clock.advance(3_600_000);
    const later = world.ec2.calls.slice(calls).map(({ action }) => action);
    expect(later.every((action) => action === 'DescribeNetworkInterfaces')).toBe(true);
    expect(later).toHaveLength(12);
  });

  it('is kept at the index that it has, which is told as a detail', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags });
    const attachment = await run(world);
    expect(ready(attachment)).toBe(
      'Attached=True/Attached Ready=True/Ready DeviceIndexMismatch=True/TakenOver',
    );
    const nodeEni = world.cluster.nodeEni('tenant-a');
    expect(nodeEni.status.conditions).toMatchObject([
      { type: 'Ready', status: 'True' },
      { type: 'DeviceIndexMismatch', status: 'True', message: expect.stringContaining('node-1') },
    ]);
    expect(nodeEni.status.attachments).toMatchObject([{ eniID: 'eni-theirs', deviceIndex: 1 }]);
    expect(eni(world)?.attachment?.deviceIndex).toBe(1);
  });

  it('is then put right as any other', async () => {
    const world = worldWith(
      { deviceIndex: 2, deleteOnTermination: false },
      { tags, description: 'theirs', securityGroupIds: ['sg-old'], sourceDestCheck: false },
    );
    expect(ready(await run(world))).toContain('Ready=True');
    expect(world.ec2.changes()).toEqual(['CreateTags', MODIFY, MODIFY, MODIFY, MODIFY]);
    expect(eni(world)).toMatchObject({
      ...WISH,
      securityGroupIds: ['sg-1'],
      sourceDestCheck: true,
      attachment: { deleteOnTermination: true },
    });
  });

  it('is released as any other, wherever it is', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags });
    await run(world);
    const nodeEni = world.cluster.nodeEni('tenant-a');
    const metadata = { ...nodeEni.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    world.cluster.putNodeEni({ ...nodeEni, metadata });
    await world.clock.advance(60_000);
    expect(eni(world)).toBeUndefined();
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
  });

  it('gets no double when the reply to its tags is lost', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags });
    world.ec2.fail({ action: 'CreateTags', code: 'TimeoutError', status: 'none', isCarriedOut: true });
    const attachment = await run(world, 60_000);
    expect(ready(attachment)).toContain('Ready=True/Ready DeviceIndexMismatch=True');
    expect(attachment.status).toMatchObject({ eniID: 'eni-theirs', attempt: 0 });
    expect(world.ec2.changes()).toEqual(['CreateTags']);
  });

  it('is found again after a restart in the middle, and by new objects, at its index', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags });
    world.start({ nodeEnis: true });
    world.ec2.fail({ action: 'CreateTags', code: 'TimeoutError', status: 'none', isCarriedOut: true });
    while (world.ec2.changes().length === 0) await world.clock.advance(1);
    expect(ready(await run(world))).toContain('DeviceIndexMismatch=True');
    expect(world.ec2.changes()).toEqual(['CreateTags']);
    world.cluster.removeAttachment(world.cluster.caches.attachments.list()[0]?.metadata.name ?? '');
    const restored = await run(world);
    expect(restored.status).toMatchObject({ eniID: 'eni-theirs', state: 'Ready', deviceIndex: 1 });
    expect(world.ec2.changes()).toEqual(['CreateTags']);
  });

  it('is not touched, and not replaced, while EC2 refuses the tags', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags, description: 'theirs' });
    world.ec2.fail({ action: 'CreateTags', code: 'UnauthorizedOperation', times: Infinity });
    const attachment = await run(world, 60_000);
    expect(ready(attachment)).toContain('Ready=False/Unauthorized');
    expect(new Set(world.ec2.changes())).toEqual(new Set(['CreateTags']));
    expect(eni(world)?.description).toBe('theirs');
    world.ec2.heal();
    await world.clock.advance(400_000);
    expect(ready(world.cluster.attachment(attachment.metadata.name))).toContain('Ready=True');
  });

  it('is not stamped by a process that does not lead', async () => {
    const world = worldWith({ deviceIndex: 1 }, { tags });
    world.leadership.isHeld = false;
    await run(world);
    expect(world.ec2.changes()).toEqual([]);
    expect(eni(world)?.tags).toEqual(tags);
  });

  it('leaves a second one of its subnet alone', async () => {
    const world = worldWith({ deviceIndex: 2 }, { tags });
    const second = anAttachedEni({ deviceIndex: 1 }, { eniId: 'eni-00', tags });
    world.ec2.region.addEni(second);
    const attachment = await run(world);
    expect(attachment.status.eniID).toBe('eni-theirs');
    await world.clock.advance(3_600_000);
    expect(eni(world, 'eni-00')).toEqual(second);
  });
});

describe('an ENI of others that may not be taken over', () => {
  it.each([
    ['of another subnet', { subnetId: 'subnet-b' }],
    ['of a NodeENI that is not here', { tags: referenceTags({ NodeENI: 'tenant-z' }) }],
    ['of another cluster by our own tags', { tags: referenceTags({ [ENI_TAGS.clusterUid]: 'another' }) }],
    ['of another cluster’s launch template', { tags: templateTags('staging') }],
    ['without a tag of the reference', { tags: { NodeENI: 'tenant-a' } }],
  ])('(%s) is left as it is beside the one that is made', async (_, change) => {
    const world = worldWith({ deviceIndex: 1 }, change);
    const before = eni(world);
    const attachment = await run(world);
    expect(attachment.status.eniID).not.toBe('eni-theirs');
    expect(ready(attachment)).toBe('Attached=True/Attached Ready=True/Ready');
    expect(eni(world)).toEqual(before);
  });

  it('keeps its device index: the attachment waits', async () => {
    const world = worldWith({ deviceIndex: 2 }, { subnetId: 'subnet-b' });
    expect(ready(await run(world))).toContain('Ready=False/DeviceIndexInUse');
    expect(world.ec2.changes()).toEqual([]);
  });

  it('is an ENI of the reference where that is switched off; one of a launch template is taken all the same', async () => {
    const world = worldWith({ deviceIndex: 1 });
    world.start({ nodeEnis: true, takeOverReference: false });
    await world.clock.advance(20_000);
    expect(eni(world)?.tags).toEqual(referenceTags());
    expect(world.cluster.caches.attachments.list()[0]?.status.eniID).not.toBe('eni-theirs');
    const other = worldWith({ deviceIndex: 1 }, { tags: templateTags(CLUSTER.name) });
    other.start({ nodeEnis: true, takeOverReference: false });
    await other.clock.advance(20_000);
    expect(other.cluster.caches.attachments.list()[0]?.status.eniID).toBe('eni-theirs');
  });

  it('is told of once, where a launch template named the NodeENI', async () => {
    const world = worldWith({ deviceIndex: 2 }, { subnetId: 'subnet-b', tags: templateTags(CLUSTER.name) });
    await run(world, 600_000);
    const told = world.cluster.events.filter(({ reason }) => reason === 'ENINotAdopted');
    expect(told).toMatchObject([
      { name: 'tenant-a', type: 'Warning', message: expect.stringMatching(/subnet/) },
    ]);
  });

  it('waits with the node that is not selected; a label brings it in', async () => {
    const world = worldWith({ deviceIndex: 1 });
    world.cluster.putNode(aClusterNode({ labels: {} }));
    world.start({ nodeEnis: true });
    await world.clock.advance(20_000);
    expect(eni(world)?.tags).toEqual(referenceTags());
    world.cluster.putNode(aClusterNode());
    await world.clock.advance(20_000);
    expect(world.cluster.caches.attachments.list()[0]?.status.eniID).toBe('eni-theirs');
    expect(world.ec2.changes()).toEqual(['CreateTags']);
  });
});

describe('an ENI that was taken over', () => {
  it('is attached at the wanted index after somebody detached it', async () => {
    const world = worldWith({ deviceIndex: 1 });
    const { metadata } = await run(world);
    world.ec2.region.detach(eni(world)?.attachment?.attachmentId ?? '');
    await world.clock.advance(700_000);
    expect(eni(world)?.attachment?.deviceIndex).toBe(2);
    expect(ready(world.cluster.attachment(metadata.name))).toBe('Attached=True/Attached Ready=True/Ready');
  });

  it('is no reason to ask for others while attachments have theirs', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(20_000);
    expect(world.ready(ATTACHMENT)).toMatch(/^True/);
    const inputs = world.ec2.callsOf('DescribeNetworkInterfaces').map(({ input }) => input);
    expect(inputs.filter((input) => JSON.stringify(input).includes('tagKeys'))).toEqual([]);
  });
});
