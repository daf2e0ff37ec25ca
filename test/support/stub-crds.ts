import { kubectl } from './component-cluster.ts';
import { asList } from './rendered-manifests.ts';

/** Kinds of others that manifests and guides use. */
const KINDS = [
  { group: 'cert-manager.io', kind: 'Certificate', plural: 'certificates', scope: 'Namespaced' },
  { group: 'cert-manager.io', kind: 'Issuer', plural: 'issuers', scope: 'Namespaced' },
  {
    group: 'k8s.cni.cncf.io',
    kind: 'NetworkAttachmentDefinition',
    plural: 'network-attachment-definitions',
    scope: 'Namespaced',
  },
  { group: 'karpenter.sh', kind: 'NodePool', plural: 'nodepools', scope: 'Cluster' },
];

const crds = KINDS.map(({ group, kind, plural, scope }) => {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
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

/** Lets the shared API server store objects of these kinds, with any fields. Nothing acts on them. */
export async function installStubCrds(): Promise<void> {
  await kubectl(['apply', '-f', '-'], asList(crds));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', '-'], asList(crds));
}

/** Takes them away, with all their objects. */
export async function uninstallStubCrds(): Promise<void> {
  await kubectl(['delete', '--ignore-not-found', '-f', '-'], asList(crds));
}
