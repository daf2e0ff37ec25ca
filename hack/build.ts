import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { inlineSchemaKeysPlugin } from './inline-schema-keys.ts';
import { renderInstall } from './render-install.ts';

/** A program that is shipped as one bundle. */
export interface Program {
  readonly name: string;
  readonly entry: string;
  /** Packages that must not come along, directly or through others. */
  readonly forbidden: readonly string[];
  /** Smaller, for what is on every node; its stack traces still name functions. */
  readonly isMinified?: true;
  /** One file that can be copied alone: what is imported on demand is in it, and still run on demand only. */
  readonly isOneFile?: true;
}

const root = join(import.meta.dirname, '..');

// The daemon runs on every node: each of these would add to the memory of all of them.
const tooBigForNodes = ['@aws-sdk', '@smithy', '@kubernetes/client-node', 'fastify', 'prom-client', 'undici'];

/** Everything that `npm run build` bundles. */
export const programs: readonly Program[] = [
  { name: 'operator', entry: 'src/operator/main.ts', forbidden: [] },
  { name: 'webhook', entry: 'src/webhooks/main.ts', forbidden: [] },
  { name: 'daemon', entry: 'src/daemon/main.ts', forbidden: tooBigForNodes, isMinified: true },
  {
    name: 'nodeeni',
    entry: 'src/cli/main.ts',
    forbidden: ['@aws-sdk', '@smithy', 'fastify', 'pino'],
    isOneFile: true,
  },
  { name: 'ec2-simulator', entry: 'simulator/main.ts', forbidden: [] },
];

type Outputs = Metafile['outputs'];

/**
 * Lists files of forbidden packages that contributed code to a bundle or to one of its chunks.
 * @returns paths of the sources, without repetition.
 */
export function forbiddenInputs(outputs: Outputs, forbidden: readonly string[]): readonly string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const isForbidden = (path: string): boolean =>
    forbidden.some((name) => `/${path}`.includes(`/node_modules/${name}/`));
  return [...new Set(used.filter((path) => isForbidden(path)))];
}

/** Bundles one program; `import()` stays lazy, in chunks of its own unless the program is one file. */
export async function bundle(program: Program, outdir = 'dist'): Promise<Outputs> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: program.entry, out: program.name }],
    outdir,
    chunkNames: `chunks/${program.name}-[name]-[hash]`,
    bundle: true,
    splitting: program.isOneFile !== true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // The default prefers CommonJS builds, which do not tree-shake.
    mainFields: ['module', 'main'],
    // CommonJS dependencies call require, which modules do not have.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);",
    },
    minifySyntax: program.isMinified === true,
    // Comments and blanks would stay in memory, and one character beyond Latin-1 among them would double all of it. Names
    // stay, so that stack traces can be read.
    minifyWhitespace: true,
    lineLimit: 200,
    plugins: [inlineSchemaKeysPlugin],
    sourcemap: true,
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
  });
  return metafile.outputs;
}

function report(program: Program, outputs: Outputs): string {
  const ofKind = (isEntry: boolean): number =>
    Object.entries(outputs)
      .filter(([path]) => path.endsWith('.js') && (path === `dist/${program.name}.js`) === isEntry)
      .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const chunks = ofKind(false);
  const more = chunks > 0 ? ` + ${kilobytes(chunks)} in chunks` : '';
  return `dist/${program.name}.js ${kilobytes(ofKind(true))}${more}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

function removeStaleChunks(current: ReadonlySet<string>): void {
  const chunkDir = join(root, 'dist', 'chunks');
  for (const name of existsSync(chunkDir) ? readdirSync(chunkDir) : []) {
    if (!current.has(`dist/chunks/${name}`)) {
      rmSync(join(chunkDir, name));
    }
  }
}

async function main(): Promise<number> {
  const written = new Set<string>();
  let exitCode = 0;
  for (const program of programs.filter(({ entry }) => existsSync(join(root, entry)))) {
    const outputs = await bundle(program);
    Object.keys(outputs).forEach((path) => written.add(path));
    process.stdout.write(`${report(program, outputs)}\n`);
    const found = forbiddenInputs(outputs, program.forbidden);
    if (found.length > 0) {
      exitCode = 1;
      process.stderr.write(
        `dist/${program.name}.js must not hold ${program.forbidden.join(', ')}, but has\n  ${found.slice(0, 10).join('\n  ')}\n`,
      );
    }
  }
  removeStaleChunks(written);
  process.stdout.write(`${await renderInstall(root)}\n`);
  return exitCode;
}

if (import.meta.main) {
  process.exitCode = await main();
}
