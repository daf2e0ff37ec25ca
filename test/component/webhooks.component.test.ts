import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { requestLoopback } from '../../hack/control-plane/request-loopback.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import {
  installWebhooks,
  NODE_LABEL_WARNINGS,
  tryKubectl,
  uninstallWebhooks,
  WEBHOOK_CONFIGURATIONS,
} from '../support/webhook-configurations.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';

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

const otherSubnet = { subnetID: 'subnet-0123456789abcdef1' };

let authority: TestAuthority;
let webhook: WebhookProcess;

beforeAll(async () => {
  authority = await createTestAuthority();
  webhook = await startWebhookProcess({
    kubeconfig: inject('kubeconfig'),
    certificate: await authority.issue(),
  });
  const paths = [...WEBHOOK_CONFIGURATIONS, NODE_LABEL_WARNINGS];
  await installWebhooks(webhook.url, authority.certificate, paths);
});

afterEach(wipeCluster);

afterAll(async () => {
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
      const [, message] = /denied the request: (.*)/s.exec(result.stderr) ?? [];
      messages.add(message ?? result.stderr);
      console.log(way, result.stderr);
    }

    expect([...messages]).toEqual([
      expect.stringMatching(
        /^spec\.deviceIndex: Forbidden: index 2 is already used by NodeENI "tenant-a" \(nodes matching pool=a: node-1\); free: /,
      ),
    ]);
    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('nodeeni.networking.k8s.aws/tenant-a\n');
  });
});

describe('the endpoints', () => {
  it('tell readiness and metrics', async () => {
    const ready = await requestLoopback({ url: `${webhook.httpUrl}/readyz` });
    const metrics = await requestLoopback({ url: `${webhook.httpUrl}/metrics` });
    console.log(ready?.body, metrics?.body);
    expect(ready?.status).toBe(200);
  });
});
