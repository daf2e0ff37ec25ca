import { describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { forbiddenInputs } from './build.ts';

async function inputsOf(source: string): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    splitting: true,
    outdir: 'unused',
    mainFields: ['module', 'main'],
  });
  return forbiddenInputs(metafile.outputs, ['ipaddr.js', '@kubernetes/client-node']);
}

describe('what the bundle of the daemon must not hold', () => {
  it('is found when imported', async () => {
    const found = await inputsOf("import ipaddr from 'ipaddr.js'; console.log(ipaddr.isValid('::1'));");

    expect(found).toEqual([expect.stringMatching(/node_modules\/ipaddr\.js\//)]);
  });

  it('is found when only imported on demand', async () => {
    expect(await inputsOf("await import('ipaddr.js');")).toHaveLength(1);
  });

  it('is not found where only its types or other packages are used', async () => {
    const source = "import { parse } from 'yaml'; console.log(parse('a: 1'));";

    expect(await inputsOf(source)).toEqual([]);
  });
});
