import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni } from '../../../test/builders/ec2-resources.ts';
import { aNodeEniAttachment } from '../../../test/builders/node-eni-attachment.ts';
import { CLUSTER, engineWorld, type EngineWorld } from '../../../test/support/engine-world.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import { eniTags } from '../../domain/ownership.ts';

const MINUTE_MS = 60_000;
const DELETE = 'DeleteNetworkInterface';

/** Tags of an ENI of NodeENI `gone` on instance i-2, for which there is nothing in the cluster. */
function tagsOf(world: EngineWorld, ageMinutes: number, attachmentUid = 'uid-gone'): Record<string, string> {
  return eniTags({
    cluster: CLUSTER,
    purpose: { nodeEniName: 'gone', instanceId: 'i-2', slotKey: 'id/subnet-a' },
    nodeName: 'node-2',
    nodeEniUid: 'uid-nodeeni',
    attachmentUid,
    attempt: 1,
    createdAt: new Date(world.clock.now() - ageMinutes * MINUTE_MS).toISOString(),
    userTags: {},
  });
}

function leak(world: EngineWorld, count: number): void {
  for (let n = 0; n < count; n += 1) {
    world.ec2.region.addEni(anEni({ eniId: `eni-leak-${n}`, tags: tagsOf(world, 60) }));
  }
}

function leaks(world: EngineWorld): string[] {
  return world.ec2.region
    .enis()
    .map(({ eniId }) => eniId)
    .filter((eniId) => eniId.startsWith('eni-leak'));
}

/** Somebody else's attachment, so that the list is not empty. */
function someAttachment(world: EngineWorld): void {
  world.cluster.putAttachment(aNodeEniAttachment({ metadata: { name: 'x', uid: 'x' } }));
}

