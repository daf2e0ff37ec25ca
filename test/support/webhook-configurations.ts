import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl } from './component-cluster.ts';

const config = join(import.meta.dirname, '..', '..', 'config');

/** The committed manifests that make the API server call the webhooks. */
export const WEBHOOK_CONFIGURATIONS: readonly string[] = [
  'webhook/validating-webhooks.yaml',
  'webhook/mutating-webhooks.yaml',
];
/** The optional one. */
export const NODE_LABEL_WARNINGS = 'components/node-label-warnings/validating-webhooks.yaml';

interface Configuration {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly service?: { readonly path?: string } };
  }[];
}

/** How a run of kubectl ended. */
export interface KubectlResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl as administrator and keeps what it says, refusals as well. */
export async function tryKubectl(args: readonly string[], stdin = ''): Promise<KubectlResult> {
  return runCommand(inject('kubectl'), ['--kubeconfig', inject('kubeconfig'), ...args], { stdin });
}

/** The manifest with its Service replaced by a URL: nothing routes Services here. */
function rewrite(path: string, url: string, ca: string): string {
  const documents = parseAllDocuments(readFileSync(join(config, path), 'utf8'));
  return documents
    .map((document) => {
      const configuration: Configuration = document.toJS();
      const webhooks = configuration.webhooks.map((webhook) => ({
        ...webhook,
        clientConfig: {
          url: `${url}${webhook.clientConfig.service?.path ?? ''}`,
          caBundle: Buffer.from(ca).toString('base64'),
        },
      }));
      return stringify({ ...configuration, webhooks });
    })
    .join('---\n');
}

const probe = JSON.stringify({
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'NodeENI',
  metadata: { name: 'probe-of-the-webhooks' },
  spec: { nodeSelector: { probe: 'true' }, subnetID: 'subnet-probe', securityGroupIDs: ['sg-probe'] },
});

/** Makes the API server call the webhooks at a URL, by the committed manifests; resolves when it does. */
export async function installWebhooks(
  url: string,
  ca: string,
  paths: readonly string[] = WEBHOOK_CONFIGURATIONS,
): Promise<void> {
  await kubectl(['apply', '-f', '-'], paths.map((path) => rewrite(path, url, ca)).join('---\n'));
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
