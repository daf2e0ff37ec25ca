import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { FakeClock } from '../../src/runtime/fake-clock.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

/** The long run watches the process for two minutes, the short one for 24 seconds. */
const RESYNC_S = process.env['TEST_LONG'] === '1' ? 20 : 4;
const WATCHED_S = RESYNC_S * 6;

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

describe('an operator with nothing to do', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control'],
    });
    const operator = await world.startOperator();
    await world.applyNodeEni('steady', {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupNames: ['nodes'],
    });
    await world.untilReason('steady', 'Ready');
    await operator.stop();
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const versions = async (): Promise<string[]> => {
    const [nodeEnis, attachments] = [await world.client.nodeENIs.list(), await world.attachments()];
    return [...nodeEnis.items, ...attachments].map(
      ({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`,
    );
  };

  it('writes nothing and lists its ENIs once a resync for ten minutes', async () => {
    const clock = new FakeClock(Date.now());
    // Fake seconds pass in milliseconds, calls do not: the Lease gets time for them.
    const operator = await world.startOperator({
      clock,
      config: { resyncPeriodMs: 300_000, leaseDurationMs: 120_000 },
    });
    const settle = async (): Promise<void> => {
      await clock.advance(500);
      await delay(systemClock, 20);
    };
    for (let step = 0; step < 60; step += 1) await settle();
    await world.until('the operator to lead', async () => {
      await settle();
      return operator.ec2Calls.some(({ action }) => action === 'DescribeNetworkInterfaces')
        ? true
        : undefined;
    });
    for (let step = 0; step < 20; step += 1) await settle();
    const before = await versions();
    const [ec2From, kubernetesFrom] = [operator.ec2Calls.length, operator.kubernetesCalls.length];
    const linesFrom = operator.logger.lines.filter(({ level }) => level !== 'debug').length;

    const minutes = 10;
    for (let step = 0; step < minutes * 60; step += 1) {
      await clock.advance(1_000);
      await delay(systemClock, 5);
    }

    const ec2 = operator.ec2Calls.slice(ec2From).map(({ action }) => action);
    const listings = ec2.filter((action) => action === 'DescribeNetworkInterfaces');
    expect(listings.length).toBeLessThanOrEqual(minutes / 5);
    expect(ec2.length - listings.length).toBeLessThanOrEqual((12 * minutes) / 60);
    expect(await versions()).toEqual(before);
    // The Lease is the one thing that an idle leader keeps writing.
    const writes = operator.kubernetesCalls.slice(kubernetesFrom).filter(({ method }) => WRITES.has(method));
    expect(writes.every(({ method }) => method === 'PATCH')).toBe(true);
    expect(operator.logger.lines.filter(({ level }) => level !== 'debug').slice(linesFrom)).toEqual([]);
    const stopped = operator.stop();
    for (let step = 0; step < 50; step += 1) await settle();
    await stopped;
  }, 120_000);

  it(`does so as a process, too, for ${WATCHED_S} s with a resync of ${RESYNC_S} s`, async () => {
    const operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: [
        `--resync-period=${RESYNC_S}s`,
        '--pod-namespace=default',
        '--lease-name=idle',
        '--ec2-share=1',
      ],
    });
    try {
      await world.until('the controllers to run', async () =>
        operator.logLines().some(({ msg }) => msg === 'controllers running') ? true : undefined,
      );
      await delay(systemClock, 5_000);
      const before = await versions();
      await simulator.clearCalls();
      const linesFrom = operator.logLines().length;
      await delay(systemClock, WATCHED_S * 1_000);
      const actions = (await simulator.calls()).calls.map(({ action }) => action);
      const listings = actions.filter((action) => action === 'DescribeNetworkInterfaces').length;
      expect(listings).toBeLessThanOrEqual(7);
      expect(listings).toBeGreaterThanOrEqual(5);
      expect(actions.length - listings).toBeLessThanOrEqual(4);
      expect(await versions()).toEqual(before);
      expect(operator.logLines().slice(linesFrom)).toEqual([]);
    } finally {
      await operator.stop();
    }
  }, 180_000);
});