async function metric(world: EngineWorld, name: string): Promise<number> {
  const { body } = await world.metrics.text();
  const values = [...body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

function reasons(world: EngineWorld): string[] {
  return world.cluster.events.map(({ kind, type, reason }) => `${kind} ${type} ${reason}`);
}

describe('the collection of leaked ENIs', () => {
  it('deletes a leak that is older than the process at its third listing, and says so once', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.start();
    await world.clock.advance(9 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(1);
    await world.clock.advance(1 * MINUTE_MS + 1_000);
    expect(leaks(world)).toEqual([]);
    expect(reasons(world)).toEqual(['Namespace Normal OrphanENIDeleted']);
    expect(world.cluster.events[0]).toMatchObject({ name: 'kube-system', uid: CLUSTER.uid });
    expect(await metric(world, 'nodeeni_orphan_enis_found_total')).toBe(1);
    expect(await metric(world, 'nodeeni_orphan_enis_deleted_total')).toBe(1);
    await world.clock.advance(30 * MINUTE_MS);
    expect(world.ec2.callsOf(DELETE)).toHaveLength(1);
    expect(world.cluster.events).toHaveLength(1);
  });

  it('makes no listing of its own, and one read by id before the delete', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.start();
    await world.clock.advance(10 * MINUTE_MS + 1_000);
    const reads = world.ec2.callsOf('DescribeNetworkInterfaces').map(({ input }) => input);
    expect(reads).toEqual([CLUSTER, CLUSTER, CLUSTER, ['eni-leak-0']]);
  });

  it('tells of it on the NodeENI that the tags name, where there is one', async () => {
    const world = engineWorld();
    const tags = { ...tagsOf(world, 60), [ENI_TAGS.nodeEni]: 'tenant-a' };
    world.ec2.region.addEni(anEni({ eniId: 'eni-leak-0', tags }));
    world.start();
    await world.clock.advance(10 * MINUTE_MS + 1_000);
    expect(reasons(world)).toEqual(['NodeENI Normal OrphanENIDeleted']);
  });

  it('leaves alone what is foreign, retained, attached, young, or another cluster’s of the same name', async () => {
    const world = engineWorld();
    const keep = (name: string, eni: Partial<Eni>): void =>
      world.ec2.region.addEni(anEni({ ...eni, eniId: `eni-leak-${name}` }));
    const tags = tagsOf(world, 60);
    keep('foreign', { tags: { Name: 'mine' } });
    keep('retained', { tags: { ...tags, [ENI_TAGS.retained]: 'true' } });
    keep('young', { tags: tagsOf(world, 0) });
    keep('other-uid', { tags: { ...tags, [ENI_TAGS.clusterUid]: 'twin' } });
    world.ec2.region.addEni(anAttachedEni({ instanceId: 'i-2' }, { eniId: 'eni-leak-attached', tags }));
    someAttachment(world);
    world.start();
    await world.clock.advance(14 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(5);
    await world.clock.advance(7 * MINUTE_MS);
    expect(leaks(world).toSorted()).toEqual(
      ['attached', 'foreign', 'other-uid', 'retained'].map((name) => `eni-leak-${name}`),
    );
  });

  // Nobody reconciles it: it has no finalizer. It only is there.
  const adopter = aNodeEniAttachment({
    metadata: { name: 'late', uid: 'late' },
    spec: { nodeENI: { name: 'gone', uid: 'new' }, instanceID: 'i-2' },
  });

  it('spares ENIs that something may adopt since the pass began', async () => {
    const world = engineWorld({ ec2Share: 0.01 });
    leak(world, 3);
    world.start();
    await world.clock.advance(10 * MINUTE_MS + 1_000);
    expect(leaks(world)).toHaveLength(2);
    world.cluster.putAttachment(adopter);
    await world.clock.advance(30 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(2);
  });

  it('waits its time anew for an ENI that something needed meanwhile', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.start();
    await world.clock.advance(9 * MINUTE_MS);
    world.cluster.putAttachment(adopter);
    await world.clock.advance(30 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(1);
    world.cluster.removeAttachment('late');
    await world.clock.advance(9 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(1);
    await world.clock.advance(7 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
  });

  it('sends no delete for what was attached or retained after the listing', async () => {
    const world = engineWorld({ ec2Share: 0.01 });
    leak(world, 3);
    world.start();
    await world.clock.advance(10 * MINUTE_MS + 1_000);
    // The bucket had one token; the others wait for theirs.
    expect(leaks(world)).toHaveLength(2);
    const [first = '', second = ''] = leaks(world);
    world.ec2.region.changeEni(first, (eni) => ({
      ...eni,
      tags: { ...eni.tags, [ENI_TAGS.retained]: 'true' },
    }));
    world.ec2.region.changeEni(second, (eni) => ({
      ...anAttachedEni({ instanceId: 'i-2' }),
      ...eni,
      status: 'in-use',
    }));
    await world.clock.advance(4 * MINUTE_MS);
    expect(world.ec2.callsOf(DELETE)).toHaveLength(1);
    expect(leaks(world)).toEqual([first, second]);
  });

  it('counts an ENI that is gone already as collected, and tries refusals again', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.ec2.fail({ action: DELETE, code: 'RequestLimitExceeded', status: 503, times: 2 });
    world.start();
    await world.clock.advance(12 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
    expect(world.ec2.callsOf(DELETE)).toHaveLength(3);
    world.ec2.region.addEni(anEni({ eniId: 'eni-leak-9', tags: tagsOf(world, 60) }));
    world.ec2.fail({ action: DELETE, code: 'InvalidNetworkInterfaceID.NotFound', isCarriedOut: true });
    await world.clock.advance(20 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
    expect(await metric(world, 'nodeeni_orphan_enis_deleted_total')).toBe(2);
  });

  it('slows down when EC2 throttles its deletes', async () => {
    const world = engineWorld();
    leak(world, 3);
    world.start();
    await world.clock.advance(10 * MINUTE_MS - 1_000);
    world.ec2.fail({ action: DELETE, code: 'RequestLimitExceeded', status: 503 });
    await world.clock.advance(1_100);
    // The burst would have allowed all three at once; the throttle emptied it.
    expect(leaks(world).length).toBeGreaterThanOrEqual(2);
    await world.clock.advance(MINUTE_MS);
    expect(leaks(world)).toEqual([]);
  });

  it('deletes nothing while the leadership is not certain', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.leadership.isHeld = false;
    world.start();
    await world.clock.advance(20 * MINUTE_MS);
    expect(world.ec2.changes()).toEqual([]);
    expect(leaks(world)).toHaveLength(1);
  });

  it('begins its wait anew after a restart', async () => {
    const world = engineWorld();
    leak(world, 1);
    world.start();
    await world.clock.advance(9 * MINUTE_MS);
    world.start();
    await world.clock.advance(9 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(1);
    await world.clock.advance(2 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
  });
});

describe('a brake', () => {
  it('holds when too many ENIs look leaked, and says so in metric, event and log', async () => {
    const world = engineWorld();
    someAttachment(world);
    leak(world, 6);
    world.start();
    await world.clock.advance(26 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(6);
    expect(world.ec2.changes()).toEqual([]);
    expect(new Set(reasons(world))).toEqual(new Set(['Namespace Warning OrphanCollectionBraked']));
    expect(world.cluster.events[0]?.message).toContain('--acknowledge-orphans=true');
    // Listings at 10, 15, 20 and 25 min; the log tells of the first only.
    expect(await metric(world, 'nodeeni_orphan_rounds_braked_total')).toBe(4);
    const logged = world.logger.lines.filter(({ message }) => message.includes('braked'));
    expect(logged).toHaveLength(1);
  });

  it('holds when the list of attachments is empty while ENIs of ours are attached', async () => {
    const world = engineWorld();
    leak(world, 1);
    const tags = tagsOf(world, 60);
    world.ec2.region.addEni(anAttachedEni({ instanceId: 'i-2' }, { eniId: 'eni-used', tags }));
    world.start();
    await world.clock.advance(16 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(1);
    expect(world.cluster.events[0]?.message).toContain('no NodeENIAttachment at all');
    someAttachment(world);
    await world.clock.advance(5 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
  });

  it('is overruled for one whole pass by an acknowledgement, and holds again at the next', async () => {
    const world = engineWorld({ ec2Share: 0.01 });
    someAttachment(world);
    leak(world, 8);
    world.start({ acknowledgeOrphans: true });
    await world.clock.advance(10 * MINUTE_MS + 1_000);
    expect(leaks(world).length).toBeLessThan(8);
    await world.clock.advance(10 * MINUTE_MS);
    expect(leaks(world)).toEqual([]);
    expect(reasons(world)).not.toContain('Namespace Warning OrphanCollectionBraked');
    leak(world, 8);
    await world.clock.advance(30 * MINUTE_MS);
    expect(leaks(world)).toHaveLength(8);
    expect(reasons(world)).toContain('Namespace Warning OrphanCollectionBraked');
  });
});
