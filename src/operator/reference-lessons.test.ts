import { describe, expect, it } from 'vitest';
import { FINALIZER } from '../../api/v1alpha1/names.ts';
import type { Node } from '../../gen/v1alpha1/stored.ts';
import { aClusterNode, SELECTED } from '../../test/builders/cluster-node.ts';
import { anInstance, aSubnet } from '../../test/builders/ec2-resources.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { engineWorld, type EngineWorld, ours } from '../../test/support/engine-world.ts';
import { toClusterNode } from './cluster-node.ts';

const CREATE = 'CreateNetworkInterface';
const DETACH = 'DetachNetworkInterface';
const DELETE = 'DeleteNetworkInterface';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Both controllers at work; NodeENI `tenant-a` selects every node. */
async function runningWorld(nodes = 1): Promise<EngineWorld> {
  const world = engineWorld();
  for (let n = 2; n <= nodes; n += 1) {
    world.ec2.region.addInstance(anInstance({ instanceId: `i-${n}` }), 'subnet-a');
    world.cluster.putNode(aClusterNode({ name: `node-${n}`, uid: `node-uid-${n}`, instanceId: `i-${n}` }));
  }
  world.start({ nodeEnis: true });
  await world.clock.advance(MINUTE_MS);
  expect(ours(world)).toHaveLength(nodes);
  return world;
}

