import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../../hack/control-plane/start-control-plane.ts';

/** A control plane that component tests share, one file after the other. */
export type SharedControlPlane = Pick<ControlPlane, 'kubeconfigPath' | 'kubectlPath'>;

declare module 'vitest' {
  export interface ProvidedContext {
    /** One for each worker. */
    controlPlanes: readonly SharedControlPlane[];
  }
}

const crdDir = join(import.meta.dirname, '..', '..', 'config', 'crd', 'bases');

/**
 * Starts the control planes that the component tests of a run share, one for each worker, with our CRDs established.
 * @returns what stops them and removes their files.
 */
export async function setup(project: Pick<TestProject, 'provide' | 'config'>): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-component-'));
  const cleanUp: (() => Promise<void>)[] = [async () => rm(dir, { recursive: true, force: true })];
  const teardown = async (): Promise<void> => {
    for (const step of cleanUp.toReversed()) {
      await step();
    }
  };
  const start = async (worker: number): Promise<SharedControlPlane> => {
    const controlPlane = await startControlPlane({ dir: join(dir, String(worker)) });
    cleanUp.push(controlPlane.stop);
    await establishCrds(controlPlane);
    const { kubeconfigPath, kubectlPath } = controlPlane;
    return { kubeconfigPath, kubectlPath };
  };
  try {
    const controlPlanes: SharedControlPlane[] = [];
    // One after the other: each looks for free ports.
    for (let worker = 1; worker <= project.config.maxWorkers; worker += 1) {
      controlPlanes.push(await start(worker));
    }
    project.provide('controlPlanes', controlPlanes);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function establishCrds(controlPlane: ControlPlane): Promise<void> {
  const files = existsSync(crdDir) ? readdirSync(crdDir).filter((name) => name.endsWith('.yaml')) : [];
  if (files.length === 0) {
    return;
  }
  const flags = files.flatMap((name) => ['-f', join(crdDir, name)]);
  await kubectl(controlPlane, ['apply', '--server-side', ...flags]);
  await kubectl(controlPlane, ['wait', '--for=condition=Established', '--timeout=60s', ...flags]);
}

async function kubectl(controlPlane: ControlPlane, args: readonly string[]): Promise<void> {
  const { kubectlPath, kubeconfigPath } = controlPlane;
  const result = await runCommand(kubectlPath, ['--kubeconfig', kubeconfigPath, ...args]);
  if (result.exitCode !== 0) {
    throw new Error(`kubectl ${args.join(' ')} failed: ${result.stderr.trim()}`);
  }
}
