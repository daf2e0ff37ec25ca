import type { NodeENIManifest } from '../../gen/v1alpha1/nodeeni-manifest.ts';
import type { NewObject } from '../../src/adapters/kubernetes/resource-client.ts';

/** A NodeENI as the typed client creates or applies it. */
export function aNewNodeENI(
  name: string,
  spec: Partial<NodeENIManifest['spec']> = {},
): NewObject<NodeENIManifest> {
  return {
    metadata: { name },
    spec: {
      nodeSelector: { role: 'edge' },
      subnetID: 'subnet-a',
      securityGroupIDs: ['sg-a'],
      ...spec,
    },
  };
}
