import { describe, expect, it } from 'vitest';
import type { NodeENIAttachmentStatus } from '../../../gen/v1alpha1/stored.ts';
import { digestOf, linkWishOf } from '../../domain/host/link-wish-of.ts';
import type { HostDaemonMode } from '../config.ts';
import type { NodePod } from '../ports.ts';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { aCondition } from '../../../test/builders/node-eni-attachment.ts';
import { ATTACHMENT, engineWorld, type EngineWorld } from '../../../test/support/engine-world.ts';

const DETACH = 'DetachNetworkInterface';
const HOST = { managedBy: 'Daemon', addressing: 'None', policyRouting: false, altName: 'ne-upf' } as const;
const DAEMON: NodePod = {
  namespace: 'eni-controller-system',
  name: 'eni-manager-x',
  uid: 'uid-eni-manager-x',
  nodeName: 'node-1',
  isOver: false,
  isOfDaemonSet: true,
  isDaemon: true,
  isReady: true,
};
const UPF: NodePod = {
  ...DAEMON,
  namespace: 'core',
  name: 'upf-0',
  isOfDaemonSet: false,
  isDaemon: false,
  networks: 'n3',
};
const N3 = { namespace: 'core', name: 'n3', config: '{"type":"macvlan","master":"ne-upf"}' };

async function attachedWorld(hostDaemon: HostDaemonMode): Promise<EngineWorld> {
  const world = engineWorld();
  world.cluster.pods = [DAEMON];
  world.addAttachment({ spec: { host: HOST } });
  world.start({ hostDaemon });
  await world.clock.advance(10_000);
  return world;
}

/** What the daemon writes: its own conditions, beside those of others. */
function daemonSays(
  { cluster }: EngineWorld,
  conditions: NonNullable<NodeENIAttachmentStatus['conditions']>,
): void {
  const attachment = cluster.attachment(ATTACHMENT);
  const wish = linkWishOf(attachment);
  if (wish === undefined) throw new Error('the operator has not told the MAC address');
  const types = new Set(conditions.map(({ type }) => type));
  const others = (attachment.status.conditions ?? []).filter(({ type }) => !types.has(type));
  cluster.putAttachment({
    ...attachment,
    status: {
      ...attachment.status,
      host: { wish: digestOf(wish), macAddress: wish.macAddress, linkName: 'ens6' },
      conditions: [...conditions, ...others],
    },
  });
}

const CLAIMED = aCondition({ type: 'HostClaimed', status: 'True' });
const RELEASED = aCondition({ type: 'Released', status: 'True' });

function isGone({ cluster }: EngineWorld): boolean {
  return cluster.caches.attachments.get(ATTACHMENT) === undefined;
}

function blocked({ cluster }: EngineWorld): string {
  const found = cluster.attachment(ATTACHMENT).status.conditions?.find(({ type }) => type === 'Blocked');
  return found === undefined ? 'none' : `${found.status} ${found.reason}: ${found.message}`;
}

async function release(world: EngineWorld): Promise<void> {
  world.cluster.deleteAttachment(ATTACHMENT);
  await world.clock.advance(30_000);
}

describe('an attachment that needs the daemon', () => {
  it('is Ready once the daemon has configured the link, and not before', async () => {
    const world = await attachedWorld('Required');
    expect(world.ready()).toBe('False HostNotConfigured: waiting for the daemon of the node');
    expect(world.cluster.attachment(ATTACHMENT).status.state).toBe('Configuring');
    daemonSays(world, [CLAIMED, aCondition({ type: 'HostConfigured', status: 'True' })]);
    await world.clock.advance(1_000);
    expect(world.ready()).toMatch(/^True Ready/);
  });

  it('tells what hinders the daemon, at once and as an event', async () => {
    const world = await attachedWorld('Required');
    const hindered = { reason: 'MTURefused', message: 'the driver takes 1500 at most' };
    daemonSays(world, [CLAIMED, aCondition({ type: 'HostConfigured', status: 'False', ...hindered })]);
    await world.clock.advance(100);
    const words = 'MTURefused: the driver takes 1500 at most';
    expect(world.ready()).toBe(`False HostNotConfigured: ${words}`);
    expect(world.cluster.events.at(-1)).toMatchObject({
      type: 'Warning',
      reason: 'HostNotConfigured',
      message: `node-1: ${words}`,
    });
  });

  it('is Ready without a daemon where none is required', async () => {
    expect((await attachedWorld('Disabled')).ready()).toMatch(/^True Ready/);
  });

  it('is not written anew for what only the daemon has to say', async () => {
    const world = await attachedWorld('Disabled');
    const writes = world.cluster.writes.length;
    daemonSays(world, [CLAIMED, aCondition({ type: 'HostConfigured', status: 'True' })]);
    await world.clock.advance(600_000);
    expect(world.cluster.writes).toHaveLength(writes);
    expect(world.cluster.attachment(ATTACHMENT).status.host?.linkName).toBe('ens6');
  });
});

