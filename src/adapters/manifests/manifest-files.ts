import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ManifestFiles, type SourceFile, UnreadableInputError } from '../../cli/ports.ts';

const manifestName = /\.(yaml|yml|json)$/;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

function unreadable(path: string, error: unknown): UnreadableInputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new UnreadableInputError(`cannot read ${path}: ${reason}`, error);
}

function decode(name: string, bytes: Uint8Array): SourceFile {
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    throw new UnreadableInputError(`cannot read ${name}: it is not UTF-8`, error);
  }
}

/** Symbolic links to directories are not followed, as kubectl does not, so that no circle is walked. */
async function manifestsBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const inOrder = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const nested = await Promise.all(
    inOrder.map(async (entry): Promise<readonly string[]> => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return manifestsBelow(path);
      if (!manifestName.test(entry.name)) return [];
      return (await stat(path)).isFile() ? [path] : [];
    }),
  );
  return nested.flat();
}

async function readAll(stream: Readable): Promise<SourceFile> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return decode('stdin', Buffer.concat(chunks));
}

async function readPath(path: string): Promise<readonly SourceFile[]> {
  const isDirectory = (await stat(path)).isDirectory();
  const names = isDirectory ? await manifestsBelow(path) : [path];
  if (names.length === 0)
    throw new UnreadableInputError(`cannot read ${path}: there is no *.yaml, *.yml or *.json file below it`);
  return Promise.all(names.map(async (name) => decode(name, await readFile(name))));
}

/** Manifests of this machine; `-` reads the stream to its end. */
export function createManifestFiles(stdin: Readable): ManifestFiles {
  return {
    async read(path) {
      try {
        return path === '-' ? [await readAll(stdin)] : await readPath(path);
      } catch (error) {
        throw error instanceof UnreadableInputError ? error : unreadable(path, error);
      }
    },
  };
}
