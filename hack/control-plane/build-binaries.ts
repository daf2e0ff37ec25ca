import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { type GoVersionResult, goProblem } from './go-toolchain.ts';
import { installFolder } from './install-folder.ts';
import { type GoBuild, goBuilds } from './release.ts';
import type { Progress } from './report-progress.ts';
import type { Attempt } from './resolve-binaries.ts';
import { type CommandResult, runCommand } from './run-command.ts';

/** What a build needs. */
export interface BuildDeps {
  /** Folder with our Go modules. */
  readonly sourcesDir: string;
  readonly target: string;
  readonly goVersion: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** Builds the programs from the Go module proxy into the cache, at low priority. */
export async function buildBinaries(deps: BuildDeps): Promise<Attempt> {
  const version: GoVersionResult = await go(deps, 'kubernetes', ['version']);
  const problem = goProblem(version, deps.goVersion);
  if (problem !== undefined) {
    return { reason: problem };
  }
  deps.progress.say('building etcd, kube-apiserver and kubectl with Go: minutes the first time, then cached');
  const failures: string[] = [];
  try {
    await installFolder(deps.target, async (draft) => {
      for (const build of goBuilds) {
        await runBuild(deps, build, draft);
      }
    });
  } catch (error) {
    if (!(error instanceof GoFailure)) {
      throw error;
    }
    failures.push(error.message);
  }
  return failures.length > 0 ? { reason: failures.join('; ') } : { folder: deps.target };
}

class GoFailure extends Error {}

async function runBuild(deps: BuildDeps, build: GoBuild, draft: string): Promise<void> {
  const names = build.packages.map((path) => path.split('/cmd/')[1] ?? build.module).join(' and ');
  let compiled = 0;
  let total: number | undefined;
  const stop = deps.progress.watch((seconds) => stateOfBuild(names, seconds, compiled, total));
  try {
    const listed = succeed(await go(deps, build.module, ['list', '-deps', ...build.packages]), 'list');
    total = listed.stdout.trim().split('\n').length;
    // go build -v names each package that it compiles; those in the Go cache stay unnamed.
    const onErrorLine = (): void => void (compiled += 1);
    const output = join(draft, build.output) + (build.output === '' ? '/' : '');
    const args = ['build', '-v', '-ldflags', build.ldflags, '-o', output, ...build.packages];
    succeed(await go(deps, build.module, args, onErrorLine), 'build');
  } finally {
    stop();
  }
}

function stateOfBuild(names: string, seconds: number, compiled: number, total: number | undefined): string {
  const count =
    total === undefined ? 'looking for modules' : `${compiled} of at most ${total} packages compiled`;
  return `${names}: ${count}, ${seconds} s`;
}

async function go(
  deps: BuildDeps,
  module: string,
  args: readonly string[],
  onErrorLine?: (line: string) => void,
): Promise<CommandResult> {
  const goFlags = [deps.env['GOFLAGS'], '-buildvcs=false'].filter(Boolean).join(' ');
  return runCommand('go', args, {
    cwd: join(deps.sourcesDir, module),
    env: { ...deps.env, GOFLAGS: goFlags },
    signal: deps.signal,
    onStart: (pid) => setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL),
    ...(onErrorLine && { onErrorLine }),
  });
}

function succeed(result: CommandResult, step: string): CommandResult {
  if (result.exitCode !== 0) {
    const lastLines = result.stderr.trimEnd().split('\n').slice(-5).join('\n    ');
    throw new GoFailure(`go ${step} failed with exit code ${result.exitCode}:\n    ${lastLines}`);
  }
  return result;
}
