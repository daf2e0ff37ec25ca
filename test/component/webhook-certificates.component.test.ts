import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { createCertificateIssuer } from '../../src/adapters/certificates/certificate-issuer.ts';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import type { ApiCallRecord } from '../../src/adapters/kubernetes/api-transport.ts';
import { createApiTransport } from '../../src/adapters/kubernetes/undici-transport.ts';
import { createWebhookCertificateStore } from '../../src/adapters/kubernetes/webhook-certificate-store.ts';
import { createWebhookCertificatesReconcile } from '../../src/operator/webhook-certificates/reconcile.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import type { CertificatePair } from '../../src/webhooks/ports.ts';
import { type ApiServer, openApiServer } from '../support/api-server.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { sendReview } from '../support/send-review.ts';
import { uninstallWebhooks } from '../support/webhook-configurations.ts';
import { webhookConfigurations } from '../support/webhook-manifests.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NAMESPACE = 'eni-controller-system';
const DAY_MS = 86_400_000;
const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/eni-webhook';
const NODE_ENIS = '/apis/networking.k8s.aws/v1alpha1/nodeenis';
/** Two thirds of ten years. */
const AUTHORITY_RENEWAL_MS = (3_650 * DAY_MS * 2) / 3;
const overlay = join(import.meta.dirname, '..', '..', 'config', 'overlays', 'no-cert-manager');

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: object };
}

/** What of the overlay gives the operator its rights. */
async function rights(): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount' };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
  const objects = (await rendered()).filter(({ metadata }) => metadata.name === 'eni-webhook-certificates');
  const metadata = { name: 'eni-controller', namespace: NAMESPACE };
  const items = [namespace, { ...account, metadata }, ...objects];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function rendered(): Promise<readonly Rendered[]> {
  const text = await kubectl(['kustomize', overlay]);
  return text.split(/^---$/m).map((document): Rendered => parse(document));
}

/** A kubeconfig with nothing but the rights of the operator's account. */
async function kubeconfigOfOperator(dir: string): Promise<string> {
  const token = (await kubectl(['create', 'token', 'eni-controller', '-n', NAMESPACE])).trim();
  const administrator: { readonly users: readonly { readonly name: string }[] } = parse(
    readFileSync(kubeconfigPath(), 'utf8'),
  );
  const users = administrator.users.map(({ name }) => ({ name, user: { token } }));
  const path = join(dir, 'kubeconfig');
  writeFileSync(path, stringify({ ...administrator, users }), { mode: 0o600 });
  return path;
}

const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-certificates-'));
const calls: ApiCallRecord[] = [];
let offsetMs = 0;
let api: ApiServer;
let transport: ReturnType<typeof createApiTransport>;
let webhook: WebhookProcess | undefined;
let look: () => Promise<unknown>;

beforeAll(async () => {
  api = openApiServer(kubeconfigPath());
  await kubectl(['apply', '-f', '-'], await rights());
  transport = createApiTransport({
    credentials: kubeconfigCredentials({
      path: await kubeconfigOfOperator(dir),
      clock: systemClock,
      logger: new RecordingLogger(),
    }),
    clock: systemClock,
    random: () => Math.random(),
    userAgent: 'operator-under-test',
    onCall: (call) => calls.push(call),
  });
  const reconcile = createWebhookCertificatesReconcile({
    store: createWebhookCertificateStore(transport, NAMESPACE),
    issuer: createCertificateIssuer(),
    // Nothing routes Services to where tests run.
    dnsNames: ['eni-webhook.eni-controller-system.svc', 'localhost'],
    clock: { ...systemClock, now: () => systemClock.now() + offsetMs },
    logger: new RecordingLogger(),
  });
  look = () => reconcile('', AbortSignal.timeout(20_000));
});

afterAll(async () => {
  await uninstallWebhooks();
  await webhook?.stop();
  webhook?.close();
  await transport.close();
  const secrets = ['eni-webhook-ca', 'eni-webhook-tls'];
  await kubectl(['delete', 'secret', '-n', NAMESPACE, ...secrets, '--ignore-not-found']);
  const roles = 'clusterrole,clusterrolebinding';
  await kubectl(['delete', roles, 'eni-webhook-certificates', '--ignore-not-found']);
  await kubectl(['delete', 'role,rolebinding', '-n', NAMESPACE, 'eni-webhook-certificates']);
  await kubectl(['delete', 'serviceaccount', '-n', NAMESPACE, 'eni-controller']);
  await wipeCluster();
  api.close();
  rmSync(dir, { recursive: true, force: true });
});

async function lookAt(ageMs: number): Promise<void> {
  offsetMs = -ageMs;
  await look();
}

function writes(): number {
  return calls.filter(({ method }) => method !== 'GET').length;
}

