import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { asPod } from '../support/as-pod.ts';
import { kubectl } from '../support/component-cluster.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const ACCOUNT = 'operator-token-test';

const revokeToken = (name: string): Promise<string> => kubectl(['delete', 'secret', name]);

describe('an operator in a pod whose service account token', () => {
  let folder: string;
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-token-'));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: 2,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    await kubectl(['create', 'serviceaccount', ACCOUNT]);
    await kubectl([
      'create',
      'clusterrolebinding',
      ACCOUNT,
      '--clusterrole=cluster-admin',
      `--serviceaccount=default:${ACCOUNT}`,
    ]);
    const credentials = kubeconfigCredentials({
      path: kubeconfigPath(),
      clock: systemClock,
      logger: new RecordingLogger(),
    });
    const { server, tls } = await credentials.resolve();
    await writeFile(join(folder, 'ca.crt'), tls.ca ?? '');
    await issueToken('first');
    const { hostname, port } = new URL(server);
    operator = await startOperatorProcess({
      kubeconfig: '',
      ec2Endpoint: simulator.url,
      flags: [
        '--pod-namespace=default',
        '--lease-name=api-token',
        '--lease-duration=6s',
        '--detach-grace=0s',
        '--ec2-share=1',
      ],
      env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      wrapper: asPod(folder),
    });
  });

  afterAll(async () => {
    await operator.stop();
    await world.close();
    await simulator.close();
    await kubectl(['delete', 'clusterrolebinding', ACCOUNT]);
    await kubectl(['delete', 'serviceaccount', ACCOUNT]);
    await rm(folder, { recursive: true, force: true });
  });

  /** A token that is good as long as the Secret it is bound to exists. */
  const issueToken = async (name: string): Promise<void> => {
    await kubectl(['create', 'secret', 'generic', name]);
    const token = await kubectl([
      'create',
      'token',
      ACCOUNT,
      '--bound-object-kind=Secret',
      `--bound-object-name=${name}`,
    ]);
    await writeFile(join(folder, 'token.new'), token);
    await copyFile(join(folder, 'token.new'), join(folder, 'token'));
  };

  const refusals = async (): Promise<number> => {
    const text = await (await fetch(`${operator.httpUrl}/metrics`)).text();
    const counts = Array.from(
      text.matchAll(/^nodeeni_kubernetes_calls_total\{[^}]*status="401"[^}]*\} (\d+)$/gm),
      ([, count]) => Number(count),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };

  const leaderships = (): number =>
    operator.logLines().filter(({ msg }) => msg === 'controllers running').length;

  const serve = async (name: string): Promise<void> => {
    await world.applyNodeEni(name, {
      nodeSelector: NODE_LABELS,
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
    });
    await world.untilReason(name, 'Ready', 60_000);
    await kubectl(['delete', 'nodeeni', name, '--timeout=60s']);
  };

  it('is rotated and then revoked reads the new one at the first refusal, and goes on leading', async () => {
    await serve('before');
    expect(leaderships()).toBe(1);
    await issueToken('second');
    await revokeToken('first');
    await world.until(
      'the old token to be refused',
      async () => ((await refusals()) > 0 ? true : undefined),
      40_000,
    );
    await serve('rotated');
    expect(leaderships()).toBe(1);
  }, 120_000);

  it('is revoked with no new one gives the leadership up, acts no more, and recovers when there is one', async () => {
    await revokeToken('second');
    await world.until(
      'the leadership to be given up',
      async () =>
        operator.logLines().some(({ msg }) => msg === 'leadership lost, starting over') ? true : undefined,
      60_000,
    );
    await simulator.clearCalls();
    expect((await fetch(`${operator.httpUrl}/healthz`)).status).toBe(200);
    await issueToken('third');
    await world.until('the second leadership', async () => (leaderships() === 2 ? true : undefined), 60_000);
    const actions = (await simulator.calls()).calls.map(({ action }) => action);
    expect(actions.filter((action) => !action.startsWith('Describe'))).toEqual([]);
    await serve('recovered');
    await revokeToken('third');
  }, 150_000);
});
