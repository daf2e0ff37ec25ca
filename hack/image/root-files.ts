import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { UnpackedPackage } from './fetch-packages.ts';
import { isWanted, NON_ROOT, type Target } from './recipe.ts';
import type { ArchiveEntry } from './tar-archive.ts';

const EXECUTABLE = 0o755;
const READABLE = 0o644;
/** Everybody may write, nobody may delete what is another's. */
const SHARED = 0o1777;
const AUTHORITIES = 'usr/share/ca-certificates/';

function text(path: string, content: string): ArchiveEntry {
  return { kind: 'file', path, mode: READABLE, content: Buffer.from(content) };
}

function directory(path: string, mode: number = EXECUTABLE): ArchiveEntry {
  return { kind: 'directory', path, mode };
}

function entryOf(root: string, path: string): ArchiveEntry {
  const source = join(root, path);
  const stats = lstatSync(source);
  return stats.isSymbolicLink()
    ? { kind: 'symlink', path, target: readlinkSync(source) }
    : { kind: 'file', path, mode: stats.mode & 0o755, content: readFileSync(source) };
}

/** Files of Debian packages that come along, with what tells scanners which packages they are of. */
export function packageFiles(packages: readonly UnpackedPackage[]): readonly ArchiveEntry[] {
  const files = packages.flatMap(({ name, control, root }) => [
    ...readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((file) => !file.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
      .filter(isWanted)
      .map((path) => entryOf(root, path)),
    // Where scanners look in images without dpkg.
    text(`var/lib/dpkg/status.d/${name}`, control),
  ]);
  return [...bundleAuthorities(files), ...files.filter(({ path }) => !path.startsWith(AUTHORITIES))];
}

/** One file of all authorities, which update-ca-certificates would make. */
function bundleAuthorities(files: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  const authorities = files
    .filter((file) => file.kind === 'file')
    .filter(({ path }) => path.startsWith(AUTHORITIES))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ content }) => `${Buffer.from(content).toString().trim()}\n`);
  return authorities.length === 0 ? [] : [text('etc/ssl/certs/ca-certificates.crt', authorities.join(''))];
}

/**
 * The files that every image starts with.
 * @param nodeDir holds `bin/node` and `LICENSE`
 */
export function baseFiles(nodeDir: string): readonly ArchiveEntry[] {
  const accounts = [
    { name: 'root', id: 0, home: '/root' },
    { name: 'nonroot', id: NON_ROOT, home: '/nonexistent' },
  ];
  return [
    text('etc/group', accounts.map(({ name, id }) => `${name}:x:${id}:\n`).join('')),
    text(
      'etc/passwd',
      accounts.map(({ name, id, home }) => `${name}:x:${id}:${id}:${name}:${home}:/sbin/nologin\n`).join(''),
    ),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    ...['dev', 'proc', 'root', 'run', 'sys', 'var'].map((path) => directory(path)),
    directory('tmp', SHARED),
    {
      kind: 'file',
      path: 'usr/local/bin/node',
      mode: EXECUTABLE,
      content: readFileSync(join(nodeDir, 'bin', 'node')),
    },
    text('usr/share/doc/nodejs/copyright', readFileSync(join(nodeDir, 'LICENSE'), 'utf8')),
  ];
}

/**
 * The files of a program.
 * @param distDir where `npm run build` put the bundles
 * @param license text of this product's licence
 * @throws the system's error when the program is not built.
 */
export function programFiles(target: Target, distDir: string, license: string): readonly ArchiveEntry[] {
  const chunks = readdirSync(join(distDir, 'chunks')).filter(
    (name) => name.startsWith(`${target}-`) && name.endsWith('.js'),
  );
  const scripts = [`${target}.js`, ...chunks.map((name) => `chunks/${name}`)];
  return [
    text('app/LICENSE', license),
    // Tells Node.js that the bundles are modules.
    text('app/package.json', '{ "type": "module" }\n'),
    ...scripts.map((name) => text(`app/dist/${name}`, readFileSync(join(distDir, name), 'utf8'))),
  ];
}
