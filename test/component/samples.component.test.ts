import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { openComponentTransport } from '../support/component-transport.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { kubeconfigPath, kubectlPath } from '../support/shared-control-plane.ts';

const samplesDir = join(import.meta.dirname, '..', '..', 'config', 'samples');
const samples = readdirSync(samplesDir).filter(
  (name) => name.endsWith('.yaml') && name !== 'kustomization.yaml',
);

/** Names of the objects in a sample, as kubectl prints them. */
function objectNames(sample: string): readonly string[] {
  return parseAllDocuments(readFileSync(join(samplesDir, sample), 'utf8')).map(
    (document) => `nodeeni.networking.k8s.aws/${String(document.getIn(['metadata', 'name']))}`,
  );
}

/** What kubectl would change; empty when the cluster is as the file says. */
async function diff(...target: readonly string[]): Promise<string> {
  const result = await runCommand(kubectlPath(), ['--kubeconfig', kubeconfigPath(), 'diff', ...target]);
  // Exit code 1 means that there is a difference, which is printed; anything above is a failure of kubectl.
  if (result.exitCode !== 0 && result.exitCode !== 1) throw new Error(result.stderr);
  return result.stdout;
}

async function storedNodeEnis(): Promise<readonly NodeENI[]> {
  const transport = openComponentTransport();
  try {
    return (await createTypedClient(transport).nodeENIs.list()).items;
  } finally {
    await transport.close();
  }
}

/** The indexes that a NodeENI may use on a node: one for each entry of its subnet list. */
function indexesOf({ spec }: NodeENI): readonly string[] {
  const entries = [
    spec.subnetID ?? [],
    spec.subnetIDs ?? [],
    spec.subnetName ?? [],
    spec.subnetNames ?? [],
  ].flat();
  const selector = JSON.stringify(spec.nodeSelector);
  return entries.map((_, position) => `${selector} index ${(spec.deviceIndex ?? 0) + position}`);
}

afterEach(wipeCluster);

describe.each(samples)('config/samples/%s', (sample) => {
  const path = join(samplesDir, sample);

  it('is accepted as it is, changes nothing in a dry run, and has no difference afterwards', async () => {
    await kubectl(['apply', '--server-side', '--dry-run=server', '-f', path]);
    expect(await storedNodeEnis()).toEqual([]);

    const applied = await kubectl(['apply', '-f', path]);
    expect(applied.trim().split('\n')).toEqual(objectNames(sample).map((name) => `${name} created`));
    expect(await diff('-f', path)).toBe('');

    const again = await kubectl(['apply', '-f', path]);
    expect(again.trim().split('\n')).toEqual(objectNames(sample).map((name) => `${name} unchanged`));
  });
});

describe('config/samples', () => {
  it('can be applied as a whole: no two samples want the same index of a node', async () => {
    await kubectl(['apply', '-k', samplesDir]);
    expect(await diff('-k', samplesDir)).toBe('');

    const stored = await storedNodeEnis();
    expect(stored).toHaveLength(samples.flatMap(objectNames).length);
    const indexes = stored.flatMap(indexesOf);
    expect(new Set(indexes).size).toBe(indexes.length);
  });
});
