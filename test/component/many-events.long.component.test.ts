import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../hack/control-plane/find-free-port.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { openComponentTransport } from '../support/component-transport.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { collectGarbage, residentMiB } from '../support/process-memory.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const EVENTS = Number(process.env['EVENTS'] ?? 100_000);
/** Until then caches find their size. */
const WARM_UP = EVENTS / 5;
const WRITERS = 32;
/** A leak of one object of 500 bytes an event would be 38 MiB. */
const MOST_GROWTH_MIB = 20;

describe(`an operator that hears of ${EVENTS} changes`, () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;
  let inspectorPort: number;
  const transport = openComponentTransport({ queriesPerSecond: 100_000 });
  const client = createTypedClient(transport);

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      nodesPerZone: 30,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    inspectorPort = await findFreePort();
    operator = await startOperatorProcess({
      kubeconfig: kubeconfigPath(),
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--lease-name=many-events', '--detach-grace=0s', '--ec2-share=1'],
      env: { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` },
    });
    await world.applyNodeEni('steady', {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    await world.untilReason('steady', 'Ready', 90_000);
  });

  afterAll(async () => {
    await operator.stop();
    await transport.close();
    await world.close();
    await simulator.close();
  });

  /** Every write is another one: a label of its own, which the operator has to look at. */
  const touch = async (event: number): Promise<void> => {
    const node = world.nodes[event % world.nodes.length];
    const body = { metadata: { labels: { turn: String(event) } } };
    await client.nodes.patch(node?.name ?? '', { type: 'merge', body });
  };

  const touchMany = async (from: number, count: number): Promise<void> => {
    let next = from;
    const write = async (): Promise<void> => {
      for (let event = next++; event < from + count; event = next++) await touch(event);
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  };

  const neededMiB = async (): Promise<number> => {
    await collectGarbage(inspectorPort);
    return residentMiB(operator.pid);
  };

  it('uses no more memory after the last than after the first, makes no call, and still serves', async () => {
    await simulator.clearCalls();
    await touchMany(0, WARM_UP);
    const first = await neededMiB();
    await touchMany(WARM_UP, EVENTS - WARM_UP);
    const last = await neededMiB();
    process.stdout.write(
      `resident after ${WARM_UP} events ${first.toFixed(0)} MiB, after ${EVENTS} ${last.toFixed(0)} MiB\n`,
    );
    expect(last - first).toBeLessThan(MOST_GROWTH_MIB);
    const { calls } = await simulator.calls();
    expect(calls.filter(({ action }) => !action.startsWith('Describe'))).toEqual([]);
    const [node] = world.nodes;
    await client.nodes.patch(node?.name ?? '', {
      type: 'merge',
      body: { metadata: { labels: { ng: null } } },
    });
    await world.until(
      'the ENI of a node without the label to go',
      async () => ((await world.ownedEnis()).length === world.nodes.length - 1 ? true : undefined),
      60_000,
    );
  }, 1_800_000);
});
