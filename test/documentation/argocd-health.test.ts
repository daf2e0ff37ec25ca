import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { argoChecks, argoHealth } from '../support/argo-checks.ts';
import { runHealthScript } from '../support/run-lua.ts';
import { root } from './documents.ts';

const dir = join(root, 'config/argocd/resource_customizations/networking.k8s.aws/NodeENI');
const script = readFileSync(join(dir, 'health.lua'), 'utf8');

interface HealthCase {
  readonly healthStatus: { readonly status: string; readonly message: string };
  readonly inputPath: string;
}

const { tests }: { readonly tests: readonly HealthCase[] } = parse(
  readFileSync(join(dir, 'health_test.yaml'), 'utf8'),
);
const hasLua = (await runHealthScript('return { status = "Healthy", message = "" }', {})) !== undefined;

describe('what Argo CD says of a NodeENI', () => {
  it('is told for every object in testdata', () => {
    const files = readdirSync(join(dir, 'testdata')).map((name) => `testdata/${name}`);

    expect(tests.map(({ inputPath }) => inputPath).toSorted()).toEqual(files.toSorted());
  });

  // Nothing in package.json runs Lua: the interpreter is the machine's.
  it.skipIf(!hasLua).each(tests)(
    'is $healthStatus.status for $inputPath',
    async ({ healthStatus, inputPath }) => {
      const object: unknown = parse(readFileSync(join(dir, inputPath), 'utf8'));

      expect(await runHealthScript(script, object)).toEqual(healthStatus);
    },
  );

  // Built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
  it.skipIf(argoChecks === undefined).each(tests)(
    'is $healthStatus.status for $inputPath by its own engine and Lua, out of the ConfigMap',
    async ({ healthStatus, inputPath }) => {
      expect(await argoHealth(readFileSync(join(dir, inputPath), 'utf8'))).toEqual([healthStatus]);
    },
  );

  it('is in the patch of the ConfigMap, word for word', () => {
    const patch = parse(readFileSync(join(root, 'config/argocd/argocd-cm-patch.yaml'), 'utf8'));

    expect(patch.data['resource.customizations.health.networking.k8s.aws_NodeENI']).toBe(script);
  });
});
