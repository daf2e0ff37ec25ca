import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NODES = 100;
const CREATE = 'CreateNetworkInterface';
const ATTACH = 'AttachNetworkInterface';

/** The small brother of `npm run bench -- cluster`. */
describe(`${NODES} nodes with two NodeENIs`, () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b'],
      nodesPerZone: NODES / 2,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control', 'user'],
    });
    operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--lease-name=hundred-nodes', '--ec2-share=1'],
    });
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await operator.stop();
    await world.close();
    await simulator.close();
  });

  const apply = (subnetName: string, deviceIndex: number): Promise<void> =>
    world.applyNodeEni(subnetName, {
      nodeSelector: NODE_LABELS,
      subnetName,
      securityGroupIDs: [world.seed.securityGroupId],
      deviceIndex,
    });

  const countOf = async (action: string): Promise<number> => (await simulator.calls({ action })).calls.length;

  it('have 200 ENIs after 200 creates, 200 attaches and no call in vain', async () => {
    await Promise.all([apply('control', 1), apply('user', 2)]);
    await world.untilReason('control', 'Ready', 60_000);
    await world.untilReason('user', 'Ready', 60_000);
    const enis = await world.ownedEnis();
    const places = new Set(
      enis.map(({ Attachment }) => `${Attachment?.InstanceId} ${Attachment?.DeviceIndex}`),
    );
    expect([enis.length, places.size]).toEqual([2 * NODES, 2 * NODES]);
    expect([await countOf(CREATE), await countOf(ATTACH)]).toEqual([2 * NODES, 2 * NODES]);
    const { calls } = await simulator.calls();
    expect(calls.filter(({ code }) => code !== 'OK')).toEqual([]);
  });

  it('leave nothing when the NodeENIs are deleted', async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=90s']);
    expect(await world.attachments()).toEqual([]);
    expect(await world.ownedEnis()).toEqual([]);
  });
});
