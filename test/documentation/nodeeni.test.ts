import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createManifestFiles } from '../../src/adapters/manifests/manifest-files.ts';
import { parseManifests } from '../../src/adapters/manifests/parse-manifests.ts';
import { LINT_USAGE } from '../../src/cli/lint/lint-arguments.ts';
import { readSubnets } from '../../src/cli/lint/subnet-inventory.ts';
import { fencedBlocks, readDocument } from './documents.ts';

const page = readDocument('docs/reference/nodeeni.md');
const blocks = fencedBlocks(page);

describe('the page about nodeeni', () => {
  it('shows the help as the program prints it', () => {
    expect(blocks.map(({ content }) => content)).toContain(LINT_USAGE);
  });

  it('shows a list of subnets that --subnets takes', async () => {
    // A block inside a list is indented.
    const [, list = ''] = /^ {2}```yaml\n([\s\S]*?)^ {2}```$/m.exec(page.text) ?? [];
    const dir = mkdtempSync(join(tmpdir(), 'nodeeni-docs-'));
    try {
      writeFileSync(join(dir, 'subnets.yaml'), list);
      const files = await createManifestFiles(Readable.from([])).read(dir);
      expect(files.flatMap((file) => readSubnets(file, parseManifests))).toEqual([
        { id: 'subnet-0a1b2c3d4e5f60001', name: 'edge-a', zone: 'us-east-1a' },
        { id: 'subnet-0a1b2c3d4e5f60002', name: 'edge-b', zone: 'us-east-1b' },
      ]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
