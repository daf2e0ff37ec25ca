import { describe, expect, it } from 'vitest';
import { FINALIZER } from '../../../api/v1alpha1/names.ts';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { anInstance } from '../../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { engineWorld, type EngineWorld, ours } from '../../../test/support/engine-world.ts';

/** Both controllers at work on one NodeENI that selects node-1. */
async function runningWorld(ms = 10_000): Promise<EngineWorld> {
  const world = engineWorld();
  world.start({ nodeEnis: true });
  await world.clock.advance(ms);
  return world;
}

function reasonOf({ cluster }: EngineWorld): string {
  const ready = cluster.nodeEni('tenant-a').status.conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status} ${ready?.reason}`;
}

function deleteNodeEni({ cluster }: EngineWorld): void {
  const nodeEni = cluster.nodeEni('tenant-a');
  const metadata = { ...nodeEni.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  cluster.putNodeEni({ ...nodeEni, metadata });
}

const OUTAGE = { action: '*', code: 'InternalError', status: 500, times: Infinity };

describe('a NodeENI', () => {
  it('gets its finalizer before anything exists that it protects', async () => {
    const world = engineWorld();
    world.cluster.putNodeEni(aNodeEni());
    world.start({ nodeEnis: true });
    await world.clock.advance(10_000);
    expect(world.cluster.nodeEni('tenant-a').metadata.finalizers).toEqual([FINALIZER]);
    expect(world.cluster.writes.slice(0, 2)).toEqual(['addFinalizer', 'applyIntent']);
    expect(ours(world)).toHaveLength(1);
  });

  it('becomes Ready when its ENI is, owns its attachments, and is silent from then on', async () => {
    const world = await runningWorld(60_000);
    expect(reasonOf(world)).toBe('True Ready');
    const [attachment] = world.cluster.caches.attachments.list();
    expect(attachment?.metadata).toMatchObject({
      finalizers: [FINALIZER],
      ownerReferences: [{ name: 'tenant-a', controller: true, blockOwnerDeletion: true }],
    });
    expect(attachment?.spec).toMatchObject({
      nodeName: 'node-1',
      instanceID: 'i-1',
      slot: 'id/subnet-a',
      subnetID: 'subnet-a',
      deviceIndex: 2,
      zone: 'us-east-1a',
    });
    const writes = world.cluster.writes.length;
    await world.clock.advance(1_800_000);
    expect(world.cluster.writes).toHaveLength(writes);
  });

  it('that selects no node is Ready, and asks EC2 for nothing', async () => {
    const world = engineWorld();
    world.cluster.removeNode('node-1');
    world.start({ nodeEnis: true });
    await world.clock.advance(10_000);
    expect(reasonOf(world)).toBe('True NoMatchingNodes');
    expect(new Set(world.ec2.calls.map(({ action }) => action))).toEqual(
      new Set(['DescribeNetworkInterfaces']),
    );
  });

  it('whose subnet does not exist says so, and goes on within two minutes once it was made', async () => {
    const world = engineWorld();
    world.cluster.putNodeEni(aNodeEni({ subnetID: 'subnet-late' }, { finalizers: [FINALIZER] }));
    world.start({ nodeEnis: true });
    await world.clock.advance(10_000);
    expect(reasonOf(world)).toBe('False SubnetNotFound');
    expect(world.cluster.caches.attachments.list()).toEqual([]);
    const [subnet] = world.ec2.region.subnets();
    if (subnet === undefined) throw new Error('no subnet');
    world.ec2.region.addSubnet({ ...subnet, subnetId: 'subnet-late', availableAddresses: 50 });
    await world.clock.advance(120_000);
    expect(reasonOf(world)).toBe('True Ready');
  });
});

describe('many attachments at once', () => {
  it('are told in minutes to come, which go down to none and are not written for their own sake', async () => {
    const world = engineWorld({ ec2Share: 0.02 });
    for (let n = 2; n <= 20; n += 1) {
      world.ec2.region.addInstance(anInstance({ instanceId: `i-${n}` }), 'subnet-a');
      world.cluster.putNode(aClusterNode({ name: `node-${n}`, uid: `node-uid-${n}`, instanceId: `i-${n}` }));
    }
    world.start({ nodeEnis: true });
    const told: (number | undefined)[] = [];
    for (let second = 0; second < 400 && reasonOf(world) !== 'True Ready'; second += 1) {
      await world.clock.advance(1_000);
      const { predictedMinutes } = world.cluster.nodeEni('tenant-a').status;
      if (predictedMinutes !== told.at(-1)) told.push(predictedMinutes);
    }
    expect(reasonOf(world)).toBe('True Ready');
    // 20 attaches at 0.1 a second, one of them at once; the news of the last one tells that nothing is left.
    expect(told).toEqual([4, 3, 2, 1, undefined]);
    expect(world.cluster.nodeEni('tenant-a').status).not.toHaveProperty('predictedMinutes');
    const writes = world.cluster.writes.length;
    await world.clock.advance(1_800_000);
    expect(world.cluster.writes).toHaveLength(writes);
  });
});

describe('a subnet whose name goes to another one', () => {
  it('keeps its ENI where it is, and warns in a condition and an event', async () => {
    const world = engineWorld();
    const [subnet] = world.ec2.region.subnets();
    if (subnet === undefined) throw new Error('no subnet');
    const tenant = { ...subnet, availableAddresses: 50, name: 'tenant' };
    world.ec2.region.addSubnet(tenant);
    world.cluster.putNodeEni(aNodeEni({ subnetName: 'tenant' }, { finalizers: [FINALIZER] }));
    world.start({ nodeEnis: true });
    await world.clock.advance(60_000);
    expect(reasonOf(world)).toBe('True Ready');
    const [before] = world.cluster.caches.attachments.list();
    world.ec2.region.addSubnet({ ...tenant, name: 'old' });
    world.ec2.region.addSubnet({ ...tenant, subnetId: 'subnet-new' });
    world.start({ nodeEnis: true });
    await world.clock.advance(60_000);
    expect(reasonOf(world)).toBe('True Ready');
    expect(world.cluster.caches.attachments.list().map(({ spec }) => spec)).toEqual([before?.spec]);
    const moved = world.cluster.nodeEni('tenant-a').status.conditions?.at(-1);
    expect(moved).toMatchObject({ type: 'SubnetNameMoved', status: 'True' });
    expect(moved?.message).toContain('subnet name "tenant" means subnet-new now');
    expect(world.cluster.events.map(({ reason }) => reason)).toContain('SubnetNameMoved');
    expect(world.ec2.callsOf('CreateNetworkInterface')).toHaveLength(1);
    expect(world.ec2.changes()).not.toContain('DetachNetworkInterface');
  });
});

describe('EC2 that cannot be reached', () => {
  it('is told in the condition, and forgotten when it answers again', async () => {
    const world = engineWorld();
    world.ec2.fail(OUTAGE);
    world.start({ nodeEnis: true });
    await world.clock.advance(60_000);
    expect(reasonOf(world)).toBe('False EC2Unavailable');
    expect(world.cluster.caches.attachments.list()).toEqual([]);
    world.ec2.heal();
    await world.clock.advance(300_000);
    expect(reasonOf(world)).toBe('True Ready');
  });

  it('releases nothing', async () => {
    const world = await runningWorld();
    world.ec2.fail(OUTAGE);
    world.cluster.removeNode('node-1');
    await world.clock.advance(250_000);
    const [attachment] = world.cluster.caches.attachments.list();
    expect(attachment?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('a node that loses its label', () => {
  it('keeps its ENI when the label is back within the grace', async () => {
    const world = await runningWorld();
    const changes = world.ec2.changes().length;
    world.cluster.putNode(aClusterNode({ labels: {} }));
    await world.clock.advance(29_000);
    world.cluster.putNode(aClusterNode());
    await world.clock.advance(120_000);
    expect(world.ec2.changes()).toHaveLength(changes);
    expect(world.cluster.caches.attachments.list()[0]?.status.unwantedSince).toBeUndefined();
    expect(reasonOf(world)).toBe('True Ready');
  });

  it('loses its ENI after the grace', async () => {
    const world = await runningWorld();
    world.cluster.putNode(aClusterNode({ labels: {} }));
    await world.clock.advance(29_000);
    expect(ours(world)).toHaveLength(1);
    await world.clock.advance(31_000);
    expect(ours(world)).toEqual([]);
    expect(world.cluster.caches.attachments.list()).toEqual([]);
    expect(reasonOf(world)).toBe('True NoMatchingNodes');
  });

  it('does not wait longer after a restart within the grace', async () => {
    const world = await runningWorld();
    world.cluster.putNode(aClusterNode({ labels: {} }));
    await world.clock.advance(20_000);
    world.start({ nodeEnis: true });
    await world.clock.advance(25_000);
    expect(ours(world)).toEqual([]);
  });
});

describe('a Node that is gone while its instance runs', () => {
  it('keeps its ENI for five minutes', async () => {
    const world = await runningWorld();
    world.cluster.removeNode('node-1');
    await world.clock.advance(290_000);
    expect(ours(world)).toHaveLength(1);
    await world.clock.advance(40_000);
    expect(ours(world)).toEqual([]);
  });
});

describe('deleting a NodeENI', () => {
  it('releases everything, then removes the finalizer', async () => {
    const world = await runningWorld();
    world.ec2.region.setTiming({ detachMs: 5_000 });
    deleteNodeEni(world);
    await world.clock.advance(3_000);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeDefined();
    expect(reasonOf(world)).toBe('False Releasing');
    await world.clock.advance(30_000);
    expect(ours(world)).toEqual([]);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
    expect(world.cluster.writes.slice(-2)).toEqual(['finishAttachment', 'removeFinalizer']);
  });

  it('keeps the finalizer while a quorum list shows an attachment that the cache does not', async () => {
    const world = await runningWorld();
    const [attachment] = world.cluster.caches.attachments.list();
    if (attachment === undefined) throw new Error('no attachment');
    const hidden = [attachment];
    world.cluster.attachmentWriter.list = async () => hidden;
    world.cluster.removeAttachment(attachment.metadata.name);
    deleteNodeEni(world);
    await world.clock.advance(60_000);
    expect(world.cluster.nodeEni('tenant-a').metadata.finalizers).toEqual([FINALIZER]);
  });

  it('works while EC2 cannot tell about subnets, groups and instances', async () => {
    const world = engineWorld();
    world.ec2.fail({ ...OUTAGE, action: 'DescribeSubnets' });
    world.ec2.fail({ ...OUTAGE, action: 'DescribeSecurityGroups' });
    world.start({ nodeEnis: true });
    await world.clock.advance(10_000);
    deleteNodeEni(world);
    await world.clock.advance(300_000);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
  });

  it('that is over, but for the finalizer of somebody else, is left alone', async () => {
    const world = engineWorld();
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    world.cluster.putNodeEni(aNodeEni({}, { finalizers: ['example.com/theirs'], deletionTimestamp }));
    world.start({ nodeEnis: true });
    await world.clock.advance(60_000);
    expect(world.cluster.writes).toEqual([]);
  });
});
