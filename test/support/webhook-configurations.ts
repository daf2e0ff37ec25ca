import { runCommand } from '../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl } from './component-cluster.ts';
import { webhookConfigurations } from './webhook-manifests.ts';
import { kubeconfigPath, kubectlPath } from './shared-control-plane.ts';

/** How a run of kubectl ended. */
export interface KubectlResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl as administrator and keeps what it says, refusals as well. */
export async function tryKubectl(args: readonly string[], stdin = ''): Promise<KubectlResult> {
  return runCommand(kubectlPath(), ['--kubeconfig', kubeconfigPath(), ...args], { stdin });
}

const probe = JSON.stringify({
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'NodeENI',
  metadata: { name: 'probe-of-the-webhooks' },
  spec: { nodeSelector: { probe: 'true' }, subnetID: 'subnet-probe', securityGroupIDs: ['sg-probe'] },
});

/** Makes the API server call the webhooks at a URL, by the committed manifests; resolves when it does. */
export async function installWebhooks(url: string, ca: string, paths?: readonly string[]): Promise<void> {
  const items = webhookConfigurations(url, ca, paths);
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await waitUntil(
    async () => {
      const { stderr } = await tryKubectl(['create', '--dry-run=server', '-f', '-'], probe);
      return stderr.includes('does not look like an EC2 id') ? true : undefined;
    },
    { what: 'the API server to call the webhooks', deadlineMs: 20_000 },
  );
}

/** Takes them away again; component tests share an API server. */
export async function uninstallWebhooks(): Promise<void> {
  const names = ['eni-webhook', 'eni-webhook-node-labels'];
  const kinds = 'validatingwebhookconfigurations,mutatingwebhookconfigurations';
  await kubectl(['delete', kinds, ...names, '--ignore-not-found']);
}
