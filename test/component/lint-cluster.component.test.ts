import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../../hack/control-plane/run-command.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { nodeENI, valid } from './schema-api.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nodeeni-lint-'));
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(wipeCluster);

/** Lints one object against the shared control plane. */
function lint(object: unknown): Promise<CommandResult> {
  const file = join(dir, 'a.yaml');
  writeFileSync(file, stringify(object));
  const args = ['lint', '--cluster', '--kubeconfig', kubeconfigPath(), file];
  return runCommand(process.execPath, [program, ...args]);
}

async function apply(object: unknown): Promise<void> {
  await kubectl(['apply', '-f', '-'], stringify(object));
}

describe('nodeeni lint --cluster', () => {
  it('refuses what clashes with a NodeENI of the cluster', async () => {
    await apply(nodeENI('there', valid));
    const { exitCode, stdout } = await lint(
      nodeENI('new', { ...valid, subnetID: 'subnet-0123456789abcdef1' }),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('error spec.deviceIndex: index 2 is already used by NodeENI "there"');
  });

  it('refuses a clash that only a node of the cluster makes certain', async () => {
    await apply(nodeENI('there', valid));
    const other = nodeENI('new', {
      ...valid,
      nodeSelector: { rack: 'one' },
      subnetID: 'subnet-0123456789abcdef1',
    });
    expect((await lint(other)).exitCode).toBe(0);
    await apply({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'both', labels: { role: 'edge', rack: 'one' } },
    });
    const { exitCode, stdout } = await lint(other);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('both');
  });

  it('warns of a node whose instance type takes fewer interfaces', async () => {
    await apply(nodeENI('there', valid));
    const instanceTypes = [{ type: 't3.small', networkCards: [{ index: 0, maximumInterfaces: 2 }] }];
    const status = JSON.stringify({ status: { instanceTypes } });
    await kubectl(['patch', 'nodeeni', 'there', '--subresource=status', '--type=merge', '-p', status]);
    const labels = { role: 'edge', 'node.kubernetes.io/instance-type': 't3.small' };
    await apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'small-node', labels } });
    const { exitCode, stdout } = await lint(
      nodeENI('new', { ...valid, subnetID: 'subnet-0123456789abcdef1', deviceIndex: 3 }),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'warning spec.deviceIndex: t3.small takes 2 interfaces on card 0, but 3 are wanted (small-node)',
    );
  });

  it('refuses what the API server would not let the object become, and accepts it as it is', async () => {
    await apply(nodeENI('there', { ...valid, deviceIndex: 3 }));
    expect(await lint(nodeENI('there', { ...valid, deviceIndex: 3 }))).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    const { exitCode, stdout } = await lint(nodeENI('there', { ...valid, deviceIndex: 4 }));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('error spec.deviceIndex: deviceIndex is 3 and cannot become 4');
  });

  it('changes nothing in the cluster', async () => {
    await lint(nodeENI('new', valid));
    expect(await kubectl(['get', 'nodeenis', '--output=name'])).toBe('');
  });
});
