import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { kubectl } from '../support/component-cluster.ts';
import { createTestAuthority } from '../support/webhook-certificates.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';
import { startWebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NAMESPACE = 'eni-controller-system';
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:eni-webhook`;
const root = join(import.meta.dirname, '..', '..');

interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly secretName?: string;
    readonly dnsNames?: readonly string[];
    readonly issuerRef?: { readonly name: string };
    readonly ca?: { readonly secretName: string };
    readonly template?: {
      readonly metadata: object;
      readonly spec: { readonly volumes: readonly { readonly secret?: { readonly secretName: string } }[] };
    };
  };
  readonly webhooks?: readonly {
    readonly clientConfig: { readonly service: { readonly name: string; readonly namespace: string } };
  }[];
}

async function render(...folders: readonly string[]): Promise<readonly Rendered[]> {
  const texts = await Promise.all(
    folders.map((folder) => kubectl(['kustomize', join(root, 'config', folder)])),
  );
  return texts.flatMap((text) => parseAllDocuments(text).map((document): Rendered => document.toJS()));
}

function find(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`${kind} ${name} is not rendered`);
  return found;
}

function specOf(objects: readonly Rendered[], kind: string, name: string): Rendered['spec'] {
  return find(objects, kind, name).spec;
}

async function can(verb: string, resource: string): Promise<boolean> {
  const { stdout } = await tryKubectl(['auth', 'can-i', verb, resource, `--as=${ACCOUNT}`]);
  return stdout.trim() === 'yes';
}

describe('the manifests of the webhooks', () => {
  let objects: readonly Rendered[] = [];

  beforeAll(async () => {
    objects = await render('webhook', 'certmanager', 'rbac', 'components/node-label-warnings');
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
    await kubectl(['apply', '-f', '-'], JSON.stringify(namespace));
    await kubectl(['apply', '-k', join(root, 'config', 'rbac')]);
  });

  afterAll(async () => {
    await kubectl(['delete', '-k', join(root, 'config', 'rbac')]);
  });

  it('are taken by the API server', async () => {
    const applied = await tryKubectl(['apply', '--dry-run=server', '-k', join(root, 'config', 'webhook')]);

    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    expect(applied.stdout.trim().split('\n')).toHaveLength(5);
  });

  it('make pods that a namespace of level restricted admits', async () => {
    const template = find(objects, 'Deployment', 'eni-webhook').spec?.template;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      ...template,
      metadata: { ...template?.metadata, name: 'eni-webhook' },
    };

    const created = await tryKubectl(
      ['create', '-n', NAMESPACE, '--dry-run=server', '-f', '-'],
      JSON.stringify(pod),
    );

    expect(created).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('agree on Service, namespace and the Certificate whose authority the API server is given', () => {
    const leaf = find(objects, 'Certificate', 'eni-webhook');
    const service = find(objects, 'Service', 'eni-webhook');
    const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));

    expect(configurations).toHaveLength(3);
    expect(service.metadata.namespace).toBe(NAMESPACE);
    expect(leaf.metadata.namespace).toBe(NAMESPACE);
    expect(leaf.spec?.dnsNames).toContain(`${service.metadata.name}.${NAMESPACE}.svc`);
    for (const { metadata, webhooks = [] } of configurations) {
      expect(metadata.annotations).toEqual({
        'cert-manager.io/inject-ca-from': `${NAMESPACE}/${leaf.metadata.name}`,
      });
      expect(webhooks.map(({ clientConfig }) => clientConfig.service)).toEqual(
        webhooks.map(() => expect.objectContaining({ name: service.metadata.name, namespace: NAMESPACE })),
      );
    }
  });

  it('agree on Issuers and Secrets', () => {
    expect(specOf(objects, 'Certificate', 'eni-webhook')).toMatchObject({
      secretName: 'eni-webhook-tls',
      issuerRef: { name: 'eni-webhook-ca' },
    });
    expect(specOf(objects, 'Issuer', 'eni-webhook-ca')).toEqual({ ca: { secretName: 'eni-webhook-ca' } });
    expect(specOf(objects, 'Certificate', 'eni-webhook-ca')).toMatchObject({
      isCA: true,
      secretName: 'eni-webhook-ca',
      issuerRef: { name: 'eni-webhook-self-signed' },
    });
    expect(specOf(objects, 'Issuer', 'eni-webhook-self-signed')).toEqual({ selfSigned: {} });
    const { volumes } = specOf(objects, 'Deployment', 'eni-webhook')?.template?.spec ?? {};
    expect(volumes).toMatchObject([{ secret: { secretName: 'eni-webhook-tls' } }]);
  });

  it('let the webhooks read what they judge by, and nothing else', async () => {
    for (const resource of [
      'nodeenis.networking.k8s.aws',
      'nodeeniattachments.networking.k8s.aws',
      'nodes',
    ]) {
      expect(await can('watch', resource)).toBe(true);
      expect(await can('patch', resource)).toBe(false);
    }
    expect(await can('list', 'pods')).toBe(true);
    expect(await can('watch', 'pods')).toBe(false);
    expect(await can('delete', 'pods')).toBe(false);
    expect(await can('get', 'secrets')).toBe(false);
    expect(await can('get', 'policyendpoints.networking.k8s.aws')).toBe(false);
  });

  it('let the process become ready with the rights of its account alone', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-account-'));
    const token = (await kubectl(['create', 'token', 'eni-webhook', '-n', NAMESPACE])).trim();
    const administrator: {
      readonly clusters: unknown;
      readonly contexts: unknown;
      readonly users: readonly { readonly name: string }[];
    } = parse(readFileSync(kubeconfigPath(), 'utf8'));
    const users = administrator.users.map(({ name }) => ({ name, user: { token } }));
    const kubeconfig = join(dir, 'kubeconfig');
    writeFileSync(kubeconfig, stringify({ ...administrator, users }), { mode: 0o600 });
    const authority = await createTestAuthority();

    const webhook = await startWebhookProcess({ kubeconfig, certificate: await authority.issue() });

    expect(await webhook.stop()).toBe('webhook ended with exit code 0');
    webhook.close();
    authority.close();
    rmSync(dir, { recursive: true, force: true });
  });
});
