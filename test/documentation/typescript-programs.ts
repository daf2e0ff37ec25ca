import { dirname, resolve } from 'node:path';
import { type Document, fencedBlocks, root } from './documents.ts';

/** Where a program says in its first line that it is, relative to the root; undefined for a fragment. */
export function placeOf(source: string): string | undefined {
  return /^\/\/ ([a-z0-9/.-]+\.ts)\n/.exec(source)?.[1];
}

/** A program with its relative imports made absolute, so that it can be checked and run from anywhere. */
export function absoluteImports(source: string, place: string): string {
  const dir = resolve(root, dirname(place));
  return source.replaceAll(/(?<=from ')(\.{1,2}\/[^']+)(?=')/g, (path) => resolve(dir, path));
}

/** The whole programs of a page, ready to be checked and run from anywhere. */
export function programs(document: Document): readonly string[] {
  return fencedBlocks(document)
    .filter(({ language }) => language === 'ts')
    .flatMap(({ content }) => {
      const place = placeOf(content);
      return place === undefined ? [] : [absoluteImports(content, place)];
    });
}
