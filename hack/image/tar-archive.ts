/** A file, folder or symbolic link of an archive. Paths have no leading or trailing slash. */
export type ArchiveEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

const BLOCK = 512;
const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;
const TYPE_FLAGS: Readonly<Record<ArchiveEntry['kind'], string>> = {
  file: '0',
  symlink: '2',
  directory: '5',
};
const SYMLINK_MODE = 0o777;
const DIRECTORY_MODE = 0o755;

/**
 * A POSIX ustar archive (pax(1), "ustar Interchange Format") that depends on nothing but its entries and the time: they
 * are sorted by path, parents that are missing are added, and everything belongs to root.
 *
 * @param mtimeSeconds time of everything in it, seconds since 1970
 * @throws Error when a path occurs twice, or is longer than the format allows.
 */
export function tarArchive(entries: readonly ArchiveEntry[], mtimeSeconds = 0): Buffer {
  const blocks = complete(entries).flatMap((entry) => {
    const content = entry.kind === 'file' ? entry.content : new Uint8Array();
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(entry, content.length, mtimeSeconds), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function complete(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  const byPath = new Map<string, ArchiveEntry>();
  for (const entry of entries) {
    if (byPath.has(entry.path)) throw new Error(`${entry.path} is in the archive twice`);
    byPath.set(entry.path, entry);
  }
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      if (!byPath.has(parent)) byPath.set(parent, { kind: 'directory', path: parent, mode: DIRECTORY_MODE });
    }
  }
  return [...byPath.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function header(entry: ArchiveEntry, size: number, mtimeSeconds: number): Buffer {
  const { name, prefix } = splitPath(entry.kind === 'directory' ? `${entry.path}/` : entry.path);
  const target = entry.kind === 'symlink' ? entry.target : '';
  if (Buffer.byteLength(target) > NAME_LENGTH) throw new Error(`the target of ${entry.path} is too long`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, length: number): void => {
    block.write(value.toString(8).padStart(length - 1, '0'), offset);
  };
  block.write(name, 0);
  octal(entry.kind === 'symlink' ? SYMLINK_MODE : entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtimeSeconds, 136, 12);
  block.write(' '.repeat(8), 148);
  block.write(TYPE_FLAGS[entry.kind], 156);
  block.write(target, 157);
  block.write('ustar\u000000', 257);
  octal(0, 329, 8);
  octal(0, 337, 8);
  block.write(prefix, 345);
  // The sum is taken with spaces in its own place.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= NAME_LENGTH) return { name: path, prefix: '' };
  for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    const fits = Buffer.byteLength(prefix) <= PREFIX_LENGTH && Buffer.byteLength(name) <= NAME_LENGTH;
    if (fits && name !== '') return { name, prefix };
  }
  throw new Error(`${path} is too long for an archive`);
}
