import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineSchemaKeys, inlineSchemaKeysPlugin } from './inline-schema-keys.ts';

/** A program that calls one operation of EC2; the size of what is bundled of the client's schemas. */
async function schemaBytes(plugins: (typeof inlineSchemaKeysPlugin)[]): Promise<number> {
  const { metafile } = await build({
    stdin: {
      contents:
        "import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'; console.log(DescribeInstancesCommand);",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins,
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output?.inputs ?? {})
    .filter(([path]) => path.includes('/schemas/schemas_'))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}

describe('constants as computed keys', () => {
  it('are written out where the module itself defines them', () => {
    const source = ['const _xN = "xmlName";', 'var A = [1, { [_xN]: _b }];', 'var C = { [_other]: 1 };'];
    expect(inlineSchemaKeys(source.join('\n')).split('\n').slice(1)).toEqual([
      'var A = [1, { "xmlName": _b }];',
      'var C = { [_other]: 1 };',
    ]);
  });

  it('do not change what the schemas of EC2 say', async () => {
    const require = createRequire(import.meta.url);
    const client = dirname(require.resolve('@aws-sdk/client-ec2/package.json'));
    const resolveDir = join(client, 'dist-es/schemas');
    const source = await readFile(join(resolveDir, 'schemas_0.js'), 'utf8');
    const evaluate = async (text: string): Promise<string> => {
      const { outputFiles } = await build({
        stdin: { contents: text, resolveDir },
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'node',
        mainFields: ['module', 'main'],
      });
      const bundled = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
      const schemas: unknown = await import(`data:text/javascript;base64,${bundled}`);
      return JSON.stringify(schemas, (_key, value: unknown) =>
        typeof value === 'function' ? String(value) : value,
      );
    };
    const inlined = inlineSchemaKeys(source);
    expect(inlined).not.toBe(source);
    expect(await evaluate(inlined)).toBe(await evaluate(source));
  });
});

describe('a bundle with the EC2 client', () => {
  it('holds the schemas of the operations that are called, and no others', async () => {
    expect(await schemaBytes([])).toBeGreaterThan(500_000);
    const bytes = await schemaBytes([inlineSchemaKeysPlugin]);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
