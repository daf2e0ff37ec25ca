import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '../../../hack/control-plane/run-command.ts';

/** Runs programs with the PATH on which kind is. */
export interface KindTools {
  /** Image of the nodes; undefined: the one that this kind release names. */
  readonly nodeImage: string | undefined;
  /** Scripts that stand in for the registries of images, where there are none. */
  readonly offlineTools: string | undefined;
  /** File or URL of the manifests of cert-manager and of Multus, where no scripts bring them. */
  readonly addonManifests: Readonly<Record<Addon, string | undefined>>;
  /** Runs a program and leaves judging the result to the caller. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<CommandResult>;
  /**
   * Runs a program and returns standard output.
   * @throws Error with the program's own words when it fails.
   */
  readonly mustRun: (command: string, args: readonly string[], options?: RunOptions) => Promise<string>;
}

/** What a cluster is given besides Kubernetes. */
export type Addon = 'cert-manager' | 'multus';

/** How to run a program. */
export interface RunOptions {
  readonly stdin?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The tools, or why there are none on this machine. */
export type KindToolsResult =
  | { readonly kind: 'found'; readonly tools: KindTools }
  | { readonly kind: 'missing'; readonly reason: string };

/** Cluster, images and addons, the latter built for the first time. */
export const SETUP_DEADLINE_MS = 1_500_000;
/** The last line of the preparation says where kind is, and which image the nodes run. */
const PREPARED = /export PATH=(\S+):\$PATH; kind create cluster --image (\S+)/;

function missing(reason: string): KindToolsResult {
  return { kind: 'missing', reason };
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/**
 * Finds docker, kind and kubectl, unless `KIND_SKIP` gives a reason not to. With `KIND_OFFLINE_TOOLS`, a folder with the scripts `up`, `load` and `addon`, has `up`
 * prepare them first, which takes seconds when it has nothing to do and many minutes when it has all to do.
 */
export async function findKindTools(env: NodeJS.ProcessEnv): Promise<KindToolsResult> {
  if (env['KIND_SKIP']) return missing(env['KIND_SKIP']);
  if (process.getuid?.() !== 0) return missing('plugging interfaces into nodes needs root');
  const offlineTools = env['KIND_OFFLINE_TOOLS'] || undefined;
  const prepared = offlineTools === undefined ? { env } : await prepare(offlineTools, env);
  if ('reason' in prepared) return missing(prepared.reason);
  const tools = createKindTools(prepared.env, offlineTools);
  const reason = (await missingProgram(tools)) ?? missingManifests(tools);
  return reason === undefined ? { kind: 'found', tools } : missing(reason);
}

async function missingProgram(tools: KindTools): Promise<string | undefined> {
  for (const [command, ...args] of PROBES) {
    const { exitCode, isMissing, stderr } = await tools.run(command, args);
    if (isMissing) return `${command} is not installed`;
    if (exitCode !== 0) return `${command} ${args.join(' ')}: ${lastLine(stderr)}`;
  }
  return undefined;
}

function missingManifests({ offlineTools, addonManifests }: KindTools): string | undefined {
  const isGiven = Object.values(addonManifests).every((manifests) => manifests !== undefined);
  return isGiven || offlineTools !== undefined
    ? undefined
    : 'no cert-manager and Multus to install: set KIND_CERT_MANAGER and KIND_MULTUS, or KIND_OFFLINE_TOOLS';
}

/** For the name of a suite: nothing when there are tools; printed as well, because reporters tell of skipped suites in few words. */
export function skippedBecause(result: KindToolsResult): string {
  if (result.kind === 'found') return '';
  console.log(`skipped: kind cluster: ${result.reason}`);
  return ` (${result.reason})`;
}

const PROBES: readonly (readonly [string, ...string[]])[] = [
  ['docker', 'info'],
  ['kind', 'version'],
  ['kubectl', 'version', '--client'],
  ['ip', '-V'],
  ['nft', '--version'],
];

async function prepare(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly env: NodeJS.ProcessEnv } | { readonly reason: string }> {
  const up = join(folder, 'up');
  if (!existsSync(up)) return { reason: `KIND_OFFLINE_TOOLS: there is no ${up}` };
  const { exitCode, stderr } = await runCommand(up, [], { env });
  if (exitCode !== 0) return { reason: `${up} failed: ${lastLine(stderr)}` };
  const [, path = '', image = ''] = PREPARED.exec(stderr) ?? [];
  if (path === '') return { reason: `${up} does not say where kind is: ${lastLine(stderr)}` };
  return {
    env: {
      ...env,
      PATH: `${path}:${env['PATH'] ?? ''}`,
      KIND_NODE_IMAGE: env['KIND_NODE_IMAGE'] || image,
    },
  };
}

function createKindTools(env: NodeJS.ProcessEnv, offlineTools: string | undefined): KindTools {
  const run: KindTools['run'] = async (command, args, { stdin = '', env: more = {} } = {}) =>
    runCommand(command, args, {
      env: { ...env, ...more },
      stdin,
      signal: AbortSignal.timeout(SETUP_DEADLINE_MS),
    });
  return {
    nodeImage: env['KIND_NODE_IMAGE'] || undefined,
    offlineTools,
    addonManifests: {
      'cert-manager': env['KIND_CERT_MANAGER'] || undefined,
      multus: env['KIND_MULTUS'] || undefined,
    },
    run,
    mustRun: async (command, args, options) => {
      const { exitCode, stdout, stderr } = await run(command, args, options);
      if (exitCode !== 0) {
        throw new Error(
          `${command} ${args.join(' ')} ended with code ${exitCode ?? '?'}: ${stderr.trim() || stdout.trim()}`,
        );
      }
      return stdout;
    },
  };
}
