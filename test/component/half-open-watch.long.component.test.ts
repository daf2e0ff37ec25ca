import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { apiServerPort } from '../support/component-transport.ts';
import { kubectl } from '../support/component-cluster.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

/** Half-open connections look so: no byte comes any more, and no FIN or RST tells it. */
describe('an operator whose connections to the API server go silent', () => {
  let folder: string;
  let proxy: FaultProxy;
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'half-open-'));
    const port = await apiServerPort(kubeconfigPath());
    proxy = await startFaultProxy(port);
    const kubeconfig = join(folder, 'kubeconfig');
    const text = await readFile(kubeconfigPath(), 'utf8');
    await writeFile(kubeconfig, text.replace(`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: 3,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    operator = await startOperatorProcess({
      kubeconfig,
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--lease-name=half-open', '--detach-grace=0s', '--ec2-share=1'],
    });
    await world.applyNodeEni('silent', {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    await world.untilReason('silent', 'Ready', 60_000);
  });

  afterAll(async () => {
    await operator.stop();
    await proxy.close();
    await world.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const enisBecome = (count: number): Promise<boolean> =>
    world.until(
      `${count} ENIs`,
      async () => ((await world.ownedEnis()).length === count ? true : undefined),
      120_000,
    );

  it('keeps the leadership, hears of what happened within 90 s, and of everything after', async () => {
    const [node] = world.nodes;
    // Bookmarks restart the idle limit; a moment's wait makes sure that the freeze is not the start of the watch.
    await delay(systemClock, 5_000);
    proxy.freeze();
    const frozenAtMs = performance.now();
    await kubectl(['label', 'node', node?.name ?? '', 'ng-']);
    await enisBecome(world.nodes.length - 1);
    const heardAfterMs = performance.now() - frozenAtMs;
    expect(heardAfterMs).toBeLessThan(90_000);
    // Else the connections were not silent, and nothing has been shown.
    expect(heardAfterMs).toBeGreaterThan(10_000);
    expect(operator.logLines().filter(({ msg }) => msg === 'leadership lost, starting over')).toEqual([]);
    await kubectl(['label', 'node', node?.name ?? '', 'ng=multi-eni']);
    await enisBecome(world.nodes.length);
    await world.untilReason('silent', 'Ready', 60_000);
    const calls = await simulator.calls({ action: 'CreateNetworkInterface' });
    expect(calls.calls).toHaveLength(world.nodes.length + 1);
  }, 300_000);
});
