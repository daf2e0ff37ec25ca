import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { bundle, forbiddenInputs, programs } from './build.ts';

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

describe('the nodeeni program as it is built', () => {
  it('is one file that runs where it was copied to', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'nodeeni-alone-'));
    try {
      for (const program of programs.filter(({ name }) => name === 'nodeeni')) await bundle(program, dir);

      const scripts = readdirSync(dir, { recursive: true, encoding: 'utf8' });
      expect(scripts.toSorted()).toEqual(['nodeeni.js', 'nodeeni.js.map']);
      rmSync(join(dir, 'nodeeni.js.map'));
      const sample = join(import.meta.dirname, '..', 'config', 'samples', 'upf.yaml');
      const file = join(dir, 'nodeeni.js');
      // What is loaded on demand only is the client for a cluster.
      expect(() =>
        execFileSync(
          process.execPath,
          [file, 'lint', sample, '--cluster', '--kubeconfig', join(dir, 'none')],
          {
            encoding: 'utf8',
            stdio: 'pipe',
          },
        ),
      ).toThrow(/cannot read the cluster of kubeconfig .*ENOENT/);
      expect(
        execFileSync(process.execPath, [file, 'lint', sample], { encoding: 'utf8', stdio: 'pipe' }),
      ).toContain('dpdkNotImplemented');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
