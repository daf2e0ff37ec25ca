import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Generated schemas of an AWS SDK client: every structure and operation of the service in one module. */
const SCHEMA_FILES = /@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/;
const CONSTANT = /^const (_\w+) = ("[^"\\]*");$/gm;
const COMPUTED_KEY = /\[(_\w+)\]:/g;

/**
 * Writes out the constants that the object literals of an AWS schema module use as computed keys. esbuild takes a computed key for a
 * side effect (it might call `toString`), so with them it keeps the schemas of all operations of EC2, of which an operator calls a few.
 */
export function inlineSchemaKeys(source: string): string {
  const constants = new Map(
    Array.from(source.matchAll(CONSTANT), ([, name = '', literal = '']) => [name, literal] as const),
  );
  return source.replaceAll(COMPUTED_KEY, (key, name: string) => {
    const literal = constants.get(name);
    return literal === undefined ? key : `${literal}:`;
  });
}

/** Lets esbuild leave out the AWS schemas that nothing uses. */
export const inlineSchemaKeysPlugin: Plugin = {
  name: 'inline-schema-keys',
  setup(bundle) {
    bundle.onLoad({ filter: SCHEMA_FILES }, async ({ path }) => ({
      contents: inlineSchemaKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};
