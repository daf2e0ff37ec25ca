import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { decode, fluxApply, type FluxChange, gitopsChecks } from '../support/gitops-checks.ts';
import { asList, isOfCertManager, render, type RenderedObject } from '../support/rendered-manifests.ts';
import { installStubCrds, uninstallStubCrds } from '../support/stub-crds.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';

const config = join(import.meta.dirname, '..', '..', 'config');
const overlays = readdirSync(join(config, 'overlays')).map((name) => `config/overlays/${name}`);

function isKept({ kind }: RenderedObject): boolean {
  return kind === 'CustomResourceDefinition' || kind === 'Namespace';
}

function isOfPrometheus({ apiVersion }: RenderedObject): boolean {
  return apiVersion.startsWith('monitoring.coreos.com/');
}

/** Renders config/default with components on top, as a user's folder has it. */
async function renderWith(...components: readonly string[]): Promise<readonly RenderedObject[]> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-components-'));
  try {
    const folder = join(dir, 'cluster');
    mkdirSync(folder);
    const kustomization = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [relative(folder, join(config, 'default'))],
      components: components.map((name) => relative(folder, join(config, 'components', name))),
    };
    writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
    return await render(folder);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A Kustomization of Flux, or a source. */
interface FluxSample {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly force?: boolean;
    readonly sourceRef?: { readonly kind: string; readonly name: string };
  };
}

function notUnchanged(changes: readonly FluxChange[]): readonly FluxChange[] {
  return changes.filter(({ action }) => action !== 'unchanged');
}

/** How Argo CD applies with the option ServerSideApply=true. */
const ARGO = ['--server-side', '--field-manager=argocd-controller', '--force-conflicts'];

/** What Argo CD's server-side diff would show; empty when the cluster is as Git says. */
async function diff(objects: readonly RenderedObject[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tryKubectl(['diff', ...ARGO, '-f', '-'], asList(objects));
  return exitCode === 0 ? '' : stdout + stderr;
}

async function remove(objects: readonly RenderedObject[]): Promise<void> {
  const made = objects.filter((object) => !isKept(object));
  await kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], asList(made));
}

beforeAll(async () => {
  await wipeCluster();
  await installStubCrds();
});

afterAll(async () => {
  await wipeCluster();
  await uninstallStubCrds();
});

// The program with Flux's code is built from the Go module proxy (node hack/gitops-tools/main.ts): not everywhere.
describe.skipIf(gitopsChecks === undefined)('Flux', () => {
  let objects: readonly RenderedObject[];
  let first: readonly FluxChange[];

  beforeAll(async () => {
    objects = await render('config/overlays/flux');
    first = await fluxApply(objects);
  });

  afterAll(async () => remove(objects));

  it('makes everything, and changes nothing when it applies it again', async () => {
    expect(first).toHaveLength(objects.length);
    expect(first.filter(({ action }) => action === 'created').length).toBeGreaterThan(20);

    const second = await fluxApply(objects);

    expect(second).toHaveLength(objects.length);
    expect(notUnchanged(second)).toEqual([]);
  });

  it('leaves alone what cert-manager writes into the webhook configurations', async () => {
    const name = 'validatingwebhookconfiguration/eni-webhook';
    const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'Cg==' }];
    const args = [
      '--type=json',
      `--patch=${JSON.stringify(patch)}`,
      '--field-manager=cert-manager-cainjector',
    ];
    await kubectl(['patch', name, ...args]);

    expect(notUnchanged(await fluxApply(objects))).toEqual([]);
    const stored = await kubectl(['get', name, '--output=jsonpath={.webhooks[0].clientConfig.caBundle}']);
    expect(stored).toBe('Cg==');
  });

  it('puts back what somebody changed', async () => {
    await kubectl(['-n', 'eni-controller-system', 'scale', 'deployment/eni-controller', '--replicas=5']);

    expect(notUnchanged(await fluxApply(objects))).toEqual([
      { subject: 'Deployment/eni-controller-system/eni-controller', action: 'configured' },
    ]);
  });
});

// Without the webhooks, which no pod serves here.
describe.skipIf(gitopsChecks === undefined)('Flux', () => {
  it('changes nothing on NodeENIs whose defaults others filled in', async () => {
    const samples = await render('config/samples');
    const made = await fluxApply(samples);

    expect(new Set(made.map(({ action }) => action))).toEqual(new Set(['created']));
    expect(notUnchanged(await fluxApply(samples))).toEqual([]);
    await kubectl(['delete', 'nodeenis', '--all']);
  });
});

