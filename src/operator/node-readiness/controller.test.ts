import { describe, expect, it } from 'vitest';
import { aClusterNode } from '../../../test/builders/cluster-node.ts';
import { engineWorld, type EngineWorld } from '../../../test/support/engine-world.ts';

const TAINT = 'example.com/no-enis';
const TAINTED = aClusterNode({ health: { isReady: true, taintKeys: [TAINT, 'other'] } });
const ALL = { nodeEnis: true, readiness: true, startupTaint: TAINT } as const;

function health({
  cluster,
}: EngineWorld): NonNullable<ReturnType<typeof cluster.caches.nodes.get>>['health'] {
  const node = cluster.caches.nodes.get('node-1');
  if (node === undefined) throw new Error('no node');
  return node.health;
}

function condition(world: EngineWorld): string {
  const { eniCondition } = health(world);
  return eniCondition === undefined ? 'none' : `${eniCondition.status} ${eniCondition.reason}`;
}

describe('the readiness of a node', () => {
  it('is False until its ENIs are Ready, then True; the startup taint goes then, others stay', async () => {
    const world = engineWorld();
    world.ec2.region.setTiming({ attachMs: 10_000 });
    world.cluster.putNode(TAINTED);
    world.start(ALL);
    await world.clock.advance(3_000);
    expect(condition(world)).toBe('False NotReady');
    expect(health(world).taintKeys).toContain(TAINT);
    await world.clock.advance(60_000);
    expect(condition(world)).toBe('True AllReady');
    expect(health(world).taintKeys).toEqual(['other']);
    expect(world.cluster.events.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['NodeENIsReady', 'StartupTaintRemoved']),
    );
  });

  it('is written no more while nothing changes, nor by a new leader', async () => {
    const world = engineWorld();
    world.start(ALL);
    await world.clock.advance(60_000);
    expect(condition(world)).toBe('True AllReady');
    const ofNode = (): string[] => world.cluster.writes.filter((write) => write.startsWith('node '));
    const before = ofNode().length;
    expect(before).toBeLessThanOrEqual(2);
    world.start(ALL);
    await world.clock.advance(600_000);
    expect(ofNode()).toHaveLength(before);
  });

  it('is lost with an ENI, and no taint comes back', async () => {
    const world = engineWorld();
    world.cluster.putNode(TAINTED);
    world.start(ALL);
    await world.clock.advance(60_000);
    const [attachment] = world.cluster.caches.attachments.list();
    if (attachment === undefined) throw new Error('no attachment');
    world.ec2.region.removeEni(attachment.status.eniID ?? '');
    world.ec2.fail({
      action: 'CreateNetworkInterface',
      code: 'InsufficientFreeAddressesInSubnet',
      times: 100,
    });
    await world.clock.advance(600_000);
    expect(condition(world)).toBe('False NotReady');
    expect(health(world).taintKeys).toEqual(['other']);
    expect(world.cluster.events.map(({ reason }) => reason)).toContain('NodeENIsNotReady');
  });

  it('is said no more once no NodeENI selects the node, so that nothing stays when all is uninstalled', async () => {
    const world = engineWorld();
    world.start(ALL);
    await world.clock.advance(60_000);
    expect(condition(world)).toBe('True AllReady');
    world.cluster.removeNodeEni('tenant-a');
    await world.clock.advance(60_000);
    expect(condition(world)).toBe('none');
    expect(world.cluster.writes.filter((write) => write === 'node node-1 withdrawn')).toHaveLength(1);
  });

  it('keeps the startup taint of a node that no NodeENI selects for a minute', async () => {
    const world = engineWorld();
    world.cluster.removeNodeEni('tenant-a');
    world.start(ALL);
    world.cluster.putNode(TAINTED);
    await world.clock.advance(50_000);
    expect(health(world).taintKeys).toContain(TAINT);
    await world.clock.advance(20_000);
    expect(health(world).taintKeys).toEqual(['other']);
  });
});
