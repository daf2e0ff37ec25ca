import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from './install-folder.ts';
import { envtestArchives } from './release.ts';
import type { Progress } from './report-progress.ts';
import type { Attempt } from './resolve-binaries.ts';
import { runCommand } from './run-command.ts';

/** What a download needs. */
export interface DownloadDeps {
  /** Such as "linux-amd64". */
  readonly platform: string;
  readonly target: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

const answerDeadlineMs = 5_000;
const bodyDeadlineMs = 300_000;
const releases = 'https://github.com/kubernetes-sigs/controller-tools/releases/download';

/** Takes the official envtest archive into the cache; gives up at once where GitHub is out of reach. */
export async function downloadBinaries(deps: DownloadDeps): Promise<Attempt> {
  const { version, sha512ByPlatform } = envtestArchives;
  const sha512 = sha512ByPlatform[deps.platform];
  if (sha512 === undefined) {
    return { reason: `there is no envtest archive for ${deps.platform}` };
  }
  const url = `${releases}/envtest-${version}/envtest-${version}-${deps.platform}.tar.gz`;
  const archive = await fetchArchive(url, deps);
  if ('reason' in archive) {
    return archive;
  }
  const actual = createHash('sha512').update(archive.bytes).digest('hex');
  if (actual !== sha512) {
    return { reason: `${url} has SHA-512 ${actual}, expected ${sha512}` };
  }
  await installFolder(deps.target, async (draft) => unpack(archive.bytes, draft, deps.signal));
  return { folder: deps.target };
}

async function fetchArchive(
  url: string,
  deps: DownloadDeps,
): Promise<{ readonly bytes: Buffer } | { readonly reason: string }> {
  const abort = new AbortController();
  const stop = (): void => abort.abort(deps.signal?.reason);
  deps.signal?.addEventListener('abort', stop, { once: true });
  let timer = setTimeout(() => abort.abort(new Error('no answer in time')), answerDeadlineMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) {
      return { reason: `${url} answered ${response.status}` };
    }
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('the archive came too slowly')), bodyDeadlineMs);
    deps.progress.say(`downloading ${url}`);
    return { bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    deps.signal?.throwIfAborted();
    return { reason: `${url} is out of reach: ${reasonOf(error)}` };
  } finally {
    clearTimeout(timer);
    deps.signal?.removeEventListener('abort', stop);
  }
}

/** fetch hides what happened in the cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {};
  return cause instanceof Error ? cause.message : String(cause);
}

/** The archive keeps its programs under controller-tools/envtest/. */
async function unpack(bytes: Buffer, draft: string, signal: AbortSignal | undefined): Promise<void> {
  const path = join(draft, 'envtest.tar.gz');
  writeFileSync(path, bytes);
  const result = await runCommand('tar', ['-xzf', path, '-C', draft, '--strip-components=2'], { signal });
  if (result.exitCode !== 0) {
    throw new Error(
      `tar could not unpack the envtest archive: ${result.isMissing ? 'not installed' : result.stderr}`,
    );
  }
}
