import { type CommandResult, runCommand } from '../control-plane/run-command.ts';

/** kubectl against the demo's cluster. */
export interface Kubectl {
  /** The program that is used: the user's own where there is one. */
  readonly command: string;
  /** Runs it and leaves judging the result to the caller. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<CommandResult>;
  /**
   * Runs it and returns standard output.
   * @throws Error with kubectl's own words when it fails.
   */
  readonly mustRun: (args: readonly string[], stdin?: string) => Promise<string>;
}

/** Where kubectl is and what it talks to. */
export interface KubectlOptions {
  readonly kubeconfig: string;
  /** Used where the PATH has none. */
  readonly ownKubectl: string;
  /** Where kubectl caches discovery, instead of the home directory. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
}

/** Finds kubectl. */
export async function createKubectl(options: KubectlOptions): Promise<Kubectl> {
  const { kubeconfig, cacheDir, signal } = options;
  const onPath = await runCommand('kubectl', ['version', '--client'], { signal });
  const command = onPath.exitCode === 0 ? 'kubectl' : options.ownKubectl;
  const run = async (args: readonly string[], stdin = ''): Promise<CommandResult> =>
    runCommand(command, ['--kubeconfig', kubeconfig, '--cache-dir', cacheDir, ...args], {
      signal,
      stdin,
    });
  return {
    command,
    run,
    mustRun: async (args, stdin) => {
      const result = await run(args, stdin);
      if (result.exitCode !== 0) {
        throw new Error(`kubectl ${args.join(' ')} failed: ${result.stderr.trim()}`);
      }
      return result.stdout;
    },
  };
}
