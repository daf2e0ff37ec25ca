import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { aSecurityGroup } from '../../../test/builders/ec2-resources.ts';
import { ATTACHMENT, engineWorld, type EngineWorld, ours } from '../../../test/support/engine-world.ts';

const MODIFY = 'ModifyNetworkInterfaceAttribute';
const ASSIGN = 'AssignPrivateIpAddresses';

/** A world whose attachment is Ready; the wishes are written as the NodeENI controller writes them. */
async function readyWorld(spec: Parameters<typeof edit>[1] = {}): Promise<EngineWorld> {
  const world = engineWorld();
  world.ec2.region.addSecurityGroup(aSecurityGroup({ groupId: 'sg-2', groupName: 'second' }));
  world.addAttachment({ spec });
  world.start();
  await world.clock.advance(10_000);
  expect(world.ready()).toMatch(/^True/);
  return world;
}

function edit(
  { cluster }: EngineWorld,
  spec: NonNullable<Parameters<EngineWorld['addAttachment']>[0]>['spec'] = {},
): void {
  const stored = cluster.attachment(ATTACHMENT);
  const metadata = { ...stored.metadata, generation: stored.metadata.generation + 1 };
  cluster.putAttachment({ ...stored, metadata, spec: { ...stored.spec, ...spec } });
}

function since(world: EngineWorld, count: number): string[] {
  return world.ec2.changes().slice(count);
}

describe('an ENI whose wish changes', () => {
  it('is changed in place, by the needed calls only, and costs nothing afterwards', async () => {
    const world = await readyWorld({ tags: { team: 'core' }, description: 'one' });
    const [eni] = ours(world);
    const before = world.ec2.changes().length;
    const told = world.cluster.events.length;
    edit(world, {
      securityGroupIDs: ['sg-2', 'sg-1'],
      description: 'two',
      tags: { tier: '1' },
      secondaryPrivateIPCount: 2,
    });
    await world.clock.advance(20_000);
    expect(since(world, before)).toEqual(['CreateTags', MODIFY, MODIFY, 'DeleteTags', ASSIGN]);
    expect(world.cluster.events.slice(told).map(({ reason }) => reason)).toEqual(
      since(world, before).map(() => 'ENIUpdated'),
    );
    const [changed] = ours(world);
    expect(changed).toMatchObject({
      eniId: eni?.eniId,
      securityGroupIds: ['sg-2', 'sg-1'],
      description: 'two',
      tags: { tier: '1' },
    });
    expect(changed?.tags['team']).toBeUndefined();
    expect(world.ready()).toMatch(/^True/);
    const { status } = world.cluster.attachment(ATTACHMENT);
    expect(status.secondaryPrivateIPAddresses).toEqual(changed?.secondaryPrivateIpAddresses.toSorted());
    expect(status.tags).toEqual({ tier: '1' });
    const [calls, writes] = [world.ec2.changes().length, world.cluster.writes.length];
    await world.clock.advance(3_600_000);
    expect(world.ec2.changes()).toHaveLength(calls);
    expect(world.cluster.writes).toHaveLength(writes);
  });

  it('gives back its highest addresses, never the primary', async () => {
    const world = await readyWorld({ secondaryPrivateIPCount: 5 });
    const [eni] = ours(world);
    const kept = eni?.secondaryPrivateIpAddresses.slice(0, 2);
    edit(world, { secondaryPrivateIPCount: 2 });
    await world.clock.advance(10_000);
    expect(ours(world)[0]).toMatchObject({
      privateIpAddress: eni?.privateIpAddress,
      secondaryPrivateIpAddresses: kept,
    });
    edit(world, { secondaryPrivateIPCount: 0 });
    await world.clock.advance(10_000);
    expect(ours(world)[0]?.secondaryPrivateIpAddresses).toEqual([]);
  });

  it('keeps tags of others, and gets its own back when somebody takes them', async () => {
    const world = await readyWorld({ tags: { team: 'core' } });
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) => ({
      ...each,
      tags: { ...each.tags, team: 'taken', theirs: 'x', 'cilium.io/no_manage': 'false' },
    }));
    await world.clock.advance(310_000);
    expect(ours(world)[0]?.tags).toEqual({ ...eni?.tags, theirs: 'x' });
  });

  it('gets all our tags back though it lost every one of them', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) => ({ ...each, tags: { theirs: 'x' } }));
    await world.clock.advance(320_000);
    expect(ours(world)).toMatchObject([{ eniId: eni?.eniId, tags: { ...eni?.tags, theirs: 'x' } }]);
    expect(world.ready()).toMatch(/^True/);
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(30_000);
    expect(ours(world)).toEqual([]);
  });

  it('is left alone when its tags say that it is another cluster’s now', async () => {
    const world = await readyWorld();
    const [eni] = ours(world);
    world.ec2.region.changeEni(eni?.eniId ?? '', (each) => ({
      ...each,
      tags: { ...each.tags, [ENI_TAGS.cluster]: 'another' },
    }));
    const before = world.ec2.changes().length;
    await world.clock.advance(700_000);
    expect(since(world, before)).toEqual([]);
    expect(world.ready()).toContain('restore its networking.k8s.aws/ tags');
  });
});

