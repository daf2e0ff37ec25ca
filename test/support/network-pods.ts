import { kubectl } from './component-cluster.ts';

/** The kind of Multus's networks, as far as its `spec.config` goes. */
const NETWORK_DEFINITION_KIND = {
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

async function apply(object: object): Promise<void> {
  await kubectl(['apply', '-f', '-'], JSON.stringify(object));
}

/** Installs the kind of Multus's networks. */
export async function installNetworkDefinitions(): Promise<void> {
  await apply(NETWORK_DEFINITION_KIND);
  await kubectl(['wait', '--for=condition=Established', 'crd', NETWORK_DEFINITION_KIND.metadata.name]);
}

/** Takes the kind away, with all networks. */
export async function uninstallNetworkDefinitions(): Promise<void> {
  await kubectl(['delete', 'crd', NETWORK_DEFINITION_KIND.metadata.name, '--ignore-not-found']);
}

/** A network of namespace `default` that hands out macvlan children of a link. */
export async function createMacvlanNetwork(name: string, master: string): Promise<void> {
  await apply({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    metadata: { name, namespace: 'default' },
    spec: { config: JSON.stringify({ type: 'macvlan', master }) },
  });
}

/** A pod of namespace `default` on a node, as scheduler and Multus leave it. */
export async function createPodOn(nodeName: string, name: string, metadata: object = {}): Promise<void> {
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: { nodeName, containers: [{ name: 'c', image: 'example.com/c' }] },
  });
}

/** Annotations by which Multus says that a pod got an interface of the network. */
export function networkStatusOf(network: string): object {
  const status = [{ name: `default/${network}`, interface: 'net1' }];
  return { annotations: { 'k8s.v1.cni.cncf.io/network-status': JSON.stringify(status) } };
}

/** Sets the condition Ready of a pod or node, named as for kubectl. */
export async function setReady(...what: readonly string[]): Promise<void> {
  const now = new Date().toISOString();
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: now },
  ];
  const patch = JSON.stringify({ status: { conditions } });
  await kubectl(['patch', ...what, '--subresource=status', '--type=strategic', '-p', patch]);
}

/** A node that is Ready, and beside it the pod of a living daemon, `eni-manager-NODE`. */
export async function createLivingDaemon(nodeName: string): Promise<void> {
  const name = `eni-manager-${nodeName}`;
  await createPodOn(nodeName, name, { labels: { 'app.kubernetes.io/name': 'eni-manager' } });
  await setReady('pod', name);
  await setReady('node', nodeName);
}

/** Ends a pod at once; nobody is there to stop its containers. */
export async function deletePod(name: string): Promise<void> {
  await kubectl(['delete', 'pod', name, '--force', '--grace-period=0', '--ignore-not-found']);
}