describe('Argo CD', () => {
  let objects: readonly RenderedObject[];

  beforeAll(async () => {
    objects = await render('config/overlays/argocd');
    await kubectl(['apply', ...ARGO, '-f', '-'], asList(objects));
  });

  afterAll(async () => remove(objects));

  it('finds no difference after a sync, nor after others wrote what is theirs', async () => {
    expect(await diff(objects)).toBe('');

    const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: 'Cg==' }];
    const args = [
      '--type=json',
      `--patch=${JSON.stringify(patch)}`,
      '--field-manager=cert-manager-cainjector',
    ];
    await kubectl(['patch', 'mutatingwebhookconfiguration/eni-webhook', ...args]);
    expect(await diff(objects)).toBe('');

    await kubectl(['-n', 'eni-controller-system', 'scale', 'deployment/eni-webhook', '--replicas=5']);
    expect(await diff(objects)).toContain('replicas: 2');
  });

  it('puts policies and webhook configurations behind everything that they need', () => {
    const waves = objects
      .filter(({ apiVersion }) => apiVersion.startsWith('admissionregistration.k8s.io/'))
      .map(({ metadata }) => metadata.annotations?.['argocd.argoproj.io/sync-wave']);
    expect(waves.length).toBeGreaterThan(5);
    expect(new Set(waves)).toEqual(new Set(['1']));
    const later = objects.filter(
      ({ metadata }) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? '0') > 1,
    );
    expect(later).toEqual([]);
  });
});

describe.skipIf(gitopsChecks === undefined)('kinds that nothing here serves', () => {
  it.each(['config/default', ...overlays])('%s writes as their own types have them', async (path) => {
    const foreign = (await render(path)).filter((object) => isOfCertManager(object));
    const decoded = foreign.length === 0 ? [] : await decode(foreign);

    expect(decoded.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(decoded).toHaveLength(/dev|no-cert-manager/.test(path) ? 0 : 4);
  });

  it('the samples for Flux write as their own type has them', async () => {
    const samples = ['kustomizations.yaml', 'sources.yaml'].flatMap((name) =>
      parseAllDocuments(readFileSync(join(config, 'flux', name), 'utf8')).map((document): FluxSample =>
        document.toJS(),
      ),
    );

    const decoded = await decode(samples);

    expect(decoded.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(decoded.map(({ name }) => name).toSorted()).toEqual([
      'fleet',
      'multi-eni-operator',
      'multi-eni-operator',
      'multi-eni-operator',
      'nodeenis',
    ]);
    for (const { spec } of samples) {
      if (spec.sourceRef === undefined) continue;
      const { kind, name } = spec.sourceRef;
      expect(samples.some((source) => source.kind === kind && source.metadata.name === name)).toBe(true);
      expect(spec.force ?? false).toBe(false);
    }
  });

  it('would be refused with a field that does not exist', async () => {
    const spec = { secretName: 'x', issuerRef: { name: 'y' }, dnsName: ['z'] };
    const [decoded] = await decode([
      { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'c' }, spec },
    ]);
    expect(decoded?.problem).toContain('unknown field "dnsName"');
  });
});

describe('the optional components', () => {
  it('for Prometheus let the daemon be reached, and are taken by the API server', async () => {
    const objects = await renderWith('prometheus');
    const others = objects.filter((object) => !isOfPrometheus(object));
    const { exitCode, stderr } = await tryKubectl(
      ['apply', '--dry-run=server', '-f', '-'],
      asList(others.filter(({ kind }) => kind !== 'Namespace')),
    );

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
    const daemon = JSON.stringify(objects.find(({ kind }) => kind === 'DaemonSet'));
    expect(daemon).toContain('"name":"BIND_ADDRESS","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}');
    expect(daemon).toContain('"containerPort":9810');
    expect(daemon).not.toContain('127.0.0.1');
  });

  it.skipIf(gitopsChecks === undefined)(
    'for Prometheus write as its operator’s types have them',
    async () => {
      const objects = (await renderWith('prometheus')).filter((object) => isOfPrometheus(object));
      const decoded = await decode(objects);

      expect(decoded.filter(({ problem }) => problem !== undefined)).toEqual([]);
      expect(decoded.map(({ name }) => name).toSorted()).toEqual([
        'eni-controller',
        'eni-manager',
        'eni-webhook',
        'multi-eni-operator',
      ]);
    },
  );

  it('for Prometheus select the pods by the labels and the port that they have', async () => {
    const objects = await renderWith('prometheus');
    const workloads = objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet');
    for (const workload of workloads) {
      const monitor = objects.find(
        ({ kind, metadata }) => kind === 'PodMonitor' && metadata.name === workload.metadata.name,
      );
      const component = workload.metadata.labels?.['app.kubernetes.io/component'];
      expect(monitor?.spec).toMatchObject({
        selector: { matchLabels: { 'app.kubernetes.io/component': component } },
        podMetricsEndpoints: [{ port: 'http' }],
      });
      expect(workload.spec?.template?.metadata).toMatchObject({
        labels: { 'app.kubernetes.io/component': component },
      });
      expect(JSON.stringify(workload)).toContain('"name":"http"');
    }
    expect(workloads).toHaveLength(3);
  });

  it('with NetworkPolicies are taken by the API server', async () => {
    const policies = (await renderWith('network-policy')).filter(({ kind }) => kind === 'NetworkPolicy');

    const { exitCode, stdout } = await tryKubectl(['apply', '--dry-run=server', '-f', '-'], asList(policies));

    expect(exitCode).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });
});
