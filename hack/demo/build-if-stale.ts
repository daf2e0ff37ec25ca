import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../control-plane/file-lock.ts';
import { runCommand } from '../control-plane/run-command.ts';

const root = join(import.meta.dirname, '..', '..');
const sources = ['api', 'gen', 'src', 'simulator', 'hack/build.ts', 'package-lock.json'];
const bundles = ['dist/operator.js', 'dist/ec2-simulator.js'];
// A build takes seconds; whoever waits for it would need as long alone.
const lockDeadlineMs = 120_000;

/** Whether a bundle is missing or older than a source. Times in milliseconds; undefined = missing. */
export function isStale(bundleTimes: readonly (number | undefined)[], newestSource: number): boolean {
  return bundleTimes.some((time) => time === undefined || time < newestSource);
}

/**
 * Builds the bundles that the demo runs, unless they are up to date. Several demos never build at the same time.
 * @throws Error with the build's own words when it fails.
 */
export async function buildIfStale(deps: {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}): Promise<void> {
  if (!areBundlesStale()) return;
  const onWait = (pid: number): void => deps.say(`process ${pid} is building; waiting for it`);
  const lock = { path: join(root, 'node_modules', '.demo-build-lock'), deadlineMs: lockDeadlineMs, onWait };
  await withFileLock({ ...lock, signal: deps.signal }, async () => {
    if (!areBundlesStale()) return;
    deps.say('building dist/');
    const build = await runCommand(process.execPath, [join(root, 'hack', 'build.ts')], {
      cwd: root,
      signal: deps.signal,
    });
    if (build.exitCode !== 0) throw new Error(`npm run build failed\n${build.stderr.trim()}`);
  });
}

function areBundlesStale(): boolean {
  const newestSource = Math.max(...sources.flatMap((path) => sourceTimes(path)));
  return isStale(
    bundles.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs),
    newestSource,
  );
}

function sourceTimes(path: string): readonly number[] {
  const { mtimeMs } = statSync(join(root, path));
  if (!statSync(join(root, path)).isDirectory()) return [mtimeMs];
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => statSync(join(root, path, name)).mtimeMs);
}
