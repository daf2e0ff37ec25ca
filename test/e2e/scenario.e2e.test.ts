import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoWorld, startDemoWorld } from '../../hack/demo/demo-world.ts';
import { createObserver } from '../../hack/demo/observer.ts';
import {
  attachEverywhere,
  deleteNodeEni,
  makeMistake,
  SAMPLE,
  type ScenarioDeps,
  unlabelNode,
} from '../../hack/demo/scenario.ts';

/** What EC2 says of an ENI, as far as a user cares. */
interface EniFacts {
  readonly eniId: string | undefined;
  readonly instanceId: string | undefined;
  readonly deviceIndex: number | undefined;
  readonly subnetId: string | undefined;
  readonly zone: string | undefined;
  readonly state: string | undefined;
}

let world: DemoWorld;
let deps: ScenarioDeps;

beforeAll(async () => {
  world = await startDemoWorld({ nodes: 6, profile: 'realistic', signal: new AbortController().signal });
  deps = { world, observer: createObserver(world, SAMPLE.nodeEni, () => undefined) };
});

afterAll(async () => {
  await world.close();
});

async function enisInEc2(): Promise<readonly EniFacts[]> {
  const enis = await world.ownedEnis();
  return enis.map(({ NetworkInterfaceId, SubnetId, AvailabilityZone, Attachment }) => ({
    eniId: NetworkInterfaceId,
    instanceId: Attachment?.InstanceId,
    deviceIndex: Attachment?.DeviceIndex,
    subnetId: SubnetId,
    zone: AvailabilityZone,
    state: Attachment?.Status,
  }));
}

/** The subnet that the sample's name stands for in a zone. */
function secondarySubnet(zone: string): string | undefined {
  return world.seed.subnets.find(
    ({ availabilityZone, name }) => availabilityZone === zone && name === 'secondary',
  )?.subnetId;
}

describe('the built operator on a cluster of six nodes in three zones', { concurrent: false }, () => {
  it('attaches one ENI to every node, in the subnet of its own zone, at the index of the sample', async () => {
    await attachEverywhere(deps);

    const expected = world.nodes.map(({ instanceId, zone }) => ({
      instanceId,
      deviceIndex: 2,
      subnetId: secondarySubnet(zone),
      zone,
      state: 'attached',
      eniId: expect.stringMatching(/^eni-[0-9a-f]{17}$/),
    }));
    expect(new Set(expected.map(({ subnetId }) => subnetId)).size).toBe(3);
    const enis = await enisInEc2();
    expect(enis).toHaveLength(6);
    expect(enis).toEqual(expect.arrayContaining(expected));
  });

  it('refuses an impossible MTU with a message that names field, value and limit', async () => {
    const before = await world.client.nodeENIs.get(SAMPLE.nodeEni);
    const refusal = await makeMistake(deps);
    expect(refusal).toContain('spec.mtu');
    expect(refusal).toContain('99999');
    expect(refusal).toContain('less than or equal to 9001');
    const after = await world.client.nodeENIs.get(SAMPLE.nodeEni);
    expect(after?.metadata.generation).toBe(before?.metadata.generation);
  });

  it('takes the ENI from a node that loses the label, and leaves the others alone', async () => {
    const [unlabelled] = world.nodes.slice(-1);
    const before = await enisInEc2();
    await unlabelNode(deps, unlabelled?.name ?? '');

    const kept = before.filter(({ instanceId }) => instanceId !== unlabelled?.instanceId);
    expect(kept).toHaveLength(5);
    const after = await enisInEc2();
    expect(after).toHaveLength(5);
    expect(after).toEqual(expect.arrayContaining([...kept]));
  });

  it('leaves nothing in EC2 once the NodeENI is deleted', async () => {
    expect(await enisInEc2()).toHaveLength(5);
    await deleteNodeEni(deps);
    expect(await enisInEc2()).toEqual([]);
  });
});