function deleteNodeEni({ cluster }: EngineWorld): void {
  const stored = cluster.nodeEni('tenant-a');
  const metadata = { ...stored.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
  cluster.putNodeEni({ ...stored, metadata });
}

function nodeEniReady({ cluster }: EngineWorld, name = 'tenant-a'): string {
  const ready = cluster.nodeEni(name).status.conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status} ${ready?.reason}`;
}

/** node-1 as the API server shows it once its kubelet is silent. */
const UNREACHABLE: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'node-1',
    uid: 'node-uid-1',
    resourceVersion: '9',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { ...SELECTED },
  },
  spec: {
    providerID: 'aws:///us-east-1a/i-1',
    taints: (['NoSchedule', 'NoExecute'] as const).map((effect) => ({
      key: 'node.kubernetes.io/unreachable',
      effect,
    })),
  },
};

describe('what is attached', () => {
  it('keeps an ENI whose node is only unreachable', async () => {
    const world = await runningWorld();
    const before = ours(world);
    world.cluster.putNode(toClusterNode(UNREACHABLE));
    await world.clock.advance(2 * HOUR_MS);
    expect(ours(world)).toEqual(before);
    expect(nodeEniReady(world)).toBe('True Ready');
  });

  it('keeps an ENI whose Node registers anew and has no providerID yet', async () => {
    const world = await runningWorld();
    const before = ours(world);
    const { instanceId: _, ...node } = aClusterNode({ uid: 'node-uid-new' });
    world.cluster.removeNode('node-1');
    world.cluster.putNode(node);
    await world.clock.advance(4 * MINUTE_MS);
    world.cluster.putNode({ ...node, instanceId: 'i-1' });
    await world.clock.advance(HOUR_MS);
    expect(ours(world)).toEqual(before);
    expect(world.ec2.changes()).not.toContain(DETACH);
  });

  it('keeps an ENI whose NodeENI status was lost', async () => {
    const world = await runningWorld();
    const before = ours(world);
    world.cluster.putNodeEni({
      ...world.cluster.nodeEni('tenant-a'),
      status: { observedGeneration: -1 },
    });
    for (const { metadata, ...rest } of world.cluster.caches.attachments.list()) {
      world.cluster.putAttachment({ ...rest, metadata, status: { observedGeneration: -1 } });
    }
    world.start({ nodeEnis: true });
    await world.clock.advance(HOUR_MS);
    expect(ours(world)).toEqual(before);
    expect(nodeEniReady(world)).toBe('True Ready');
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
  });

  it('makes no second ENI when a status cannot be written', async () => {
    const world = engineWorld();
    const writer = world.cluster.attachmentWriter;
    const applyStatus = writer.applyStatus.bind(writer);
    let failures = 6;
    writer.applyStatus = (...of) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('the API server is busy')) : applyStatus(...of);
    };
    world.start({ nodeEnis: true });
    for (let restart = 0; restart < 4; restart += 1) {
      await world.clock.advance(2_000);
      world.start({ nodeEnis: true });
    }
    await world.clock.advance(10 * MINUTE_MS);
    expect(failures).toBeLessThan(0);
    expect(ours(world)).toHaveLength(1);
    expect(nodeEniReady(world)).toBe('True Ready');
  });
});

describe('an instance that is terminated while its Node stays', () => {
  it('gets no new ENI in the place of the one that EC2 took', async () => {
    const world = await runningWorld();
    world.ec2.region.setInstanceState('i-1', 'terminated');
    await world.clock.advance(2 * HOUR_MS);
    expect(ours(world)).toEqual([]);
    expect(world.ec2.callsOf(CREATE)).toHaveLength(1);
    world.cluster.removeNode('node-1');
    await world.clock.advance(10 * MINUTE_MS);
    expect(world.cluster.caches.attachments.list()).toEqual([]);
    expect(world.ec2.changes()).not.toContain(DETACH);
  });
});

describe('a release', () => {
  it('deletes an ENI although EC2 says that its attachment is gone already', async () => {
    const world = await runningWorld();
    const [eni] = ours(world);
    world.ec2.region.detach(eni?.attachment?.attachmentId ?? '');
    world.ec2.fail({ action: DETACH, code: 'InvalidAttachmentID.NotFound' });
    deleteNodeEni(world);
    await world.clock.advance(10 * MINUTE_MS);
    expect(world.ec2.callsOf(DETACH)).not.toEqual([]);
    expect(ours(world)).toEqual([]);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
  });

  it('keeps its finalizer for as long as EC2 refuses the delete, and says why', async () => {
    const world = await runningWorld();
    world.ec2.fail({ action: DELETE, code: 'UnauthorizedOperation', status: 403, times: Infinity });
    deleteNodeEni(world);
    await world.clock.advance(24 * HOUR_MS);
    expect(world.cluster.nodeEni('tenant-a').metadata.finalizers).toContain(FINALIZER);
    expect(nodeEniReady(world)).toBe('False Unauthorized');
    expect(ours(world)).toHaveLength(1);
    world.ec2.heal();
    await world.clock.advance(HOUR_MS);
    expect(ours(world)).toEqual([]);
    expect(world.cluster.caches.nodeEnis.get('tenant-a')).toBeUndefined();
  });

  it('of one ENI that cannot go holds no other one up', async () => {
    const world = await runningWorld(5);
    world.ec2.region.setInstanceState('i-3', 'stopping');
    deleteNodeEni(world);
    await world.clock.advance(MINUTE_MS);
    expect(ours(world).map(({ attachment }) => attachment?.instanceId)).toEqual(['i-3']);
    world.ec2.region.setInstanceState('i-3', 'stopped');
    await world.clock.advance(10 * MINUTE_MS);
    expect(ours(world)).toEqual([]);
  });
});

describe('a NodeENI that cannot be served', () => {
  it('with a subnet that does not exist says so in an event, too', async () => {
    const world = engineWorld();
    world.cluster.putNodeEni(aNodeEni({ subnetName: 'nowhere' }, { finalizers: [FINALIZER] }));
    world.start({ nodeEnis: true });
    await world.clock.advance(MINUTE_MS);
    const told = world.cluster.events.filter(({ reason }) => reason === 'SubnetNotFound');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: 'NodeENI', name: 'tenant-a', type: 'Warning' });
    expect(told[0]?.message).toContain('"nowhere"');
  });

  it('because the quota of the Region is used up says so, and goes on with the same ENI once it is raised', async () => {
    const world = engineWorld();
    world.ec2.fail({ action: CREATE, code: 'NetworkInterfaceLimitExceeded', times: Infinity });
    world.start({ nodeEnis: true });
    await world.clock.advance(HOUR_MS);
    expect(nodeEniReady(world)).toBe('False NetworkInterfaceQuotaExceeded');
    expect(world.cluster.nodeEni('tenant-a').status.conditions?.map(({ type }) => type)).toContain(
      'Reconciling',
    );
    // Back-off: hardly more than one call in five minutes.
    expect(world.ec2.callsOf(CREATE).length).toBeLessThan(30);
    world.ec2.heal();
    await world.clock.advance(10 * MINUTE_MS);
    expect(nodeEniReady(world)).toBe('True Ready');
    expect(ours(world)).toHaveLength(1);
  });

  it('keeps no other NodeENI waiting', async () => {
    const world = engineWorld();
    const metadata = { name: 'bad', uid: '22222222-2222-4222-8222-222222222222', finalizers: [FINALIZER] };
    world.cluster.putNodeEni(aNodeEni({ subnetName: 'nowhere', deviceIndex: 1 }, metadata));
    world.start({ nodeEnis: true });
    await world.clock.advance(MINUTE_MS);
    expect(nodeEniReady(world, 'bad')).toBe('False SubnetNotFound');
    expect(nodeEniReady(world)).toBe('True Ready');
  });
});

describe('names of any length', () => {
  it.each([
    ['the shortest', 'subnet-1', 'x'],
    ['the longest', `subnet-${'0'.repeat(17)}`, 'y'.repeat(255)],
  ])('are served like others: %s', async (_name, subnetId, name) => {
    const world = engineWorld();
    world.ec2.region.addSubnet(aSubnet({ subnetId, name }));
    world.cluster.putNodeEni(
      aNodeEni(
        { subnetIDs: [subnetId], subnetNames: [name] },
        { name: 'n', uid: '33333333-3333-4333-8333-333333333333', finalizers: [FINALIZER] },
      ),
    );
    world.cluster.removeNodeEni('tenant-a');
    world.start({ nodeEnis: true });
    await world.clock.advance(MINUTE_MS);
    expect(nodeEniReady(world, 'n')).toBe('True Ready');
    expect(ours(world).map((eni) => eni.subnetId)).toEqual([subnetId]);
  });
});
