import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type CommandResult, runCommand } from '../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { fencedBlocks, type FencedBlock, readDocument, readDocuments } from '../documentation/documents.ts';
import { programs } from '../documentation/typescript-programs.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { kubeconfigPath, kubectlPath } from '../support/shared-control-plane.ts';

/** A manifest of a page; `refusal` is what the page says the API server answers, line by line. */
interface Manifest {
  readonly where: string;
  readonly yaml: string;
  readonly name: string;
  readonly refusal?: readonly string[];
  /** Manifest of the same name that stands before it in the page. */
  readonly before?: string;
}

function isObject(yaml: string): boolean {
  return parseAllDocuments(yaml).every((document) => document.has('apiVersion') && document.has('kind'));
}

function refusalAfter(block: FencedBlock, next: FencedBlock | undefined): readonly string[] | undefined {
  if (!block.attributes.includes('refused')) return undefined;
  return next?.language === 'text' ? next.content.trim().split('\n') : [];
}

function manifests(): readonly Manifest[] {
  return readDocuments().flatMap((document) => {
    const blocks = fencedBlocks(document);
    const found: Manifest[] = [];
    for (const [index, block] of blocks.entries()) {
      if (block.language !== 'yaml' || !isObject(block.content)) continue;
      const name = String(parseAllDocuments(block.content)[0]?.getIn(['metadata', 'name']));
      const refusal = refusalAfter(block, blocks[index + 1]);
      const before = found.find((other) => other.name === name && other.refusal === undefined)?.yaml;
      found.push({
        where: `${document.path}:${block.line}`,
        yaml: block.content,
        name,
        ...(refusal === undefined ? {} : { refusal }),
        ...(before === undefined ? {} : { before }),
      });
    }
    return found;
  });
}

/** What kubectl prints when it is to apply a manifest without storing it. */
function tryToApply(yaml: string): Promise<CommandResult> {
  const args = ['--kubeconfig', kubeconfigPath(), 'apply', '--dry-run=server', '-f', '-'];
  return runCommand(kubectlPath(), args, { stdin: yaml });
}

const all = manifests();

afterEach(wipeCluster);

describe('manifests in the documentation', () => {
  it('are found', () => {
    expect(all.filter(({ refusal }) => refusal === undefined).length).toBeGreaterThan(2);
    expect(all.filter(({ refusal }) => refusal !== undefined).length).toBeGreaterThan(8);
  });

  it.each(all.filter(({ refusal }) => refusal === undefined))('$where is accepted', async ({ yaml }) => {
    expect(await tryToApply(yaml)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each(all.filter(({ refusal }) => refusal !== undefined))(
    '$where is refused with the words of the page',
    async ({ yaml, before, refusal = [] }) => {
      if (before !== undefined) await kubectl(['apply', '-f', '-'], before);
      const { exitCode, stderr } = await tryToApply(yaml);
      expect(exitCode).toBe(1);
      expect(refusal.length).toBeGreaterThan(0);
      for (const line of refusal) expect(stderr).toContain(line);
    },
  );
});

describe('the program in the README', () => {
  it('applies a NodeENI and ends when it is Ready', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-documentation-'));
    try {
      const [source = ''] = programs(readDocument('README.md'));
      const file = join(dir, 'program.mts');
      writeFileSync(file, source);
      const running = runCommand(process.execPath, [file], { env: { KUBECONFIG: kubeconfigPath() } });
      await becomeReady('packet-core');
      expect(await running).toMatchObject({
        exitCode: 0,
        stdout: 'Ready all is well\n',
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

/** Writes the status that an operator would write. */
async function becomeReady(name: string): Promise<void> {
  await waitUntil(
    async () => {
      const text = await kubectl(['get', 'nodeenis', '--output=yaml']);
      const { items } = parse(text);
      return items.length > 0 ? true : undefined;
    },
    { what: `NodeENI ${name}`, deadlineMs: 30_000 },
  );
  const condition = {
    type: 'Ready',
    status: 'True',
    observedGeneration: 1,
    lastTransitionTime: '2026-01-01T00:00:00Z',
    reason: 'Ready',
    message: 'all is well',
  };
  const patch = JSON.stringify({ status: { conditions: [condition] } });
  await kubectl(['patch', 'nodeeni', name, '--subresource=status', '--type=merge', `--patch=${patch}`]);
}
