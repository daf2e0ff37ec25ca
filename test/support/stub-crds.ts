import { kubectl } from './component-cluster.ts';
import { asList } from './rendered-manifests.ts';

/** Kinds of cert-manager that the manifests use; the API server takes any fields of them. */
const KINDS = ['Certificate', 'Issuer'];

const crds = KINDS.map((kind) => {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
});

/** Lets the shared API server store objects of cert-manager. Nothing acts on them. */
export async function installStubCrds(): Promise<void> {
  await kubectl(['apply', '-f', '-'], asList(crds));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', '-'], asList(crds));
}

/** Takes them away, with all their objects. */
export async function uninstallStubCrds(): Promise<void> {
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], asList(crds));
}
