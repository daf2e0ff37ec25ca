import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { type MotoServer, startMoto } from '../support/moto.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';

/**
 * The operator on an EC2 endpoint that nobody here wrote. moto ignores a change of DeleteOnTermination (it answers 200), so
 * the NodeENIs ask for what an attached ENI has anyway: false.
 */
describe('the life of a NodeENI on moto', () => {
  let moto: MotoServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    moto = await startMoto();
    world = await createOperatorWorld(moto.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    await world.startOperator();
  }, 300_000);

  afterAll(async () => {
    await world.close();
    await moto.close();
  });

  const spec = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    deleteOnTermination: false,
    securityGroupIDs: [world.seed.securityGroupId],
    ...fields,
  });

  it('attaches the ENIs of two NodeENIs in the right zones, with their tags', async () => {
    await world.applyNodeEni(
      'control',
      spec({ subnetName: 'control', deviceIndex: 1, description: 'control' }),
    );
    const userSubnets = world.seed.subnets
      .filter(({ name }) => name === 'user')
      .map(({ subnetId }) => subnetId);
    await world.applyNodeEni(
      'user',
      spec({ subnetIDs: userSubnets, deviceIndex: 2, sourceDestCheck: false }),
    );
    await world.untilReason('control', 'Ready', 60_000);
    await world.untilReason('user', 'Ready', 60_000);
    const enis = await world.ownedEnis();
    expect(enis).toHaveLength(12);
    for (const node of world.nodes) {
      const here = enis.filter((eni) => eni.Attachment?.InstanceId === node.instanceId);
      const byIndex = here.toSorted(
        (a, b) => (a.Attachment?.DeviceIndex ?? 0) - (b.Attachment?.DeviceIndex ?? 0),
      );
      expect(byIndex).toMatchObject([
        { SubnetId: world.subnet(node.zone, 'control'), Description: 'control', SourceDestCheck: true },
        { SubnetId: world.subnet(node.zone, 'user'), SourceDestCheck: false },
      ]);
      for (const eni of here) {
        expect(eni.TagSet).toContainEqual({ Key: 'node.k8s.amazonaws.com/no_manage', Value: 'true' });
      }
    }
  });

  it('releases the ENIs of a node that loses its label', async () => {
    const [node] = world.nodes;
    await kubectl(['label', 'node', node?.name ?? '', 'ng-']);
    const left = await world.until(
      'ten ENIs',
      async () => {
        const enis = await world.ownedEnis();
        return enis.length === 10 ? enis : undefined;
      },
      60_000,
    );
    expect(left.some((eni) => eni.Attachment?.InstanceId === node?.instanceId)).toBe(false);
  });

  it('leaves nothing when the NodeENIs are deleted', async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=90s']);
    expect(await world.ownedEnis()).toEqual([]);
    expect(await world.attachments()).toEqual([]);
  });
});
