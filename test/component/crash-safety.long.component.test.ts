import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { kubectl } from '../support/component-cluster.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NODES = 50;
/** All 20 kills take more than a minute; the short run keeps the same moments. */
const KILLS = process.env['TEST_LONG'] === '1' ? 20 : 6;
const seed = Number(process.env['CRASH_SEED'] ?? 20_261_122);

/** 50 nodes in three zones, two NodeENIs, the built operator as a process. */
describe(`an operator that is killed again and again (CRASH_SEED=${seed})`, () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess | undefined;

  const startOperator = async (share: number): Promise<void> => {
    operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: [
        '--lease-duration=3s',
        '--pod-namespace=default',
        '--detach-grace=1s',
        '--node-gone-grace=2s',
        `--ec2-share=${share}`,
      ],
    });
  };

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'realistic', seed: String(seed) });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 17,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    await kubectl(['delete', 'node', world.nodes.at(-1)?.name ?? '']);
  });

  afterAll(async () => {
    await operator?.stop();
    await world.close();
    await simulator.close();
  });

  const spec = (subnetName: string, deviceIndex: number): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    subnetName,
    securityGroupIDs: [world.seed.securityGroupId],
    deviceIndex,
    description: `${subnetName} plane`,
    deleteOnTermination: deviceIndex === 1,
    tags: { plane: subnetName },
  });

  it('ends with exactly one ENI for each node and NodeENI, none doubled, none orphaned', async () => {
    const random = seededRandom(seed);
    // A tenth of the buckets: every life gets a few calls done, so that the kills hit all stages.
    await startOperator(0.1);
    await world.applyNodeEni('control', spec('control', 1));
    await world.applyNodeEni('user', spec('user', 2));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(systemClock, 100 + random() * 3_500);
      await operator?.kill();
      await startOperator(kill === KILLS - 1 ? 1 : 0.1);
    }
    await world.untilReason('control', 'Ready', 180_000);
    await world.untilReason('user', 'Ready', 180_000);
    const enis = await world.ownedEnis();
    const places = enis.map(({ Attachment }) => `${Attachment?.InstanceId} ${Attachment?.DeviceIndex}`);
    const wanted = world.nodes
      .slice(0, NODES)
      .flatMap(({ instanceId }) => [`${instanceId} 1`, `${instanceId} 2`]);
    expect(places.toSorted()).toEqual(wanted.toSorted());
    expect(await world.attachments()).toHaveLength(NODES * 2);
  }, 400_000);

  it('has made every ENI as its spec says', async () => {
    for (const eni of await world.ownedEnis()) {
      const node = world.nodes.find(({ instanceId }) => instanceId === eni.Attachment?.InstanceId);
      const plane = eni.Attachment?.DeviceIndex === 1 ? 'control' : 'user';
      expect(eni).toMatchObject({
        AvailabilityZone: node?.zone,
        SubnetId: world.subnet(node?.zone ?? '', plane),
        Description: `${plane} plane`,
        SourceDestCheck: true,
        Groups: [{ GroupId: world.seed.securityGroupId }],
        Attachment: { Status: 'attached', DeleteOnTermination: plane === 'control', NetworkCardIndex: 0 },
      });
      expect(eni.TagSet).toContainEqual({ Key: 'plane', Value: plane });
      expect(eni.TagSet).toContainEqual({ Key: 'networking.k8s.aws/nodeeni', Value: plane });
    }
  });

  it('takes exactly the ENIs of ten nodes that lose their label', async () => {
    const losers = world.nodes.slice(0, 10);
    await kubectl(['label', 'node', ...losers.map(({ name }) => name), 'ng-']);
    const left = await world.until(
      '80 ENIs',
      async () => {
        const enis = await world.ownedEnis();
        return enis.length === (NODES - 10) * 2 ? enis : undefined;
      },
      90_000,
    );
    const instances = new Set(left.map(({ Attachment }) => Attachment?.InstanceId));
    expect(losers.filter(({ instanceId }) => instances.has(instanceId))).toEqual([]);
  }, 120_000);

  it('leaves nothing of ours in EC2 when everything is deleted, killed in between', async () => {
    await kubectl(['delete', 'nodeeni', 'control', 'user', '--wait=false']);
    await delay(systemClock, 1_500);
    await operator?.kill();
    await startOperator(1);
    await world.until(
      'no owned ENI',
      async () => ((await world.ownedEnis()).length === 0 ? true : undefined),
      120_000,
    );
    await world.until(
      'no object',
      async () => ((await world.attachments()).length === 0 ? true : undefined),
      60_000,
    );
    await kubectl(['wait', '--for=delete', 'nodeenis', '--all', '--timeout=30s']);
    const { networkInterfaces } = await simulator.state();
    expect(networkInterfaces).toHaveLength(world.seed.instances.length);
  }, 200_000);
});
