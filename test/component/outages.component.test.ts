import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../../hack/control-plane/start-control-plane.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { startOperatorProcess, type OperatorProcess } from '../support/operator-process.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

interface Readiness {
  readonly status: number;
  readonly text: string;
}

async function readyz(operator: OperatorProcess): Promise<Readiness> {
  const response = await fetch(`${operator.httpUrl}/readyz`);
  return { status: response.status, text: await response.text() };
}

async function untilReady(operator: OperatorProcess, isReady: boolean): Promise<Readiness> {
  return waitUntil(
    async () => {
      const readiness = await readyz(operator);
      return (readiness.status === 200) === isReady ? readiness : undefined;
    },
    {
      what: isReady ? 'readyz to be ok' : 'readyz to say what is wrong',
      deadlineMs: 90_000,
      explain: operator.explain,
    },
  );
}

async function untilSaying(operator: OperatorProcess, text: RegExp): Promise<Readiness> {
  return waitUntil(
    async () => {
      const readiness = await readyz(operator);
      return text.test(readiness.text) ? readiness : undefined;
    },
    { what: `readyz to say ${text}`, deadlineMs: 90_000, explain: operator.explain },
  );
}

describe('an operator whose world is down', () => {
  let folder: string;
  let controlPlane: ControlPlane;
  let simulator: SimulatorServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outages-'));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    controlPlane = await startControlPlane({ dir: join(folder, 'control-plane') });
    await kubectl(['apply', '-f', 'config/crd/bases']);
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  });

  afterAll(async () => {
    await controlPlane.stop();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function kubectl(args: readonly string[], stdin = ''): Promise<string> {
    const result = await runCommand(
      controlPlane.kubectlPath,
      ['--kubeconfig', controlPlane.kubeconfigPath, ...args],
      { stdin },
    );
    if (result.exitCode !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${result.stderr}`);
    return result.stdout;
  }

  const start = (env: Readonly<Record<string, string>> = {}): Promise<OperatorProcess> =>
    startOperatorProcess({
      kubeconfig: controlPlane.kubeconfigPath,
      ec2Endpoint: simulator.url,
      flags: ['--lease-duration=3s', '--pod-namespace=default'],
      env,
      until: 'listening',
    });

  it('stays alive without the API server, does not act, and goes on by itself when it is back', async () => {
    const operator = await start();
    const leads = (): number => operator.logLines().filter(({ msg }) => msg === 'controllers running').length;
    await waitUntil(async () => (leads() === 1 ? true : undefined), {
      what: 'the first leadership',
      deadlineMs: 30_000,
    });
    await controlPlane.stopApiServer();
    await untilReady(operator, false);
    await waitUntil(
      async () =>
        operator.logLines().some(({ msg }) => msg === 'leadership lost, starting over') ? true : undefined,
      { what: 'the leadership to be given up', deadlineMs: 30_000, explain: operator.explain },
    );
    await simulator.clearCalls();
    await expect(fetch(`${operator.httpUrl}/healthz`)).resolves.toMatchObject({ status: 200 });
    await controlPlane.startApiServer();
    await waitUntil(async () => (leads() === 2 ? true : undefined), {
      what: 'the second leadership',
      deadlineMs: 60_000,
    });
    await expect(untilReady(operator, true)).resolves.toMatchObject({ status: 200 });
    const { calls } = await simulator.calls();
    // Its own ENIs, and those of the reference controller.
    expect(new Set(calls.map(({ action }) => action))).toEqual(new Set(['DescribeNetworkInterfaces']));
    await operator.stop();
    await expect(operator.exited).resolves.toBe(0);
  }, 150_000);

  it('stays alive without EC2, says so in readyz, and recovers by itself', async () => {
    await simulator.faults.add({ action: '*', kind: 'error', code: 'ServiceUnavailable', status: 503 });
    const operator = await start();
    const down = await untilSaying(
      operator,
      /\[-\]ec2: DescribeNetworkInterfaces failed: ServiceUnavailable/,
    );
    expect(down.status).toBe(503);
    await expect(fetch(`${operator.httpUrl}/healthz`)).resolves.toMatchObject({ status: 200 });
    await simulator.faults.remove();
    await untilReady(operator, true);
    await operator.stop();
  }, 120_000);

  it('stays alive without credentials and says so in readyz', async () => {
    const operator = await start({
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const down = await untilSaying(operator, /\[-\]ec2: .*credentials/i);
    expect(down.status).toBe(503);
    await expect(fetch(`${operator.httpUrl}/healthz`)).resolves.toMatchObject({ status: 200 });
    await operator.stop();
  }, 120_000);

  it('refuses to act where attachments carry the identity of another cluster, and prints the way out', async () => {
    const attachment = {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENIAttachment',
      metadata: { name: 'other' },
      spec: {
        nodeENI: { name: 'a', uid: 'u' },
        nodeName: 'n',
        instanceID: 'i-1',
        zone: 'us-east-1a',
        slot: 'id/subnet-1',
        subnetID: 'subnet-1',
        securityGroupIDs: ['sg-1'],
        networkCardIndex: 0,
        deviceIndex: 2,
        deleteOnTermination: true,
        sourceDestCheck: true,
        attempt: {
          number: 1,
          createdAt: '2026-01-01T00:00:00Z',
          subnetID: 'subnet-1',
          securityGroupIDs: ['sg-1'],
          description: '',
          tags: { 'networking.k8s.aws/cluster': 'blue', 'networking.k8s.aws/cluster-uid': 'uid-of-blue' },
        },
      },
    };
    await kubectl(['apply', '-f', '-'], JSON.stringify(attachment));
    await simulator.clearCalls();
    const operator = await start();
    await expect(operator.exited).resolves.toBe(1);
    expect(operator.explain()).toMatch(/carries cluster identity blue\/uid-of-blue/);
    await operator.stop();
    expect((await simulator.calls()).calls).toEqual([]);
    await kubectl(['delete', 'nodeeniattachment', 'other']);
  });
});

describe('wrong options', () => {
  it('are all named at once, with exit code 2', async () => {
    const result = await runCommand(
      process.execPath,
      ['dist/operator.js', '--resync-period=soon', '--ec2-share=7', '--nope'],
      {},
    );
    expect(result.exitCode).toBe(2);
    for (const named of ['--resync-period is "soon"', '--ec2-share is "7"', '--nope is unknown']) {
      expect(result.stderr).toContain(named);
    }
  });
});
