import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { fencedBlocks, readDocument } from '../documentation/documents.ts';
import { kubectl } from '../support/component-cluster.ts';
import {
  asList,
  findObject,
  isKept,
  isOfCertManager,
  render,
  type RenderedObject,
} from '../support/rendered-manifests.ts';
import { type KubectlResult, tryKubectl } from '../support/webhook-configurations.ts';

const NAMESPACE = 'eni-controller-system';
const RESTRICTED = 'restricted-pods';
const config = join(import.meta.dirname, '..', '..', 'config');
const overlays = readdirSync(join(config, 'overlays')).map((name) => `config/overlays/${name}`);

async function restrictedNamespace(): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: RESTRICTED, labels } };
  const accounts = ['eni-controller', 'eni-webhook'].map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: RESTRICTED },
  }));
  await kubectl(['apply', '-f', '-'], asList([namespace, ...accounts]));
}

/** Versions of what was applied, by kind and name. */
async function versions(objects: readonly RenderedObject[]): Promise<Readonly<Record<string, string>>> {
  const text = await kubectl(['get', '--output=json', '-f', '-'], asList(objects));
  const { items }: { items: { kind: string; metadata: { name: string; resourceVersion: string } }[] } =
    JSON.parse(text);
  return Object.fromEntries(
    items.map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

describe('the manifests', () => {
  let rendered: readonly RenderedObject[];
  let installed: readonly RenderedObject[];
  let first: KubectlResult;

  beforeAll(async () => {
    rendered = await render('.');
    installed = rendered.filter((object) => !isOfCertManager(object));
    const left = rendered.filter(isOfCertManager).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    console.log(`not applied, as nothing here serves kinds of cert-manager: ${left.join(', ')}`);
    first = await tryKubectl(['apply', '-f', '-'], asList(installed));
  });

  afterAll(async () => {
    const made = installed.filter((object) => !isKept(object));
    await kubectl(['delete', '--ignore-not-found', '--wait=false', '-f', '-'], asList(made));
  });

  it('are applied with a warning of the daemon alone, and applied again they change nothing', async () => {
    const before = await versions(installed);
    const second = await tryKubectl(['apply', '-f', '-'], asList(installed));

    expect(first).toMatchObject({ exitCode: 0 });
    const warnings = first.stderr.split('\n').filter((line) => line.includes('would violate PodSecurity'));
    expect(warnings).toEqual([expect.stringContaining('hostNetwork=true')]);
    expect(warnings[0]).not.toMatch(/container "(?:controller|webhook)"/);
    expect(second.exitCode).toBe(0);
    expect(second.stdout.trim().split('\n')).toHaveLength(installed.length);
    const changed = second.stdout
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(' unchanged'));
    // kubectl calls every budget configured: its selector is replaced as a whole. The version below tells.
    expect(changed.filter((line) => !line.startsWith('poddisruptionbudget'))).toEqual([]);
    expect(await versions(installed)).toEqual(before);
    expect(Object.keys(before)).toHaveLength(installed.length);
  });

  it.each(['config/default', ...overlays])('%s is taken by the API server', async (path) => {
    const objects = (await render(path)).filter((object) => !isOfCertManager(object));

    const { exitCode, stdout, stderr } = await tryKubectl(
      ['apply', '--dry-run=server', '-f', '-'],
      asList(objects),
    );

    const problems = stderr.split('\n').filter((line) => !line.includes('hostNetwork=true'));
    expect({ exitCode, problems }).toEqual({ exitCode: 0, problems: [''] });
    expect(stdout.trim().split('\n')).toHaveLength(objects.length);
  });

  it.each(['eni-controller', 'eni-webhook'])(
    '%s makes pods that a namespace of level restricted admits',
    async (name) => {
      await restrictedNamespace();
      const template = findObject(rendered, 'Deployment', name).spec?.template;
      const pod = { apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template?.metadata, name } };

      const created = await tryKubectl(
        ['create', '-n', RESTRICTED, '--dry-run=server', '-f', '-'],
        JSON.stringify(pod),
      );

      expect(created).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  it.each(['config/default', ...overlays])(
    '%s takes veths for interfaces on the simulator alone',
    async (path) => {
      const objects = await render(path);
      const { data = {} } = findObject(objects, 'ConfigMap', 'eni-controller-config');
      const [daemon] = findObject(objects, 'DaemonSet', 'eni-manager').spec?.template?.spec.containers ?? [];
      const isSimulated = data['AWS_ENDPOINT_URL_EC2'] !== undefined;
      expect(isSimulated).toBe(['config/overlays/dev', 'config/overlays/kind'].includes(path));
      expect(daemon?.env?.find(({ name }) => name === 'ALLOW_VIRTUAL_LINKS')?.value === 'true').toBe(
        isSimulated,
      );
    },
  );

  it('let everybody know of the privileged daemon, and warn about any other such pod', () => {
    expect(findObject(rendered, 'Namespace', NAMESPACE).metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    });
  });

  it('never give the API server an authority of their own', () => {
    expect(JSON.stringify(rendered)).not.toContain('caBundle');
  });
});

describe('an overlay', () => {
  let dir: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-overlay-'));
  });

  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const layer = (name: string, fields: object): string => {
    const path = join(dir, name);
    mkdirSync(path);
    const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...fields };
    writeFileSync(join(path, 'kustomization.yaml'), stringify(kustomization));
    return path;
  };

  it('in another namespace takes the certificate and every reference along', async () => {
    const inner = layer('moved', {
      namespace: 'network',
      resources: [relative(join(dir, 'moved'), join(config, 'default'))],
    });
    const component = relative(join(dir, 'renamed'), join(config, 'components', 'certificate-names'));
    const outer = layer('renamed', {
      resources: [relative(join(dir, 'renamed'), inner)],
      components: [component],
    });

    const objects = await render(outer);

    expect(findObject(objects, 'Certificate', 'eni-webhook').spec?.dnsNames).toEqual([
      'eni-webhook.network.svc',
      'eni-webhook.network.svc.cluster.local',
    ]);
    const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
    expect(configurations).toHaveLength(2);
    for (const { metadata, webhooks = [] } of configurations) {
      expect(metadata.annotations).toMatchObject({
        'cert-manager.io/inject-ca-from': 'network/eni-webhook',
      });
      for (const { clientConfig } of webhooks) expect(clientConfig.service.namespace).toBe('network');
    }
    expect(JSON.stringify(objects)).not.toContain(NAMESPACE);
  });

  it('changes options by name, and the pods follow', async () => {
    const path = layer('options', {
      resources: [relative(join(dir, 'options'), join(config, 'default'))],
      configMapGenerator: [
        {
          name: 'eni-controller-config',
          namespace: NAMESPACE,
          behavior: 'merge',
          literals: ['DETACH_GRACE=2m'],
        },
      ],
    });

    const objects = await render(path);

    const { data, metadata } = findObject(objects, 'ConfigMap', 'eni-controller-config');
    expect(data).toMatchObject({ DETACH_GRACE: '2m', AWS_REGION: 'region-of-the-cluster' });
    const container = findObject(objects, 'Deployment', 'eni-controller').spec?.template?.spec.containers[0];
    expect(container?.envFrom).toEqual([{ configMapRef: { name: metadata.name } }]);
    const byDefault = findObject(await render('.'), 'ConfigMap', 'eni-controller-config');
    expect(metadata.name).not.toBe(byDefault.metadata.name);
  });

  it('as the page on installation writes it takes images and options of a cluster', async () => {
    const text = fencedBlocks(readDocument('docs/install.md')).find(({ content }) =>
      content.startsWith('# my-cluster/kustomization.yaml'),
    )?.content;
    const { resources, ...fields } = parse(text ?? '');
    const path = layer('documented', {
      ...fields,
      resources: [relative(join(dir, 'documented'), join(config, 'default'))],
    });

    const objects = await render(path);

    expect(resources).toEqual(['../multi-eni-operator/config/default']);
    expect(findObject(objects, 'ConfigMap', 'eni-controller-config').data).toEqual({
      AWS_REGION: 'eu-west-1',
      CLUSTER_NAME: 'my-cluster',
      HOST_DAEMON: 'Required',
    });
    const images = objects.flatMap(
      ({ spec }) => spec?.template?.spec.containers.map(({ image }) => image) ?? [],
    );
    expect(images.toSorted()).toEqual([
      'REGISTRY/multi-eni-operator-daemon:0.1.0',
      'REGISTRY/multi-eni-operator-webhook:0.1.0',
      'REGISTRY/multi-eni-operator:0.1.0',
    ]);
  });

  it('for Argo CD lets nothing of a later wave be needed by an earlier one, and keeps the CRDs', async () => {
    const objects = await render('config/overlays/argocd');
    const waveOf = (kind: string, name: string): number =>
      Number(findObject(objects, kind, name).metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? '0');
    const order = [
      ['Namespace', NAMESPACE],
      ['Certificate', 'eni-webhook-ca'],
      ['Certificate', 'eni-webhook'],
      ['Deployment', 'eni-webhook'],
      ['ValidatingWebhookConfiguration', 'eni-webhook'],
    ].map(([kind = '', name = '']) => waveOf(kind, name));

    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
    expect(waveOf('Issuer', 'eni-webhook-self-signed')).toBe(waveOf('Certificate', 'eni-webhook-ca'));
    expect(waveOf('Issuer', 'eni-webhook-ca')).toBe(waveOf('Certificate', 'eni-webhook'));
    expect(waveOf('MutatingWebhookConfiguration', 'eni-webhook')).toBe(order.at(-1));
    for (const { metadata } of objects.filter(({ kind }) => kind === 'CustomResourceDefinition')) {
      expect(metadata.annotations?.['argocd.argoproj.io/sync-options']).toContain('Prune=false,Delete=false');
    }
  });

  it('for Flux keeps the CRDs', async () => {
    const crds = (await render('config/overlays/flux')).filter(
      ({ kind }) => kind === 'CustomResourceDefinition',
    );

    expect(crds.map(({ metadata }) => metadata.annotations)).toEqual([
      expect.objectContaining({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
      expect.objectContaining({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
    ]);
  });

  it('for IAM roles for service accounts names a role for the operator alone', async () => {
    const accounts = (await render('config/overlays/aws-irsa')).filter(
      ({ kind, metadata }) =>
        kind === 'ServiceAccount' && metadata.annotations?.['eks.amazonaws.com/role-arn'] !== undefined,
    );

    expect(accounts.map(({ metadata }) => metadata.name)).toEqual(['eni-controller']);
  });

  it('for development needs neither certificates nor webhooks', async () => {
    const objects = await render('config/overlays/dev');

    expect(objects.filter((object) => isOfCertManager(object))).toEqual([]);
    expect(objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'))).toEqual([]);
    expect(findObject(objects, 'Deployment', 'eni-controller').spec?.replicas).toBe(1);
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(1);
  });
});
