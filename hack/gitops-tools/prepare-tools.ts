import { mkdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../control-plane/file-lock.ts';
import { goProblem, requiredGoVersion } from '../control-plane/go-toolchain.ts';
import { installFolder } from '../control-plane/install-folder.ts';
import { PrerequisiteError } from '../control-plane/prerequisite-error.ts';
import { type CommandResult, runCommand } from '../control-plane/run-command.ts';
import { findTool, type GitopsTool, gitopsTools, toolDirectory, toolsDirectory } from './gitops-tools.ts';

/** What a build may depend on. */
export interface PrepareToolsOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

// A build on a slow machine; whoever waits for it would need as long alone.
const lockDeadlineMs = 3_600_000;
const root = join(import.meta.dirname, '..', '..');

/**
 * Builds every program that is not in the cache yet, one process at a time.
 * @returns the paths
 * @throws PrerequisiteError when Go is missing or too old; Error with Go's words when it cannot build.
 */
export async function prepareTools(options: PrepareToolsOptions): Promise<readonly string[]> {
  const { env, say, signal } = options;
  const missing = (): readonly GitopsTool[] =>
    gitopsTools.filter(({ name }) => findTool(name, env) === undefined);
  if (missing().length > 0) {
    const directory = toolsDirectory(env);
    mkdirSync(directory, { recursive: true });
    const onWait = (pid: number): void => say(`process ${pid} is building the programs; waiting for it`);
    await withFileLock(
      { path: join(directory, 'lock'), deadlineMs: lockDeadlineMs, signal, onWait },
      async () => {
        for (const tool of missing()) await build(tool, options);
      },
    );
  }
  return gitopsTools.map(({ name }) => findTool(name, env) ?? name);
}

async function build(tool: GitopsTool, { env, say, signal }: PrepareToolsOptions): Promise<void> {
  const goVersion = requiredGoVersion(readFileSync(join(root, tool.module, 'go.mod'), 'utf8'));
  const go = async (args: readonly string[]): Promise<CommandResult> =>
    runCommand('go', args, {
      cwd: join(root, tool.module),
      env: { ...env, GOFLAGS: [env['GOFLAGS'], '-buildvcs=false'].filter(Boolean).join(' ') },
      signal,
      onStart: (pid) => setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL),
    });
  const problem = goProblem(await go(['version']), goVersion);
  if (problem !== undefined) throw new PrerequisiteError(`cannot build ${tool.name}: ${problem}`);
  say(`building ${tool.name} with Go: minutes the first time, then cached`);
  await installFolder(toolDirectory(tool, env), async (draft) => {
    const [packagePath = '.', ...flags] = tool.buildArguments.toReversed();
    const output = join(draft, tool.name);
    const { exitCode, stderr } = await go([
      'build',
      '-ldflags',
      '-s -w',
      ...flags.toReversed(),
      '-o',
      output,
      packagePath,
    ]);
    if (exitCode === 0) return;
    const lastLines = stderr.trimEnd().split('\n').slice(-5).join('\n    ');
    throw new Error(
      `cannot build ${tool.name}: go build ended with exit code ${exitCode}:\n    ${lastLines}`,
    );
  });
}
