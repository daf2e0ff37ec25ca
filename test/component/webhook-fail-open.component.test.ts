import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../hack/control-plane/find-free-port.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { asList } from '../support/rendered-manifests.ts';
import { createTestAuthority } from '../support/webhook-certificates.ts';
import { uninstallWebhooks } from '../support/webhook-configurations.ts';
import { webhookConfigurations } from '../support/webhook-manifests.ts';

const nodeEni = {
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'NodeENI',
  metadata: { name: 'without-webhook' },
  spec: { nodeSelector: { ng: 'a' }, subnetID: 'subnet-a', securityGroupIDs: ['sg-a'] },
};

describe('the alert on webhooks that were left out', () => {
  beforeAll(async () => {
    const authority = await createTestAuthority();
    const port = await findFreePort();
    const configurations = webhookConfigurations(`https://127.0.0.1:${port}`, authority.certificate);
    const mutating = configurations.filter(({ kind }) => kind.startsWith('Mutating'));
    await kubectl(['apply', '-f', '-'], asList(mutating));
    authority.close();
  });

  afterAll(async () => {
    await uninstallWebhooks();
    await wipeCluster();
  });

  it('asks for a metric that the API server has, by the name that the webhook has', async () => {
    const counted = await waitUntil(
      async () => {
        await kubectl(['apply', '--dry-run=server', '-f', '-'], JSON.stringify(nodeEni));
        const page = await kubectl(['get', '--raw', '/metrics']);
        const lines = page.split('\n');
        return lines.find((line) => line.startsWith('apiserver_admission_webhook_fail_open_count{'));
      },
      { what: 'a call that failed open', deadlineMs: 20_000 },
    );
    expect(counted).toMatch(/name="default\.nodeeni\.networking\.k8s\.aws",type="admit"\} \d+$/);
  });
});
