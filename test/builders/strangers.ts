import { ENI_TAGS, REFERENCE_MANAGED_BY, REFERENCE_TAGS } from '../../api/v1alpha1/names.ts';

/** The tags that aws-multi-eni-controller 1.3.8 puts on an ENI of NodeENI `tenant-a` on `node-1` in `subnet-a`. */
export function referenceTags(change: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    Name: 'nodeeni-tenant-a-node-1-subnet-a',
    [REFERENCE_TAGS.nodeEni]: 'tenant-a',
    [REFERENCE_TAGS.node]: 'node-1',
    [REFERENCE_TAGS.subnet]: 'subnet-a',
    [REFERENCE_TAGS.managedBy]: REFERENCE_MANAGED_BY,
    'node.k8s.amazonaws.com/no_manage': 'true',
    ...change,
  };
}

/** The tags of an ENI of a launch template for NodeENI `tenant-a` of the cluster with this name. */
export function templateTags(clusterName: string, nodeEniName = 'tenant-a'): Record<string, string> {
  return { [ENI_TAGS.cluster]: clusterName, [ENI_TAGS.nodeEni]: nodeEniName };
}
