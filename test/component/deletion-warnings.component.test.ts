import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { createAttachment } from '../support/host-attachments.ts';
import {
  createMacvlanNetwork,
  createPodOn,
  deletePod,
  installNetworkDefinitions,
  networkStatusOf,
  uninstallNetworkDefinitions,
} from '../support/network-pods.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, tryKubectl, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { WEBHOOK_CONFIGURATIONS } from '../support/webhook-manifests.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

let authority: TestAuthority;
let webhook: WebhookProcess;

beforeAll(async () => {
  authority = await createTestAuthority();
  const certificate = await authority.issue();
  webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
  await installNetworkDefinitions();
  await installWebhooks(webhook.url, authority.certificate, [...WEBHOOK_CONFIGURATIONS]);
});

afterEach(async () => {
  for (const name of ['upf-0', 'elsewhere', 'stranger']) await deletePod(name);
  await wipeCluster();
});

afterAll(async () => {
  await uninstallWebhooks();
  await uninstallNetworkDefinitions();
  await webhook.stop();
  webhook.close();
  authority.close();
});

describe('the deletion of a NodeENI', () => {
  it('warns of the pods that use its links, on its nodes only, and goes on', async () => {
    const nodeEni = {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENI',
      metadata: { name: 'upf' },
      spec: {
        nodeSelector: { pool: 'a' },
        subnetID: 'subnet-0123456789abcdef0',
        securityGroupIDs: ['sg-1a'],
      },
    };
    await kubectl(['create', '-f', '-'], JSON.stringify(nodeEni));
    await createAttachment({
      name: 'upf',
      nodeName: 'node-1',
      macAddress: '02:00:00:00:00:01',
      deviceIndex: 2,
    });
    await createMacvlanNetwork('n3', 'ne-upf');
    await createMacvlanNetwork('other', 'eth9');
    await createPodOn('node-1', 'upf-0', networkStatusOf('n3'));
    await createPodOn('node-2', 'elsewhere', networkStatusOf('n3'));
    await createPodOn('node-1', 'stranger', networkStatusOf('other'));

    const warnings = await waitUntil(
      async () => {
        const { stderr } = await tryKubectl(['delete', 'nodeeni', 'upf', '--dry-run=server']);
        return stderr.includes('pods') ? stderr : undefined;
      },
      { what: 'a warning that names pods', deadlineMs: 10_000 },
    );
    const deleted = await tryKubectl(['delete', 'nodeeni', 'upf', '--wait=false']);

    expect(warnings).toContain('Warning: metadata.name: in use by 1 ENI on 1 node: node-1');
    expect(warnings).toContain(
      'Warning: metadata.name: the ENIs are not detached before these pods are gone: default/upf-0\n',
    );
    expect(deleted.stdout).toContain('"upf" deleted');
  });
});
