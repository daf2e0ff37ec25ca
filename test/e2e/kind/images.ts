import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES, TARGETS } from '../../../hack/image/recipe.ts';
import type { KindTools } from './kind-tools.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** Tags of the images: the one of the manifests, and one more, for an update. Never `latest`, which would be pulled. */
export const IMAGE_TAGS: { readonly first: string; readonly next: string } = {
  first: version,
  next: `${version}-next`,
};

/** Names of the images, without tags. */
export const IMAGE_NAMES: readonly string[] = TARGETS.map((target) => RECIPES[target].image);

/** The daemon's image, which has Node.js and ip(8): pods of the tests use it, too. */
export const POD_IMAGE: string = `${RECIPES.daemon.image}:${IMAGE_TAGS.first}`;

/**
 * Makes the images of the built programs without a registry, and gives them to docker under both tags.
 * @returns their names with tags
 */
export async function buildImages(tools: KindTools, dir: string): Promise<readonly string[]> {
  for (const target of TARGETS) {
    const archive = join(dir, `${target}.tar`);
    const program = join(root, 'hack', 'image', 'main.ts');
    await tools.mustRun(process.execPath, [program, '--target', target, '--output', archive]);
    await tools.mustRun('docker', ['load', '--input', archive]);
    const { image } = RECIPES[target];
    await tools.mustRun('docker', ['tag', `${image}:${IMAGE_TAGS.first}`, `${image}:${IMAGE_TAGS.next}`]);
  }
  return IMAGE_NAMES.flatMap((name) => [`${name}:${IMAGE_TAGS.first}`, `${name}:${IMAGE_TAGS.next}`]);
}