async function secret(name: string): Promise<Readonly<Record<string, string>>> {
  const { data }: { readonly data: Readonly<Record<string, string>> } = JSON.parse(
    await kubectl(['get', 'secret', '-n', NAMESPACE, name, '-o', 'json']),
  );
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

async function mounted(): Promise<CertificatePair> {
  const { 'tls.crt': certificate = '', 'tls.key': key = '' } = await secret('eni-webhook-tls');
  return { certificate, key };
}

async function bundle(): Promise<string> {
  const template = '{.webhooks[0].clientConfig.caBundle}';
  const base64 = await kubectl([
    'get',
    'validatingwebhookconfiguration',
    'eni-webhook',
    '-o',
    `jsonpath=${template}`,
  ]);
  return Buffer.from(base64, 'base64').toString();
}

function manifest(name: string): object {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name },
    spec: { nodeSelector: { pool: 'a' }, subnetID: 'subnet-0123456789abcdef0', securityGroupIDs: ['sg-odd'] },
  };
}

interface Load {
  readonly failures: string[];
  readonly serials: Set<string>;
  readonly end: () => Promise<number>;
}

/** Calls through the API server, and past it, one after the other in two lanes. */
function startLoad(url: string): Load {
  const [failures, serials] = [new Array<string>(), new Set<string>()];
  const ending = new AbortController();
  let count = 0;
  const throughApiServer = async (): Promise<void> => {
    const { status, body, warnings } = await api.call('POST', `${NODE_ENIS}?dryRun=All`, manifest('load'));
    if (status !== 201 || warnings.length === 0) failures.push(`${status}: ${body.message ?? 'no warning'}`);
  };
  const past = async (): Promise<void> => {
    const { status, text, serial } = await sendReview({ url, ca: await bundle(), agent: false });
    if (!text.includes('"allowed":true')) failures.push(`${status}: ${text}`);
    if (serial !== undefined) serials.add(serial);
  };
  const lane = async (act: () => Promise<void>): Promise<void> => {
    while (!ending.signal.aborted) {
      count += 1;
      await act().catch((error: unknown) => failures.push(String(error)));
    }
  };
  const lanes = Promise.all([lane(throughApiServer), lane(past)]);
  return {
    failures,
    serials,
    async end() {
      ending.abort();
      await lanes;
      return count;
    },
  };
}

describe('the overlay without cert-manager', () => {
  it('asks nobody else for a certificate and mounts the Secret that the operator makes', async () => {
    const objects = await rendered();
    const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
    expect(configurations).toHaveLength(2);
    for (const { metadata } of configurations) expect(metadata.annotations ?? {}).toEqual({});
    expect(objects.map(({ kind }) => kind)).not.toContain('Certificate');
    expect(
      JSON.stringify(
        objects.find(({ metadata, kind }) => kind === 'Deployment' && metadata.name === 'eni-webhook'),
      ),
    ).toContain('"secretName":"eni-webhook-tls"');
  });
});

describe('the operator that makes the certificates of the webhooks, with the rights of its account alone', () => {
  it('makes them before the webhooks are installed, and writes no more until then', async () => {
    await lookAt(AUTHORITY_RENEWAL_MS + DAY_MS);
    expect(writes()).toBe(2);
    await look();
    expect(writes()).toBe(2);
  });

  it('serves the webhooks through every rotation without a failed call', async () => {
    await lookAt(65 * DAY_MS);
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate: await mounted() });
    const { mount } = webhook;
    const url = webhook.url.replace('127.0.0.1', 'localhost');
    const items = webhookConfigurations(url, '').map((configuration) => ({
      ...configuration,
      metadata: { name: configuration.metadata.name },
    }));
    await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await lookAt(65 * DAY_MS);
    await waitUntil(
      async () => {
        const { warnings } = await api.call('POST', `${NODE_ENIS}?dryRun=All`, manifest('probe'));
        return warnings.length > 0 ? true : undefined;
      },
      { what: 'the API server to call the webhooks', deadlineMs: 20_000 },
    );
    const before = writes();
    await look();
    expect(writes()).toBe(before);
    const { 'tls.crt': firstAuthority = '' } = await secret('eni-webhook-ca');
    expect(await bundle()).toBe(firstAuthority);
    const load = startLoad(url);
    const rotate = async (ageMs: number): Promise<void> => {
      await lookAt(ageMs);
      // The kubelet is slower than the API server.
      await delay(1_000);
      mount(await mounted());
      await delay(2_000);
    };

    await rotate(2 * DAY_MS);
    expect(load.serials.size).toBe(2);
    await rotate(10 * 60_000);
    expect(load.serials.size).toBe(2);
    const { 'tls.crt': secondAuthority = '', 'previous.crt': previous } = await secret('eni-webhook-ca');
    expect(secondAuthority).not.toBe(firstAuthority);
    expect(previous).toBe(firstAuthority);
    expect(await bundle()).toBe(secondAuthority + firstAuthority);
    await rotate(0);
    expect((await secret('eni-webhook-tls'))['ca.crt']).toBe(secondAuthority);

    expect(await load.end()).toBeGreaterThan(50);
    expect(load.serials.size).toBe(3);
    expect(load.failures).toEqual([]);
  });

  it('puts back a bundle that somebody took away', async () => {
    const wanted = await bundle();
    const webhooks = [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }];
    await api.call('PATCH', CONFIGURATION, webhooks, { 'content-type': 'application/json-patch+json' });
    expect(await bundle()).toBe('');

    await look();

    expect(await bundle()).toBe(wanted);
  });
});
