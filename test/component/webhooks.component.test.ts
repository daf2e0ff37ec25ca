import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { requestLoopback } from '../../hack/control-plane/request-loopback.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { type ApiServer, openApiServer } from '../support/api-server.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, tryKubectl, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { NODE_LABEL_WARNINGS, WEBHOOK_CONFIGURATIONS } from '../support/webhook-manifests.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

interface Manifest {
  readonly name: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

function nodeEni({ name, spec = {}, annotations = {} }: Manifest): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, annotations },
    spec: {
      nodeSelector: { pool: 'a' },
      subnetID: 'subnet-0123456789abcdef0',
      securityGroupIDs: ['sg-0123456789abcdef0'],
      ...spec,
    },
  });
}

function node(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
}

const NODE_ENIS = '/apis/networking.k8s.aws/v1alpha1/nodeenis';
const otherSubnet = { subnetID: 'subnet-0123456789abcdef1' };

let authority: TestAuthority;
let webhook: WebhookProcess;
let api: ApiServer;

beforeAll(async () => {
  authority = await createTestAuthority();
  webhook = await startWebhookProcess({
    kubeconfig: kubeconfigPath(),
    certificate: await authority.issue(),
  });
  api = openApiServer(kubeconfigPath());
  const paths = [...WEBHOOK_CONFIGURATIONS, NODE_LABEL_WARNINGS];
  await installWebhooks(webhook.url, authority.certificate, paths);
});

afterEach(wipeCluster);

afterAll(async () => {
  api.close();
  await uninstallWebhooks();
  await webhook.stop();
  webhook.close();
  authority.close();
});

/** Resolves when the webhooks know of an object: they follow the cluster by watches. */
async function untilRefused(manifest: string): Promise<string> {
  return waitUntil(
    async () => {
      const { exitCode, stderr } = await tryKubectl(['create', '--dry-run=server', '-f', '-'], manifest);
      return exitCode === 0 ? undefined : stderr;
    },
    { what: 'a refusal', deadlineMs: 10_000 },
  );
}

/** How many reviews of NodeENIs were answered so far. */
async function reviews(): Promise<number> {
  const metrics = await requestLoopback({ url: `${webhook.httpUrl}/metrics` });
  const counts = metrics?.body.matchAll(
    /^nodeeni_webhook_requests_total\{webhook="[a-z]+-nodeeni".*\} (\d+)$/gm,
  );
  return Array.from(counts ?? [], ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
}

/** The counters of reviews of nodes. */
async function nodeReviews(): Promise<readonly string[]> {
  const metrics = await requestLoopback({ url: `${webhook.httpUrl}/metrics` });
  return metrics?.body.match(/^nodeeni_webhook_requests_total\{webhook="warn-node-labels".*$/gm) ?? [];
}

describe('a NodeENI that wants an index which another one has', () => {
  const wanted = nodeEni({ name: 'tenant-b', spec: otherSubnet });

  it('is refused with one and the same message by every way to write it', async () => {
    await kubectl(['apply', '-f', '-'], node('node-1', { pool: 'a' }));
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    await untilRefused(wanted);
    const ways = [
      ['create'],
      ['apply'],
      ['apply', '--server-side'],
      ['apply', '--dry-run=server'],
      ['apply', '--server-side', '--dry-run=server'],
    ];

    const messages = new Set<string>();
    for (const way of ways) {
      const result = await tryKubectl([...way, '-f', '-'], wanted);
      expect(result.exitCode).toBe(1);
      messages.add(
        /Error from server \(Forbidden\): .*denied the request: (.*)/s.exec(result.stderr)?.[1] ?? '',
      );
    }

    expect([...messages]).toEqual([
      'spec.deviceIndex: Forbidden: index 2 is already used by NodeENI "tenant-a" (nodes matching pool=a: node-1); free: 3, 4, 5\n',
    ]);
    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('nodeeni.networking.k8s.aws/tenant-a\n');
  });

  it('is refused with code, reason and cause for programs, and one line in the log with the uid', async () => {
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    await untilRefused(wanted);
    const linesBefore = webhook.logLines().length;

    const { body } = await api.call('POST', NODE_ENIS, JSON.parse(wanted));

    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      details: {
        group: 'networking.k8s.aws',
        kind: 'NodeENI',
        name: 'tenant-b',
        causes: [
          {
            reason: 'FieldValueForbidden',
            field: 'spec.deviceIndex',
            message: expect.stringContaining('Forbidden: index 2 is already used'),
          },
        ],
      },
    });
    // Lines are written after the reply.
    const refusals = (): readonly Record<string, unknown>[] =>
      webhook
        .logLines()
        .slice(linesBefore)
        .filter(({ dryRun }) => dryRun !== true);
    await expect.poll(refusals, { timeout: 5_000 }).not.toEqual([]);
    expect(refusals()).toEqual([
      expect.objectContaining({
        msg: 'operation refused',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        operation: 'CREATE',
        name: 'tenant-b',
        rules: ['deviceIndexConflict'],
        dryRun: false,
      }),
    ]);
  });

  it('is taken where it replaces that one, with a warning', async () => {
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    await untilRefused(wanted);
    const annotations = { 'networking.k8s.aws/replaces': 'tenant-a' };

    const { stderr } = await tryKubectl(
      ['apply', '-f', '-'],
      nodeEni({ name: 'tenant-b', spec: otherSubnet, annotations }),
    );

    expect(stderr).toContain(
      'Warning: spec.deviceIndex: index 2 is used by NodeENI "tenant-a", which this one replaces',
    );
  });
});

