import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { fencedBlocks, readDocuments, root } from './documents.ts';
import { absoluteImports, placeOf, programs } from './typescript-programs.ts';

const scratch: string[] = [];
afterEach(() => {
  for (const dir of scratch.splice(0)) rmSync(dir, { recursive: true });
});

/** Type-checks programs under the product's own options; returns what the compiler says. */
async function check(sources: readonly string[]): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-documentation-'));
  scratch.push(dir);
  const files = sources.map((_, index) => `program-${index}.ts`);
  for (const [index, source] of sources.entries()) writeFileSync(join(dir, files[index] ?? ''), source);
  const typeRoots = [join(root, 'node_modules', '@types')];
  // The rewriting of import paths is for emit, and refuses absolute ones.
  const compilerOptions = { typeRoots, rewriteRelativeImportExtensions: false };
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = await runCommand(process.execPath, [tsc, '--project', dir, '--pretty', 'false']);
  return `${result.stdout}${result.stderr}`;
}

describe('TypeScript in the documentation', () => {
  it('compiles', { timeout: 60_000 }, async () => {
    const sources = readDocuments().flatMap((document) => programs(document));
    expect(sources.length).toBeGreaterThan(0);
    expect(await check(sources)).toBe('');
  });

  it('would not pass with a mistake in it', { timeout: 60_000 }, async () => {
    const [source = ''] = readDocuments().flatMap((document) => programs(document));
    expect(await check([source.replace('subnetName:', 'subnetNam:')])).toContain('subnetNam');
  });

  it('is a whole program, but for fragments of tests in the pages for developers', () => {
    const fragments = readDocuments()
      .filter(({ path }) => dirname(path) !== join('docs', 'development'))
      .flatMap((document) => fencedBlocks(document))
      .filter(({ language, content }) => language === 'ts' && placeOf(content) === undefined);
    expect(fragments).toEqual([]);
  });

  it('has its imports looked up where the program says it is', () => {
    const source = "// a/b/c.ts\nimport { x } from '../../src/x.ts';\nimport y from 'yaml';\n";
    expect(absoluteImports(source, 'a/b/c.ts')).toContain(`from '${resolve(root, 'src/x.ts')}'`);
    expect(absoluteImports(source, 'a/b/c.ts')).toContain("from 'yaml'");
  });
});
