import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, wipeCluster } from '../../test/support/component-cluster.ts';
import { runCommand } from './run-command.ts';
import { type ControlPlane, startControlPlane } from './start-control-plane.ts';

describe('the shared control plane', () => {
  afterEach(wipeCluster);

  it('accepts nodes made by hand and forgets them when wiped', async () => {
    await kubectl(
      ['apply', '-f', '-'],
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'node-a', finalizers: ['example.com/held'] },
        spec: { providerID: 'aws:///us-east-1a/i-0123456789abcdef0' },
      }),
    );
    expect(await kubectl(['get', 'nodes', '-o', 'name'])).toBe('node/node-a\n');

    await wipeCluster();

    expect(await kubectl(['get', 'nodes', '-o', 'name'])).toBe('');
  });

  it('runs pods of a node as objects and forgets them when wiped', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod-a', namespace: 'default' },
      spec: { nodeName: 'node-a', containers: [{ name: 'main', image: 'example.com/none' }] },
    };
    await kubectl(['apply', '-f', '-'], JSON.stringify(pod));
    expect(await kubectl(['get', 'pods', '-o', 'name'])).toBe('pod/pod-a\n');

    await wipeCluster();

    expect(await kubectl(['get', 'pods', '-o', 'name'])).toBe('');
  });

  it('knows the custom resources and forgets those that a finalizer holds when wiped', async () => {
    const nodeEni = {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENI',
      metadata: { name: 'held', finalizers: ['nodeeni.networking.k8s.aws/finalizer'] },
      spec: {
        nodeSelector: { role: 'edge' },
        subnetID: 'subnet-0123456789abcdef0',
        securityGroupIDs: ['sg-0123456789abcdef0'],
      },
    };
    await kubectl(['apply', '-f', '-'], JSON.stringify(nodeEni));
    expect(await kubectl(['get', 'nodeenis', '-o', 'jsonpath={.items[*].metadata.name}'])).toBe('held');

    await wipeCluster();

    expect(await kubectl(['get', 'nodeenis', '-o', 'name'])).toBe('');
  });

  it('refuses what RBAC does not allow', async () => {
    const asStranger = kubectl(['get', 'nodes', '--as=stranger']);

    await expect(asStranger).rejects.toThrow(/forbidden/i);
  });
});

describe('a control plane of its own', () => {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-control-plane-'));
  let controlPlane: ControlPlane;

  beforeAll(async () => {
    controlPlane = await startControlPlane({ dir });
  });

  afterAll(async () => {
    await controlPlane.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps endpoint and objects when the API server restarts', async () => {
    await own(['create', 'configmap', 'kept', '--from-literal=a=b']);
    const { endpoint } = controlPlane;

    await controlPlane.restartApiServer();

    expect(controlPlane.endpoint).toBe(endpoint);
    expect(await own(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}'])).toBe('b');
  });

  it('answers 410 to a watch from before a compaction once the API server has restarted', async () => {
    const list = await get('/api/v1/namespaces/default/configmaps');
    const before = /"resourceVersion":"(\d+)"/.exec(list.body)?.[1] ?? '';
    await own(['create', 'configmap', 'later', '--from-literal=a=b']);

    await controlPlane.compact();
    await controlPlane.restartApiServer();
    const watch = await get(
      `/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=2&resourceVersion=${before}`,
    );

    expect(before).not.toBe('');
    expect(watch.body).toMatch(/"code":410/);
  });

  it('answers 410 to a list that continues from before a compaction', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) {
      await own(['create', 'configmap', name]);
    }
    const page = await get('/api/v1/namespaces/default/configmaps?limit=1');
    const continuation = /"continue":"([^"]+)"/.exec(page.body)?.[1] ?? '';
    await own(['create', 'configmap', 'page-d']);

    await controlPlane.compact();
    await controlPlane.restartApiServer();
    const next = await get(
      `/api/v1/namespaces/default/configmaps?limit=1&continue=${encodeURIComponent(continuation)}`,
    );

    expect(continuation).not.toBe('');
    expect(next.status).toBe(410);
  });

  it('refuses a folder that another run uses', async () => {
    const second = startControlPlane({ dir });

    await expect(second).rejects.toThrow(`in use by the control plane of process ${process.pid}`);
  });

  async function own(args: readonly string[]): Promise<string> {
    const { kubectlPath, kubeconfigPath } = controlPlane;
    const result = await runCommand(kubectlPath, ['--kubeconfig', kubeconfigPath, ...args]);
    expect(result.stderr).toBe('');
    return result.stdout;
  }

  async function get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const certificates = join(dir, 'certificates');
    const [ca, cert, key] = ['ca.crt', 'admin.crt', 'admin.key'].map((name) =>
      readFileSync(join(certificates, name)),
    );
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        controlPlane.endpoint + path,
        { ca, cert, key, agent: false },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      request.on('error', reject);
      request.end();
    });
  }
});
