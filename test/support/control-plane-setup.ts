import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { type ControlPlane, startControlPlane } from '../../hack/control-plane/start-control-plane.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of the administrator's kubeconfig of the shared control plane. */
    kubeconfig: string;
    /** Path of a kubectl of the same version. */
    kubectl: string;
  }
}

const crdDir = join(import.meta.dirname, '..', '..', 'config', 'crd', 'bases');

/**
 * Starts the control plane that all component tests of a run share, with our CRDs established.
 * @returns what stops it and removes its files.
 */
export async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-component-'));
  const cleanUp: (() => Promise<void>)[] = [async () => rm(dir, { recursive: true, force: true })];
  const teardown = async (): Promise<void> => {
    for (const step of cleanUp.toReversed()) {
      await step();
    }
  };
  try {
    const controlPlane = await startControlPlane({ dir });
    cleanUp.push(controlPlane.stop);
    await establishCrds(controlPlane);
    project.provide('kubeconfig', controlPlane.kubeconfigPath);
    project.provide('kubectl', controlPlane.kubectlPath);
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
