import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { leaseHolder } from '../support/lease-holder.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const seed = Number(process.env['SHUTDOWN_SEED'] ?? 20_261_122);
/** Of EC2's quotas, one for each stop: with a small one reads wait for tokens when the stop comes. */
const SHARES = [1, 0.1];
const OWNER_TAG = 'networking.k8s.aws/attachment';

describe(`an operator that is told to stop in the middle of its work (SHUTDOWN_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess | undefined;

  const startOperator = async (share: number): Promise<OperatorProcess> => {
    operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--lease-name=shutdown', `--ec2-share=${share}`],
    });
    return operator;
  };

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'default-quota', seed: String(seed) });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 20,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
  });

  afterAll(async () => {
    await operator?.stop();
    await world.close();
    await simulator.close();
  });

  /** Of the operator; this test reads, too. */
  const lastCall = async (): Promise<number> =>
    (await simulator.calls()).calls.findLast(({ identity }) => identity === 'local')?.sequence ?? 0;

  /** ENIs of ours that no attachment knows: what a crash may leave, and a stop must not. */
  const unknownEnis = async (): Promise<string[]> => {
    const uids = new Set((await world.attachments()).map(({ metadata }) => metadata.uid));
    return (await world.ownedEnis())
      .filter(({ TagSet = [] }) => !uids.has(TagSet.find(({ Key }) => Key === OWNER_TAG)?.Value ?? ''))
      .map(({ NetworkInterfaceId = '' }) => NetworkInterfaceId);
  };

  it('ends with exit code 0, frees the Lease, leaves no ENI unknown and no call behind', async () => {
    await world.applyNodeEni('busy', {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    for (const share of SHARES) {
      const working = await startOperator(share);
      const from = await lastCall();
      await world.until(
        'EC2 to be called',
        async () => {
          const { calls } = await simulator.calls({ since: from });
          return calls.some(({ action }) => !action.startsWith('Describe')) ? true : undefined;
        },
        // The Lease was freed: nobody has to wait for its 15 s to pass.
        10_000,
      );
      await delay(systemClock, random() * 1_000);
      await working.stop();
      const at = await lastCall();
      await expect(working.exited).resolves.toBe(0);
      expect(await leaseHolder('shutdown')).toBe('');
      expect(await unknownEnis()).toEqual([]);
      expect(working.logLines().filter(({ level }) => Number(level) >= 50)).toEqual([]);
      await delay(systemClock, 300);
      expect(await lastCall()).toBe(at);
    }
    await startOperator(1);
    await world.untilReason('busy', 'Ready', 60_000);
    const enis = await world.ownedEnis();
    expect(enis).toHaveLength(world.nodes.length);
    const { calls } = await simulator.calls({ action: 'CreateNetworkInterface' });
    expect(calls.filter(({ code }) => code === 'OK')).toHaveLength(world.nodes.length);
  }, 200_000);
});
