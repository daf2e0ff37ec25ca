import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { anInstance } from '../../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { ATTACHMENT, engineWorld, ours } from '../../../test/support/engine-world.ts';

const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';
const MODIFY = 'ModifyNetworkInterfaceAttribute';

describe('an attachment that is wanted', () => {
  it('gets one ENI at its index by three calls, and is Ready when EC2 has confirmed it', async () => {
    const world = engineWorld();
    world.ec2.region.setTiming({ createMs: 500, attachMs: 3_000 });
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    expect(world.ec2.changes()).toEqual([CREATE, ATTACH, MODIFY]);
    expect(ours(world)).toMatchObject([
      {
        status: 'in-use',
        attachment: { instanceId: 'i-1', deviceIndex: 2, status: 'attached', deleteOnTermination: true },
      },
    ]);
    expect(world.ready()).toBe('True Ready: the ENI is attached as wanted');
    expect(world.cluster.events.map(({ reason }) => reason)).toEqual(['ENIAttached']);
  });

  it('sets sourceDestCheck before it attaches', async () => {
    const world = engineWorld();
    world.addAttachment({ spec: { sourceDestCheck: false, deleteOnTermination: false } });
    world.start();
    await world.clock.advance(10_000);
    expect(world.ec2.changes()).toEqual([CREATE, MODIFY, ATTACH]);
    expect(ours(world)).toMatchObject([
      { sourceDestCheck: false, attachment: { deleteOnTermination: false } },
    ]);
  });

  it('persists its inputs before EC2 hears of it', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.ec2.fail({ action: CREATE, code: 'InternalError', status: 500, times: Infinity });
    world.start();
    await world.clock.advance(5_000);
    const { attempt } = world.cluster.attachment(ATTACHMENT).spec;
    expect(attempt).toMatchObject({ number: 1, subnetID: 'subnet-a', securityGroupIDs: ['sg-1'] });
    expect(world.ec2.callsOf(CREATE)[0]?.input).toMatchObject({ tags: attempt?.tags });
  });

  it('costs nothing once it is Ready: no write and one listing a resync', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(100_000);
    const [calls, writes] = [world.ec2.calls.length, world.cluster.writes.length];
    expect(writes).toBeLessThanOrEqual(6);
    await world.clock.advance(3_600_000);
    expect(world.ec2.calls.length - calls).toBe(12);
    expect(world.cluster.writes).toHaveLength(writes);
  });

  it('is put right when somebody changes its attributes or detaches it', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) => ({ ...each, sourceDestCheck: false }));
    await world.clock.advance(310_000);
    expect(ours(world)).toMatchObject([{ sourceDestCheck: true }]);
    world.ec2.region.detach(eni?.attachment?.attachmentId ?? '');
    await world.clock.advance(310_000);
    expect(ours(world)).toMatchObject([
      { eniId: eni?.eniId, attachment: { deviceIndex: 2, status: 'attached' } },
    ]);
    expect(world.ready()).toMatch(/^True/);
  });

  it('gets a new ENI when its own vanished, after two reads 30 s apart', async () => {
    const world = engineWorld();
    world.addAttachment();
    world.start();
    await world.clock.advance(10_000);
    const [eni] = ours(world);
    world.ec2.region.removeEni(eni?.eniId ?? '');
    await world.clock.advance(400_000);
    const [another] = ours(world);
    expect(ours(world)).toHaveLength(1);
    expect(another?.eniId).not.toBe(eni?.eniId);
    expect(another?.tags[ENI_TAGS.attempt]).toBe('2');
    expect(world.ready()).toMatch(/^True/);
  });

  it('makes no ENI before the first listing has been read', async () => {
    const world = engineWorld();
    world.ec2.fail({ action: 'DescribeNetworkInterfaces', code: 'InternalError', status: 500, times: 6 });
    world.addAttachment();
    world.start();
    await world.clock.advance(60_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False Pending/);
    await world.clock.advance(10_000);
    expect(ours(world)).toHaveLength(1);
  });
});