describe('a change that EC2 refuses', () => {
  it('is a condition, is not sent again and again, and holds nothing else up', async () => {
    const world = await readyWorld();
    const before = world.ec2.changes().length;
    world.ec2.fail({ action: ASSIGN, code: 'PrivateIpAddressLimitExceeded', times: Infinity });
    edit(world, { secondaryPrivateIPCount: 40, description: 'two', securityGroupIDs: ['sg-9'] });
    await world.clock.advance(25_000);
    expect(since(world, before)).toEqual([MODIFY, MODIFY, ASSIGN]);
    expect(ours(world)[0]?.description).toBe('two');
    expect(world.ready()).toMatch(/^False SecurityGroupNotFound/);
    await world.clock.advance(3_600_000);
    expect(since(world, before).filter((action) => action === ASSIGN).length).toBeLessThanOrEqual(11);
    expect(world.ready()).toMatch(/^False/);
    world.ec2.heal();
    edit(world, { secondaryPrivateIPCount: 3, securityGroupIDs: ['sg-2'] });
    await world.clock.advance(10_000);
    expect(ours(world)[0]?.secondaryPrivateIpAddresses).toHaveLength(3);
    expect(world.ready()).toMatch(/^True/);
  });

  it('is looked into before it is repeated when its reply was lost: no address too many', async () => {
    const world = await readyWorld();
    world.ec2.fail({ action: ASSIGN, code: 'TimeoutError', status: 'none', isCarriedOut: true });
    edit(world, { secondaryPrivateIPCount: 3 });
    await world.clock.advance(60_000);
    expect(world.ec2.callsOf(ASSIGN)).toHaveLength(1);
    expect(ours(world)[0]?.secondaryPrivateIpAddresses).toHaveLength(3);
    expect(world.ready()).toMatch(/^True/);
  });
});

describe('an ENI that is to be retained', () => {
  it('is marked, detached and kept, and taken back by the next attachment of its purpose', async () => {
    const world = await readyWorld({ deletionPolicy: 'Retain' });
    world.cluster.putNodeEni({
      ...world.cluster.nodeEni('tenant-a'),
      spec: { ...world.cluster.nodeEni('tenant-a').spec, deletionPolicy: 'Retain' },
    });
    const [eni] = ours(world);
    const before = world.ec2.changes().length;
    world.cluster.deleteAttachment(ATTACHMENT);
    await world.clock.advance(30_000);
    expect(since(world, before)).toEqual(['CreateTags', 'DetachNetworkInterface']);
    expect(world.cluster.caches.attachments.get(ATTACHMENT)).toBeUndefined();
    expect(ours(world)).toMatchObject([{ status: 'available', tags: { [ENI_TAGS.retained]: 'true' } }]);
    expect(world.cluster.events.at(-1)?.reason).toBe('ENIRetained');

    world.addAttachment({ metadata: { uid: 'the-next' } });
    await world.clock.advance(30_000);
    const [back] = ours(world);
    expect(ours(world)).toHaveLength(1);
    expect(back).toMatchObject({ eniId: eni?.eniId, attachment: { status: 'attached' } });
    expect(back?.tags[ENI_TAGS.retained]).toBeUndefined();
    expect(world.ready()).toMatch(/^True/);
  });
});
