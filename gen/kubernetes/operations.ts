// Generated from api/v1alpha1/nodeeni.crd.yaml, api/v1alpha1/nodeeniattachment.crd.yaml by "npm run gen". Do not edit.

/** Where the API server serves one kind. */
export interface ResourceOperations {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly kind: string;
}

/** Name of a kind's client in the typed client. */
export type ResourceName =
  'nodeENIs' | 'nodeENIAttachments' | 'nodes' | 'namespaces' | 'pods' | 'events' | 'leases';

/** Every kind that the typed client speaks. */
export const operations: Readonly<Record<ResourceName, ResourceOperations>> = {
  nodeENIs: {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    group: 'networking.k8s.aws',
    version: 'v1alpha1',
    plural: 'nodeenis',
    scope: 'Cluster',
    kind: 'NodeENI',
  },
  nodeENIAttachments: {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    group: 'networking.k8s.aws',
    version: 'v1alpha1',
    plural: 'nodeeniattachments',
    scope: 'Cluster',
    kind: 'NodeENIAttachment',
  },
  nodes: { apiVersion: 'v1', group: '', version: 'v1', kind: 'Node', plural: 'nodes', scope: 'Cluster' },
  namespaces: {
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    scope: 'Cluster',
  },
  pods: { apiVersion: 'v1', group: '', version: 'v1', kind: 'Pod', plural: 'pods', scope: 'Namespaced' },
  events: {
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    scope: 'Namespaced',
  },
  leases: {
    apiVersion: 'coordination.k8s.io/v1',
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    scope: 'Namespaced',
  },
};
