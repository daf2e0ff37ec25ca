import { kubectl } from './component-cluster.ts';

/** The kind of Multus (k8snetworkplumbingwg/network-attachment-definition-client), as far as it is read here. */
const DEFINITION_KIND = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'network-attachment-definitions.k8s.cni.cncf.io' },
  spec: {
    group: 'k8s.cni.cncf.io',
    scope: 'Namespaced',
    names: {
      plural: 'network-attachment-definitions',
      singular: 'network-attachment-definition',
      kind: 'NetworkAttachmentDefinition',
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { config: { type: 'string' } } } },
          },
        },
      },
    ],
  },
};

/** Lets the API server know NetworkAttachmentDefinitions. */
export async function installNetworkDefinitions(): Promise<void> {
  await kubectl(['apply', '-f', '-'], JSON.stringify(DEFINITION_KIND));
  await kubectl(['wait', '--for=condition=Established', 'crd', DEFINITION_KIND.metadata.name]);
}

/** Creates one in namespace `default`. */
export async function createNetworkDefinition(name: string, config: object): Promise<void> {
  const definition = {
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name, namespace: 'default' },
    spec: { config: JSON.stringify(config) },
  };
  await kubectl(['apply', '-f', '-'], JSON.stringify(definition));
}

/** Takes the kind and all its objects away. */
export async function uninstallNetworkDefinitions(): Promise<void> {
  await kubectl(['delete', 'crd', DEFINITION_KIND.metadata.name, '--ignore-not-found']);
}
