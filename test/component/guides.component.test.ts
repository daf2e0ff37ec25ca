import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { installStubCrds, uninstallStubCrds } from '../support/stub-crds.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, tryKubectl, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const folder = join(import.meta.dirname, '..', '..', 'config', 'samples', 'guides');

describe('the guides, with the webhooks', () => {
  let authority: TestAuthority;
  let webhook: WebhookProcess;

  beforeAll(async () => {
    await wipeCluster();
    await installStubCrds();
    authority = await createTestAuthority();
    webhook = await startWebhookProcess({
      kubeconfig: kubeconfigPath(),
      certificate: await authority.issue(),
    });
    await installWebhooks(webhook.url, authority.certificate);
    const metadata = { name: 'node-1', labels: { ng: 'multi-tenant' } };
    await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata }));
  });

  afterAll(async () => {
    await uninstallWebhooks();
    await webhook.stop();
    webhook.close();
    authority.close();
    const kinds = 'daemonsets.apps';
    for (const namespace of ['firewall', 'upf']) await kubectl(['delete', kinds, '--all', '-n', namespace]);
    await wipeCluster();
    await uninstallStubCrds();
  });

  it.each(readdirSync(folder))('%s is taken as it is, without a warning', async (name) => {
    const { exitCode, stdout, stderr } = await tryKubectl(['apply', '-f', join(folder, name)]);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.endsWith(' created')).length).toBeGreaterThan(0);
  });

  it('would be refused if two of them wanted one index of the same nodes', async () => {
    const { stdout } = await tryKubectl(['get', 'nodeeni', 'tenant-b', '--output=json']);
    const { metadata, spec } = JSON.parse(stdout);
    const rival = {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENI',
      metadata: { name: `${metadata.name}-2` },
      spec: { ...spec, subnetID: 'subnet-0a1b2c3d4e5f600b2', deviceIndex: 2 },
    };
    const { exitCode, stderr } = await tryKubectl(['create', '-f', '-'], JSON.stringify(rival));

    expect(exitCode).toBe(1);
    expect(stderr).toContain('index 2 is already used by NodeENI "tenant-a"');
  });
});
