import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './control-plane/run-command.ts';

/**
 * Writes the manifests of the whole product as one file, `dist/install.yaml`. Only for a release, so a machine without
 * kubectl does without it.
 *
 * @param root of the repository
 * @returns what became of it, in words for people
 * @throws Error with kubectl's words when the manifests do not render.
 */
export async function renderInstall(root: string, kubectl = 'kubectl'): Promise<string> {
  if (!existsSync(join(root, 'kustomization.yaml')))
    return 'dist/install.yaml left out: no kustomization.yaml';
  const { exitCode, stdout, stderr, isMissing } = await runCommand(kubectl, ['kustomize', root]);
  if (isMissing) return 'dist/install.yaml left out: no kubectl on the PATH';
  if (exitCode !== 0) throw new Error(`kubectl kustomize failed: ${stderr.trim()}`);
  writeFileSync(join(root, 'dist', 'install.yaml'), stdout);
  return `dist/install.yaml ${(stdout.length / 1000).toFixed(0)} kB`;
}
