import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildBinaries } from './build-binaries.ts';
import { downloadBinaries } from './download-binaries.ts';
import { withFileLock } from './file-lock.ts';
import { requiredGoVersion } from './go-toolchain.ts';
import { createProgress } from './report-progress.ts';
import { envtestArchives, goBuilds, kubernetesVersion } from './release.ts';
import { type ControlPlaneBinaries, resolveBinaries } from './resolve-binaries.ts';

/** What finding the programs may depend on. */
export interface PrepareOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

// A build on a slow machine; whoever waits for it would need as long alone.
const lockDeadlineMs = 3_600_000;

/**
 * Finds, downloads or builds the programs, telling on standard error what takes long.
 * @throws PrerequisiteError when there is no way on this machine.
 */
export async function prepareBinaries(options: PrepareOptions): Promise<ControlPlaneBinaries> {
  const { env, signal } = options;
  const cacheRoot = join(
    env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'multi-eni-operator',
    'control-plane',
  );
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const sourcesDir = import.meta.dirname;
  const builtDir = join(cacheRoot, `${kubernetesVersion}-${platform}-${hashOfBuild(sourcesDir)}`);
  const downloadedDir = join(cacheRoot, `envtest-${envtestArchives.version}-${platform}`);
  const progress = createProgress(process.stderr);
  const goVersion = requiredGoVersion(readFileSync(join(sourcesDir, 'kubernetes', 'go.mod'), 'utf8'));
  const onWait = (pid: number): void =>
    progress.say(`process ${pid} is getting the programs; waiting for it`);
  return resolveBinaries({
    assetsDir: env['KUBEBUILDER_ASSETS'],
    cacheDirs: [builtDir, downloadedDir],
    isExecutable,
    goVersion,
    download: async () => downloadBinaries({ platform, target: downloadedDir, progress, signal }),
    build: async () => buildBinaries({ sourcesDir, target: builtDir, goVersion, env, progress, signal }),
    exclusively: async (action) => {
      mkdirSync(cacheRoot, { recursive: true });
      return withFileLock(
        { path: join(cacheRoot, 'lock'), deadlineMs: lockDeadlineMs, signal, onWait },
        action,
      );
    },
  });
}

/** Changes with anything that changes what is built. */
function hashOfBuild(sourcesDir: string): string {
  const hash = createHash('sha256').update(JSON.stringify(goBuilds));
  for (const { module } of goBuilds) {
    hash.update(readFileSync(join(sourcesDir, module, 'go.mod')));
    hash.update(readFileSync(join(sourcesDir, module, 'go.sum')));
  }
  return hash.digest('hex').slice(0, 12);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
