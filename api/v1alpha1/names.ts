/** API group of both kinds. Shared with AWS's own kinds on EKS, so rules name resources, never `*`. */
export const API_GROUP = 'networking.k8s.aws';

/** Finalizer on NodeENI and NodeENIAttachment; the same name that the reference controller uses. */
export const FINALIZER = 'nodeeni.networking.k8s.aws/finalizer';

/** Server-side apply field managers, one per writer. */
export const FIELD_MANAGERS = {
  /** Intent: NodeENI status, NodeENIAttachment spec and `status.unwantedSince`. */
  intent: 'nodeeni-controller',
  /** NodeENIAttachment `spec.attempt` and the rest of its status. */
  attachment: 'nodeeni-attachment-controller',
  /** The daemon's share of the NodeENIAttachment status: `status.host` and its conditions. */
  daemon: 'eni-manager',
  /** Our condition of a Node, and the removal of its startup taint. */
  node: 'nodeeni-node-controller',
} as const;

/** EC2 tag keys on every ENI that the operator makes. */
export const ENI_TAGS = {
  managedBy: 'networking.k8s.aws/managed-by',
  cluster: 'networking.k8s.aws/cluster',
  clusterUid: 'networking.k8s.aws/cluster-uid',
  nodeEni: 'networking.k8s.aws/nodeeni',
  nodeEniUid: 'networking.k8s.aws/nodeeni-uid',
  instance: 'networking.k8s.aws/instance',
  slot: 'networking.k8s.aws/slot',
  /** Number of the attempt that made the ENI; `0` on one that was taken over. */
  attempt: 'networking.k8s.aws/attempt',
  attachment: 'networking.k8s.aws/attachment',
  createdAt: 'networking.k8s.aws/created-at',
  /** `true` on an ENI that is kept on purpose: never collected. */
  retained: 'networking.k8s.aws/retained',
} as const;

/**
 * EC2 tag keys that the reference controller puts on every ENI that it makes (johnlam90/aws-multi-eni-controller,
 * pkg/controller). None of them names a cluster.
 */
export const REFERENCE_TAGS = {
  managedBy: 'kubernetes.io/cluster/managed-by',
  nodeEni: 'NodeENI',
  node: 'Node',
  subnet: 'SubnetID',
} as const;

/** Value of {@link REFERENCE_TAGS.managedBy} on the reference's ENIs. */
export const REFERENCE_MANAGED_BY = 'nodeeni-controller';

/** Annotations by which a person overrules a release; they count on what is being deleted only, with value `true`. */
export const RELEASE_ANNOTATIONS = {
  /** Lets the object go at once; the ENI stays as it is. */
  abandon: 'networking.k8s.aws/abandon',
  /** Sends a forced detach when a plain one does not end. */
  forceDetach: 'networking.k8s.aws/force-detach',
} as const;

/** Annotations on a NodeENI by which a person overrules, or tightens, what admission decides. */
export const ADMISSION_ANNOTATIONS = {
  /** `true` on either of two NodeENIs lets both use one subnet on the same nodes. */
  allowSharedSubnet: 'networking.k8s.aws/allow-shared-subnet',
  /** `true` refuses the deletion of the NodeENI. */
  deletionProtection: 'networking.k8s.aws/deletion-protection',
  /** Name of the NodeENI in whose place this one comes: both are admitted, and this one waits until that one is gone. */
  replaces: 'networking.k8s.aws/replaces',
} as const;

/** Value of the ownership tag {@link ENI_TAGS.managedBy}. */
export const MANAGED_BY = 'multi-eni-operator';

/**
 * Tags that keep the cluster's CNI away from our ENIs; they must ride in CreateNetworkInterface, because
 * a later CreateTags loses the race (aws/amazon-vpc-cni-k8s#610).
 */
export const CNI_OPT_OUT_TAGS: Readonly<Record<string, string>> = {
  'node.k8s.amazonaws.com/no_manage': 'true',
  'cilium.io/no_manage': 'true',
};

/** Type of the condition that the operator writes to Nodes. */
export const NODE_CONDITION = 'networking.k8s.aws/NodeENIsReady';

/** Name of the daemon: of its DaemonSet, and in the label `app.kubernetes.io/name` of its pods. */
export const DAEMON_NAME = 'eni-manager';

/** Taint by which Karpenter marks a node that it is about to remove. */
export const KARPENTER_DISRUPTED_TAINT = 'karpenter.sh/disrupted';

/** Well-known label with the node's availability zone. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** Well-known label with the node's EC2 instance type. */
export const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';

/** Lease of the operator's leader; the reference's name, so that both can never lead at once. */
export const LEADER_LEASE_NAME = 'nodeeni-controller-leader-election';
