import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiServer, openApiServer } from '../support/api-server.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, tryKubectl, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { NODE_LABEL_WARNINGS, WEBHOOK_CONFIGURATIONS } from '../support/webhook-manifests.ts';
import { startWebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const FINALIZER = 'nodeeni.networking.k8s.aws/finalizer';
const NODE_ENI = '/apis/networking.k8s.aws/v1alpha1/nodeenis/held';

function nodeEni(name: string, deviceIndex: number): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, finalizers: [FINALIZER] },
    spec: {
      nodeSelector: { pool: 'a' },
      subnetID: `subnet-0123456789abcdef${deviceIndex}`,
      securityGroupIDs: ['sg-0123456789abcdef0'],
      deviceIndex,
    },
  });
}

describe('while no webhook answers', () => {
  let authority: TestAuthority;
  let api: ApiServer;

  beforeAll(async () => {
    api = openApiServer(kubeconfigPath());
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    const webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
    const paths = [...WEBHOOK_CONFIGURATIONS, NODE_LABEL_WARNINGS];
    await installWebhooks(webhook.url, authority.certificate, paths);
    await kubectl(['apply', '-f', '-'], nodeEni('held', 2));
    await webhook.kill();
    webhook.close();
  });

  afterEach(async () => kubectl(['delete', 'nodes,pods', '--all', '--force', '--grace-period=0']));

  afterAll(async () => {
    api.close();
    await uninstallWebhooks();
    authority.close();
    await wipeCluster();
  });

  it('nodes and pods are written as ever', async () => {
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels: { pool: 'a' } } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod-1', namespace: 'default' },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    };

    await kubectl(['apply', '-f', '-'], JSON.stringify(node));
    await kubectl(['label', 'node', 'node-1', 'tier=edge']);
    await kubectl(['apply', '-f', '-'], JSON.stringify(pod));

    expect(await kubectl(['get', 'nodes', '-l', 'tier=edge', '-o', 'name'])).toBe('node/node-1\n');
    expect(await kubectl(['get', 'pods', '-o', 'name'])).toBe('pod/pod-1\n');
  });

  it('a NodeENI is not created, and the message names the webhook that does not answer', async () => {
    const result = await tryKubectl(['apply', '-f', '-'], nodeEni('new', 5));

    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(
      /Error from server \(InternalError\): .*failed calling webhook "validate\.nodeeni\.networking\.k8s\.aws": .*connection refused/s,
    );
    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('nodeeni.networking.k8s.aws/held\n');
  });

  it('status, labels and finalizers of a NodeENI are written, and its deletion completes', async () => {
    const status = { status: { observedGeneration: 1, matchingNodes: 1 } };
    expect((await api.call('PATCH', `${NODE_ENI}/status`, status)).status).toBe(200);
    await kubectl(['label', 'nodeeni', 'held', 'team=core']);

    await kubectl(['delete', 'nodeeni', 'held', '--wait=false']);
    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('nodeeni.networking.k8s.aws/held\n');
    const released = await api.call('PATCH', NODE_ENI, { metadata: { finalizers: null } });

    expect(released.status).toBe(200);
    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('');
  });
});
