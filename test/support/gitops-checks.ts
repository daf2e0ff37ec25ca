import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CommandResult, runCommand } from '../../hack/control-plane/run-command.ts';
import { findTool } from '../../hack/gitops-tools/gitops-tools.ts';
import { asList } from './rendered-manifests.ts';
import { kubeconfigPath } from './shared-control-plane.ts';

/** Path of the program with Flux's own code; undefined where nobody has built it (`node hack/gitops-tools/main.ts`). */
export const gitopsChecks: string | undefined = findTool('gitops-checks', process.env);

/** What Flux did with an object. */
export interface FluxChange {
  readonly subject: string;
  readonly action: 'created' | 'configured' | 'unchanged' | 'deleted' | 'skipped';
}

/** What kstatus says of an object. */
export interface KstatusVerdict {
  readonly status: 'InProgress' | 'Failed' | 'Current' | 'Terminating' | 'NotFound' | 'Unknown';
  readonly message: string;
}

/** A kind of others, read by its own type. */
export interface DecodedObject {
  readonly kind: string;
  readonly name: string;
  readonly problem?: string;
}

async function run(args: readonly string[], stdin = ''): Promise<CommandResult> {
  if (gitopsChecks === undefined)
    throw new Error('gitops-checks is not built: node hack/gitops-tools/main.ts');
  return runCommand(gitopsChecks, args, { stdin });
}

function linesOf({ exitCode, stdout, stderr }: CommandResult): readonly string[] {
  if (exitCode !== 0) throw new Error(stderr.trim());
  return stdout.split('\n').filter((line) => line !== '');
}

async function withFile<T>(objects: readonly object[], use: (path: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-gitops-'));
  try {
    const path = join(dir, 'objects.json');
    writeFileSync(path, asList(objects));
    return await use(path);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Applies objects as kustomize-controller does.
 * @throws Error with Flux's words.
 */
export async function fluxApply(objects: readonly object[]): Promise<readonly FluxChange[]> {
  return withFile(objects, async (path) => {
    const lines = linesOf(await run(['apply', kubeconfigPath(), path]));
    return lines.map((line): FluxChange => JSON.parse(line));
  });
}

/**
 * Deletes what the revision before had and this one has not, as a Kustomization with `prune: true` does after it applied.
 * @throws Error with Flux's words.
 */
export async function fluxPrune(
  before: readonly object[],
  after: readonly object[],
): Promise<readonly FluxChange[]> {
  return withFile(before, async (old) =>
    withFile(after, async (wanted) => {
      const lines = linesOf(await run(['prune', kubeconfigPath(), old, wanted]));
      return lines.map((line): FluxChange => JSON.parse(line));
    }),
  );
}

/** Waits as a Kustomization with `wait: true` does; returns how the program ended. */
export async function fluxWait(objects: readonly object[], seconds: number): Promise<CommandResult> {
  return withFile(objects, async (path) => run(['wait', kubeconfigPath(), path, String(seconds)]));
}

/** kstatus of each object of a stream of JSON documents. */
export async function judge(documents: string): Promise<readonly KstatusVerdict[]> {
  return linesOf(await run(['judge'], documents)).map((line): KstatusVerdict => JSON.parse(line));
}

/** Reads kinds of cert-manager, Flux and the Prometheus operator by their own types, strictly. */
export async function decode(objects: readonly object[]): Promise<readonly DecodedObject[]> {
  return linesOf(await run(['decode'], asList(objects))).map((line): DecodedObject => JSON.parse(line));
}
