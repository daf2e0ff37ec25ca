import type { NodeENI, NodeENISpec } from '../../gen/v1alpha1/stored.ts';
import { SELECTED } from './cluster-node.ts';

/** A NodeENI for one subnet, as the API server stores it. */
export function aNodeEni(
  spec: Partial<NodeENISpec> = {},
  metadata: Partial<NodeENI['metadata']> = {},
  status: NodeENI['status'] = { observedGeneration: -1 },
): NodeENI {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: {
      name: 'tenant-a',
      uid: '11111111-1111-4111-8111-111111111111',
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: '1',
      generation: 1,
      ...metadata,
    },
    spec: {
      nodeSelector: { ...SELECTED },
      ...(spec.subnetName === undefined && spec.subnetNames === undefined && spec.subnetIDs === undefined
        ? { subnetID: 'subnet-a' }
        : {}),
      securityGroupIDs: ['sg-1'],
      deviceIndex: 2,
      networkCardIndex: 0,
      deleteOnTermination: true,
      sourceDestCheck: true,
      deletionPolicy: 'Delete',
      ...spec,
    },
    status,
  };
}
