import { stringify } from 'yaml';
import type { ClientTls } from './request-loopback.ts';

/** A kubeconfig with everything inside: one cluster, the administrator, one context. */
export function kubeconfigYaml(endpoint: string, admin: ClientTls): string {
  const name = 'control-plane';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: endpoint, 'certificate-authority-data': base64(admin.ca) } }],
    users: [
      { name, user: { 'client-certificate-data': base64(admin.cert), 'client-key-data': base64(admin.key) } },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
