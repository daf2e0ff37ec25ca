import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../../hack/control-plane/start-control-plane.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { delay } from '../../src/runtime/delay.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { type OperatorProcess, startOperatorProcess } from '../support/operator-process.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const GONE_MS = 180_000;
/** The longest back-off of a watch, once to list and once to watch, and the time to be elected. */
const BACK_WITHIN_MS = 90_000;

/** A control plane of its own, because the one that other tests share must not go down. */
describe('an operator whose API server is gone for three minutes', () => {
  let folder: string;
  let controlPlane: ControlPlane;
  let simulator: SimulatorServer;
  let operator: OperatorProcess;

  const kubectl = async (args: readonly string[]): Promise<void> => {
    const all = ['--kubeconfig', controlPlane.kubeconfigPath, ...args];
    const { exitCode, stderr } = await runCommand(controlPlane.kubectlPath, all);
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${stderr}`);
  };

  const leaderships = (): number =>
    operator.logLines().filter(({ msg }) => msg === 'controllers running').length;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-server-gone-'));
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    controlPlane = await startControlPlane({ dir: join(folder, 'control-plane') });
    await kubectl(['apply', '-f', 'config/crd/bases']);
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    operator = await startOperatorProcess({
      kubeconfig: controlPlane.kubeconfigPath,
      ec2Endpoint: simulator.url,
      flags: ['--pod-namespace=default', '--resync-period=20s'],
    });
  });

  afterAll(async () => {
    await operator.stop();
    await controlPlane.stop();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('stays alive, asks EC2 for nothing, says little, and leads again soon after', async () => {
    await waitUntil(() => (leaderships() === 1 ? true : undefined), {
      what: 'the first leadership',
      deadlineMs: 60_000,
    });
    await controlPlane.stopApiServer();
    await waitUntil(
      () =>
        operator.logLines().some(({ msg }) => msg === 'leadership lost, starting over') ? true : undefined,
      { what: 'the leadership to be given up', deadlineMs: 60_000 },
    );
    await delay(systemClock, 2_000);
    await simulator.clearCalls();
    const linesFrom = operator.logLines().length;
    await delay(systemClock, GONE_MS);
    expect((await simulator.calls()).calls).toEqual([]);
    expect((await fetch(`${operator.httpUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${operator.httpUrl}/readyz`)).status).toBe(503);
    // Three watches that back off to 30 s.
    expect(operator.logLines().length - linesFrom).toBeLessThan(100);
    await controlPlane.startApiServer();
    await waitUntil(() => (leaderships() === 2 ? true : undefined), {
      what: 'the second leadership',
      deadlineMs: BACK_WITHIN_MS,
      explain: operator.explain,
    });
  }, 420_000);
});