describe('an attachment that may not go on', () => {
  it('of a Node that is about to go gets nothing', async () => {
    const world = engineWorld();
    world.cluster.putNode(aClusterNode({ isGoing: true }));
    world.addAttachment();
    world.start();
    await world.clock.advance(120_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False NodeDisrupted/);
  });

  it('of an instance that is not running waits, and goes on when it runs', async () => {
    const world = engineWorld();
    world.ec2.region.setInstanceState('i-1', 'stopping');
    world.addAttachment();
    world.start();
    await world.clock.advance(61_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False InstanceNotRunning/);
    world.ec2.region.setInstanceState('i-1', 'running');
    await world.clock.advance(130_000);
    expect(world.ready()).toMatch(/^True/);
  });

  it('whose index somebody else holds says who, and makes no ENI', async () => {
    const world = engineWorld();
    const holder = world.ec2.region.occupy('i-1', 2, 'subnet-a');
    world.addAttachment();
    world.start();
    await world.clock.advance(600_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False DeviceIndexInUse/);
    expect(world.ready()).toContain(holder);
    world.ec2.region.removeEni(holder);
    await world.clock.advance(130_000);
    expect(world.ready()).toMatch(/^True/);
  });

  it('on an instance without a free slot makes no ENI', async () => {
    const world = engineWorld();
    world.ec2.region.occupy('i-1', 1, 'subnet-a');
    world.ec2.region.occupy('i-1', 3, 'subnet-a');
    world.addAttachment();
    world.start();
    await world.clock.advance(600_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False InterfaceSlotsInUse/);
  });

  it('leaves the last slot to the trunk interface that its node waits for, and goes on without it', async () => {
    const world = engineWorld();
    world.ec2.region.occupy('i-1', 1, 'subnet-a');
    const node = aClusterNode();
    const labels = { ...node.labels, 'vpc.amazonaws.com/has-trunk-attached': 'false' };
    world.cluster.putNode({ ...node, labels });
    world.addAttachment();
    world.start();
    await world.clock.advance(600_000);
    expect(world.ec2.changes()).toEqual([]);
    expect(world.ready()).toMatch(/^False InterfaceSlotsInUse: .* kept for the trunk interface/);
    world.cluster.putNode(node);
    await world.clock.advance(130_000);
    expect(world.ready()).toMatch(/^True/);
  });

  it('whose group does not exist says so, and goes on once it was made', async () => {
    const world = engineWorld();
    world.cluster.putNodeEni({
      ...world.cluster.nodeEni('tenant-a'),
      spec: aNodeEni({ securityGroupIDs: ['sg-late'] }).spec,
    });
    world.addAttachment();
    world.start();
    await world.clock.advance(61_000);
    expect(world.ready()).toMatch(/^False SecurityGroupNotFound/);
    expect(world.ec2.changes()).toEqual([]);
    world.ec2.region.addSecurityGroup({ groupId: 'sg-late', groupName: 'late', vpcId: 'vpc-1' });
    await world.clock.advance(130_000);
    expect(world.ready()).toMatch(/^True/);
  });

  it('makes no call while this process does not lead, and goes on when it does', async () => {
    const world = engineWorld();
    world.leadership.isHeld = false;
    world.addAttachment();
    world.start();
    await world.clock.advance(60_000);
    expect(world.ec2.changes()).toEqual([]);
    world.leadership.isHeld = true;
    await world.clock.advance(300_000);
    expect(ours(world)).toHaveLength(1);
  });
});

describe('many attachments', () => {
  it('share the buckets: who gets no permit is woken when one is free, none is left behind', async () => {
    const world = engineWorld({ ec2Share: 0.02 });
    const names = Array.from({ length: 6 }, (_, index) => `att-${index}`);
    for (const [index, name] of names.entries()) {
      const instanceID = `i-many-${index}`;
      world.ec2.region.addInstance(anInstance({ instanceId: instanceID }), 'subnet-a');
      world.addAttachment({ metadata: { name, uid: `uid-${index}` }, spec: { instanceID } });
    }
    world.start();
    await world.clock.advance(5_000);
    expect(names.filter((name) => world.ready(name).startsWith('False Pending')).length).toBeGreaterThan(3);
    await world.clock.advance(200_000);
    expect(names.map((name) => world.ready(name).split(':')[0])).toEqual(names.map(() => 'True Ready'));
    const creates = world.ec2.callsOf(CREATE);
    expect(creates).toHaveLength(6);
    // Two at once (2 % of 100), then one every ten seconds (2 % of 5 a second).
    for (const [index, { atMs }] of creates.entries()) {
      expect(index + 1).toBeLessThanOrEqual(2 + (atMs / 1_000) * 0.1 + 0.001);
    }
  });
});