describe('a NodeENI for nodes whose instance type takes fewer interfaces', () => {
  it('is taken with a warning once the operator has told the limits of the type', async () => {
    const labels = { pool: 'a', 'node.kubernetes.io/instance-type': 't3.small' };
    await kubectl(['apply', '-f', '-'], node('small-node', labels));
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    const instanceTypes = [{ type: 't3.small', networkCards: [{ index: 0, maximumInterfaces: 2 }] }];
    const told = { status: { observedGeneration: 1, instanceTypes } };
    expect((await api.call('PATCH', `${NODE_ENIS}/tenant-a/status`, told)).status).toBe(200);
    const wanted = nodeEni({ name: 'tenant-b', spec: { ...otherSubnet, deviceIndex: 3 } });

    const warnings = await waitUntil(
      async () => {
        const reply = await api.call('POST', `${NODE_ENIS}?dryRun=All`, JSON.parse(wanted));
        expect(reply.status).toBe(201);
        return reply.warnings.length === 0 ? undefined : reply.warnings;
      },
      { what: 'a warning', deadlineMs: 10_000 },
    );

    expect(warnings).toEqual([
      'spec.deviceIndex: t3.small takes 2 interfaces on card 0, but 3 are wanted (small-node)',
    ]);
  });
});

describe('a NodeENI that is stored', () => {
  it('may change its labels and its status whatever it clashes with', async () => {
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    const before = await reviews();

    await kubectl(['label', 'nodeeni', 'tenant-a', 'team=core']);
    const status = { status: { observedGeneration: 1 } };
    expect((await api.call('PATCH', `${NODE_ENIS}/tenant-a/status`, status)).status).toBe(200);

    expect(await reviews()).toBe(before);
  });

  it('that is protected cannot be deleted until its annotation is gone', async () => {
    const annotations = { 'networking.k8s.aws/deletion-protection': 'true' };
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a', annotations }));

    const refused = await tryKubectl(['delete', 'nodeeni', 'tenant-a']);
    await kubectl(['annotate', 'nodeeni', 'tenant-a', 'networking.k8s.aws/deletion-protection-']);
    const deleted = await tryKubectl(['delete', 'nodeeni', 'tenant-a']);

    expect(refused.stderr).toContain(
      'denied the request: metadata.annotations: Forbidden: NodeENI "tenant-a" is protected: remove the annotation',
    );
    expect(deleted.stdout).toContain('"tenant-a" deleted');
  });
});

describe('a label of a node', () => {
  it('brings a warning when it makes NodeENIs clash on the node, and is set all the same', async () => {
    await kubectl(['apply', '-f', '-'], node('node-1', { pool: 'a' }));
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-a' }));
    const other = { ...otherSubnet, nodeSelector: { tier: 'edge' } };
    await kubectl(['apply', '-f', '-'], nodeEni({ name: 'tenant-b', spec: other }));

    const { stdout, stderr } = await waitUntil(
      async () => {
        const result = await tryKubectl(['label', '--overwrite', 'node', 'node-1', 'tier=edge']);
        if (result.stderr !== '') return result;
        await kubectl(['label', 'node', 'node-1', 'tier-']);
        return undefined;
      },
      { what: 'a warning', deadlineMs: 10_000 },
    );

    expect(stdout).toContain('node/node-1 labeled');
    expect(stderr).toContain(
      'Warning: node node-1 matches NodeENIs "tenant-a" and "tenant-b" now, which both want device index 2',
    );
  });
});

describe('a label that a kubelet sets', () => {
  it('asks no webhook', async () => {
    await kubectl(['apply', '-f', '-'], node('node-1', { pool: 'a' }));
    const before = await nodeReviews();
    const kubelet = ['--as=system:node:node-1', '--as-group=system:nodes', '--as-group=system:masters'];

    await kubectl(['label', 'node', 'node-1', 'by=kubelet', ...kubelet]);
    expect(await nodeReviews()).toEqual(before);

    await kubectl(['label', 'node', 'node-1', 'by-somebody=else']);
    expect(await nodeReviews()).not.toEqual(before);
  });
});

describe('the endpoints', () => {
  it('tell readiness and metrics', async () => {
    const ready = await requestLoopback({ url: `${webhook.httpUrl}/readyz` });
    const metrics = await requestLoopback({ url: `${webhook.httpUrl}/metrics` });

    expect(ready?.body).toMatch(
      /^\[\+\]manager: running\n\[\+\]certificate: valid until .*\n\[\+\]draining: no\nok\n$/,
    );
    expect(metrics?.body).toMatch(
      /nodeeni_webhook_requests_total\{webhook="validate-nodeeni",operation="CREATE",verdict="denied"\} [1-9]/,
    );
    expect(metrics?.body).toMatch(/nodeeni_webhook_certificate_expiry_seconds 86\d{3}\./);
    expect(metrics?.body).toContain('nodeeni_webhook_cache_synced 1');
  });
});