describe('the release of an ENI', () => {
  it.each<HostDaemonMode>(['Disabled', 'Required'])(
    'waits for pods that use its link (%s)',
    async (hostDaemon) => {
      const world = await attachedWorld(hostDaemon);
      world.cluster.networkDefinitions = [N3];
      world.cluster.pods = [DAEMON, UPF];
      await release(world);
      await world.clock.advance(3_600_000);
      expect(world.ec2.changes()).not.toContain(DETACH);
      expect(blocked(world)).toBe('True InUse: used by pod core/upf-0');
      expect(world.ready()).toBe('False InUse: used by pod core/upf-0');
      expect(world.cluster.attachment(ATTACHMENT).status.state).toBe('Blocked (1 pod)');
      const told = world.cluster.events.filter(({ reason }) => reason === 'DetachBlocked');
      expect(told).toHaveLength(1);
      world.cluster.pods = [DAEMON];
      await world.clock.advance(30_000);
      expect(isGone(world)).toBe(true);
    },
  );

  it('asks EC2 for nothing while pods hold it up', async () => {
    const world = await attachedWorld('Disabled');
    world.cluster.networkDefinitions = [N3];
    world.cluster.pods = [UPF];
    await release(world);
    const calls = world.ec2.calls.length;
    await world.clock.advance(240_000);
    expect(world.ec2.calls.length - calls).toBeLessThan(10);
  });

  it('tells the daemon that the link is free, and waits for the host', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    await release(world);
    expect(blocked(world)).toBe('False NotInUse: no pod uses the link');
    await world.clock.advance(3_600_000);
    expect(world.ec2.changes()).not.toContain(DETACH);
    daemonSays(world, [RELEASED]);
    await world.clock.advance(20_000);
    expect(isGone(world)).toBe(true);
  });

  it('never overrules a daemon that lives, and tells why it cannot', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    await release(world);
    const trouble = { reason: 'ApplyFailed', message: 'ip: busy' };
    daemonSays(world, [aCondition({ type: 'Released', status: 'False', ...trouble })]);
    await world.clock.advance(3_600_000);
    expect(world.ec2.changes()).not.toContain(DETACH);
    expect(world.ready()).toContain(
      'HostNotReleased: the daemon cannot give the host back: ApplyFailed: ip: busy',
    );
    expect(world.cluster.attachment(ATTACHMENT).status.state).toBe('Blocked');
  });

  it.each<[string, (world: EngineWorld) => void]>([
    ['has no pod', ({ cluster }) => void (cluster.pods = [])],
    ['has a pod that is not Ready', ({ cluster }) => void (cluster.pods = [{ ...DAEMON, isReady: false }])],
    [
      'is on a Node that is not Ready',
      ({ cluster }) => cluster.putNode(aClusterNode({ health: { isReady: false, taintKeys: [] } })),
    ],
  ])('waits ten minutes, no longer, for a daemon that %s', async (_, kill) => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    kill(world);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(590_000);
    expect(world.ec2.changes()).not.toContain(DETACH);
    expect(world.ready()).toMatch(/^False HostNotReleased/);
    await world.clock.advance(60_000);
    expect(isGone(world)).toBe(true);
  });

  it('counts the time of a dead daemon on when the operator starts anew', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    world.cluster.pods = [];
    world.cluster.deleteAttachment(ATTACHMENT);
    for (let minutes = 0; minutes < 9; minutes += 3) {
      await world.clock.advance(180_000);
      world.start({ hostDaemon: 'Required' });
    }
    expect(world.ec2.changes()).not.toContain(DETACH);
    await world.clock.advance(120_000);
    expect(isGone(world)).toBe(true);
  });

  it('counts anew once the daemon has been seen alive, before a start of the operator or after it', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    world.cluster.pods = [];
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(400_000);
    world.cluster.pods = [DAEMON];
    await world.clock.advance(30_000);
    world.cluster.pods = [];
    world.start({ hostDaemon: 'Required' });
    await world.clock.advance(400_000);
    world.start({ hostDaemon: 'Required' });
    world.cluster.pods = [DAEMON];
    await world.clock.advance(30_000);
    world.cluster.pods = [];
    await world.clock.advance(590_000);
    expect(world.ec2.changes()).not.toContain(DETACH);
    await world.clock.advance(60_000);
    expect(isGone(world)).toBe(true);
  });

  it('waits for nobody where no daemon claimed the link, judged on one read past the cache', async () => {
    const world = await attachedWorld('Required');
    await release(world);
    expect(isGone(world)).toBe(true);
    expect(world.cluster.reads.filter((read) => read.startsWith('get'))).toEqual([`get ${ATTACHMENT}`]);
  });

  it('asks nobody on a node that is gone', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    world.cluster.networkDefinitions = [N3];
    world.cluster.pods = [UPF];
    world.cluster.removeNode('node-1');
    await release(world);
    expect(isGone(world)).toBe(true);
    expect(world.cluster.reads).toEqual([]);
  });

  it('goes on under pods and without the daemon by order', async () => {
    const world = await attachedWorld('Required');
    daemonSays(world, [CLAIMED]);
    world.cluster.networkDefinitions = [N3];
    world.cluster.pods = [DAEMON, UPF];
    await release(world);
    const { cluster } = world;
    const held = cluster.attachment(ATTACHMENT);
    const annotations = { 'networking.k8s.aws/force-detach': 'true' };
    cluster.putAttachment({ ...held, metadata: { ...held.metadata, annotations } });
    await world.clock.advance(30_000);
    expect(isGone(world)).toBe(true);
  });

  it('waits while pods cannot be read, and says why', async () => {
    const world = await attachedWorld('Disabled');
    world.cluster.podFailure = new Error('pods is forbidden');
    await release(world);
    expect(world.ec2.changes()).not.toContain(DETACH);
    expect(world.ready()).toBe('False Releasing: the pods of node-1 cannot be read: pods is forbidden');
    world.cluster.podFailure = undefined;
    await world.clock.advance(30_000);
    expect(isGone(world)).toBe(true);
  });
});
