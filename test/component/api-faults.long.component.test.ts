import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import { type ApiProxy, type ProxiedCall, startApiProxy, writeKubeconfigOf } from '../support/api-proxy.ts';
import { kubectl } from '../support/component-cluster.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const FAULT_SEED = 20261122;
const OWN = '/apis/networking.k8s.aws/v1alpha1/';
type Call = Pick<ProxiedCall, 'method' | 'path' | 'isWatch'>;

const isOwnWrite = ({ method, path }: Call): boolean => method !== 'GET' && path.startsWith(OWN);

const isNodes = ({ path }: Call): boolean => path === '/api/v1/nodes';

/** The built operator behind a proxy that stands between it and a real API server, and misbehaves. */
describe('an operator whose API server', () => {
  let folder: string;
  let proxy: ApiProxy;
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-faults-'));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b'],
      nodesPerZone: 3,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    proxy = await startApiProxy(kubeconfigPath());
    const kubeconfig = join(folder, 'kubeconfig');
    await writeKubeconfigOf(proxy.url, kubeconfig);
    operator = await startOperatorProcess({
      kubeconfig,
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--lease-name=api-faults', '--detach-grace=0s', '--ec2-share=1'],
    });
    await world.until('the controllers to run', async () =>
      operator.logLines().some(({ msg }) => msg === 'controllers running') ? true : undefined,
    );
  });

  afterEach(async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=90s']);
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await operator.stop();
    await proxy.close();
    await world.close();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const apply = (name: string): Promise<void> =>
    world.applyNodeEni(name, {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });

  const successes = async (action: string): Promise<number> =>
    (await simulator.calls({ action })).calls.filter(({ code }) => code === 'OK').length;

  /** One ENI for each node, made by exactly one call each. */
  const expectOneEniEach = async (): Promise<void> => {
    const enis = await world.ownedEnis();
    const places = enis.map(({ Attachment }) => Attachment?.InstanceId ?? 'unattached');
    expect(places.toSorted()).toEqual(world.nodes.map(({ instanceId }) => instanceId).toSorted());
    expect(await successes('CreateNetworkInterface')).toBe(world.nodes.length);
    expect(await successes('AttachNetworkInterface')).toBe(world.nodes.length);
  };

  it('answers 429 with a Retry-After is asked again no earlier', async () => {
    const seconds = 2;
    const from = proxy.calls.length;
    const fault = proxy.addFault({
      fault: { kind: 'reply', status: 429, retryAfterSeconds: seconds },
      matches: (call) => isOwnWrite(call) && call.path.includes('/nodeeniattachments/'),
      times: 6,
    });
    await apply('slowed');
    await world.untilReason('slowed', 'Ready', 60_000);
    expect(fault.hits()).toBe(6);
    fault.remove();
    const calls = proxy.calls.slice(from);
    const refused = calls.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(6);
    for (const { path, method, atMs } of refused) {
      const next = calls.find((call) => call.path === path && call.method === method && call.atMs > atMs);
      expect((next?.atMs ?? Infinity) - atMs).toBeGreaterThanOrEqual(seconds * 1_000);
    }
    await expectOneEniEach();
  });

  it('answers half of all calls with 500, watches and Leases too, brings all to its end, no ENI doubled', async () => {
    // Not every second one: a loop of two calls would then fail for ever at the same one.
    const random = seededRandom(FAULT_SEED);
    const fault = proxy.addFault({ fault: { kind: 'reply', status: 500 }, matches: () => random() < 0.5 });
    proxy.reset();
    await apply('shaky');
    await world.untilReason('shaky', 'Ready', 110_000).finally(() => fault.remove());
    expect(fault.hits()).toBeGreaterThan(5);
    await expectOneEniEach();
  });

  it('loses half of the replies of what it has carried out brings all to its end, no ENI doubled', async () => {
    const random = seededRandom(FAULT_SEED);
    const fault = proxy.addFault({
      fault: { kind: 'reset', passedOn: true },
      matches: (call) => isOwnWrite(call) && random() < 0.5,
    });
    await apply('lossy');
    await world.untilReason('lossy', 'Ready', 60_000).finally(() => fault.remove());
    expect(fault.hits()).toBeGreaterThan(5);
    await expectOneEniEach();
  });

  it('resets all connections again and again brings all to its end, no ENI doubled', async () => {
    await apply('cut');
    for (let cut = 0; cut < 20; cut += 1) {
      proxy.reset();
      await delay(systemClock, 150);
    }
    await world.untilReason('cut', 'Ready', 60_000);
    expect(await world.ownedEnis()).toHaveLength(world.nodes.length);
    await expectOneEniEach();
  });

  it('has forgotten the history of a watch is listed again, and nothing that happened meanwhile is missed', async () => {
    await apply('gone');
    await world.untilReason('gone', 'Ready', 30_000);
    const [node] = world.nodes;
    const lists = (): number => proxy.calls.filter((call) => isNodes(call) && !call.isWatch).length;
    const before = lists();
    const gone = proxy.addFault({
      fault: { kind: 'watch-error', code: 410 },
      matches: (call) => isNodes(call) && call.isWatch,
      times: 1,
    });
    const down = proxy.addFault({ fault: { kind: 'reset', passedOn: false }, matches: isNodes });
    proxy.reset();
    await kubectl(['label', 'node', node?.name ?? '', 'ng-']);
    await delay(systemClock, 500);
    down.remove();
    await world.until(
      'the ENI of the node to go',
      async () => ((await world.ownedEnis()).length === world.nodes.length - 1 ? true : undefined),
      60_000,
    );
    expect(gone.hits()).toBe(1);
    expect(lists()).toBeGreaterThan(before);
    await kubectl(['label', 'node', node?.name ?? '', 'ng=multi-eni']);
    await world.untilReason('gone', 'Ready', 30_000);
  });

  it('cannot answer lists with all their pages restarts the list', async () => {
    const fault = proxy.addFault({
      fault: { kind: 'reply', status: 410 },
      matches: ({ method, path, isWatch }) => method === 'GET' && path === `${OWN}nodeenis` && !isWatch,
      times: 2,
    });
    const gone = proxy.addFault({
      fault: { kind: 'watch-error', code: 410 },
      matches: ({ path, isWatch }) => path === `${OWN}nodeenis` && isWatch,
      times: 1,
    });
    proxy.reset();
    await world.until('the list to be refused', async () => (fault.hits() === 2 ? true : undefined), 60_000);
    expect(gone.hits()).toBe(1);
    await apply('listed');
    await world.untilReason('listed', 'Ready', 60_000);
    await expectOneEniEach();
  });
});
