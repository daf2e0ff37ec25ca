import { readdir, readFile } from 'node:fs/promises';
import type { GeneratedFiles } from './generated-files.ts';

/** A generated file that is not as its sources want it. */
export interface StaleFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly problem: 'missing' | 'differs from its sources' | 'no longer generated';
}

/**
 * Compares what is on disk under `root` with what should be there. A file in one of `folders` that nothing
 * generates counts as stale too.
 */
export async function staleFiles(
  root: URL,
  files: GeneratedFiles,
  folders: readonly string[],
): Promise<readonly StaleFile[]> {
  const compared = await Promise.all(
    [...files].map(async ([path, content]): Promise<StaleFile[]> => {
      const found = await readIfPresent(new URL(path, root));
      if (found === undefined) return [{ path, problem: 'missing' }];
      return found === content ? [] : [{ path, problem: 'differs from its sources' }];
    }),
  );
  const present = (await Promise.all(folders.map((folder) => listFiles(root, folder)))).flat();
  const leftOver = present
    .filter((path) => !files.has(path))
    .map((path): StaleFile => ({ path, problem: 'no longer generated' }));
  return [...compared.flat(), ...leftOver];
}

async function listFiles(root: URL, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(new URL(`${folder}/`, root), { recursive: true, withFileTypes: true });
    const rootPath = root.pathname.replace(/\/$/, '');
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('//', '/').slice(rootPath.length + 1));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function readIfPresent(url: URL): Promise<string | undefined> {
  try {
    return await readFile(url, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
