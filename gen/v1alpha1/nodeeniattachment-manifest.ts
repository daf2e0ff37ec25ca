// Generated from api/v1alpha1/nodeeniattachment.crd.yaml by "npm run gen". Do not edit.

/**
 * NodeENIAttachment is the intent and the observed state of one ENI on one node. Made by the operator, not by users.
 */
export interface NodeENIAttachmentManifest {
  apiVersion: 'networking.k8s.aws/v1alpha1';
  kind: 'NodeENIAttachment';
  spec: NodeENIAttachmentManifestSpec;
  status?: NodeENIAttachmentManifestStatus;
  metadata: NodeENIAttachmentManifestMetadata;
}
/**
 * What the operator wants for this ENI. Written by the operator only.
 */
export interface NodeENIAttachmentManifestSpec {
  /**
   * The NodeENI that asked for this ENI.
   */
  nodeENI: {
    name: string;
    uid: string;
  };
  nodeName: string;
  instanceID: string;
  zone: string;
  /**
   * Entry of the NodeENI's merged subnet list, id/SUBNET-ID or name/NAME.
   */
  slot: string;
  subnetID: string;
  subnetCIDR?: string;
  /**
   * Security groups wanted now; follows the NodeENI. Empty while they cannot be resolved.
   *
   * @maxItems 32
   */
  securityGroupIDs: string[];
  networkCardIndex: number;
  deviceIndex: number;
  /**
   * MTU wanted in bytes.
   */
  mtu?: number;
  deleteOnTermination: boolean;
  sourceDestCheck: boolean;
  /**
   * What the release does with the ENI; Delete when absent.
   */
  deletionPolicy?: 'Delete' | 'Retain';
  /**
   * Description wanted now; follows the NodeENI. Absent leaves the ENI's as it is.
   */
  description?: string;
  /**
   * The user's tags wanted now; follow the NodeENI. Absent leaves the ENI's as they are.
   */
  tags?: {
    [k: string]: string;
  };
  /**
   * Secondary private IPv4 addresses wanted now; follows the NodeENI. Absent, as the other three counts, leaves the ENI's addresses as they are.
   */
  secondaryPrivateIPCount?: number;
  ipv4PrefixCount?: number;
  ipv6AddressCount?: number;
  ipv6PrefixCount?: number;
  /**
   * What the daemon does with the link on the node, computed from the NodeENI.
   */
  host?: {
    managedBy: 'Daemon' | 'OS';
    addressing: 'None' | 'Primary' | 'All';
    policyRouting: boolean;
    altName: string;
  };
  /**
   * DPDK or SR-IOV wishes, computed from the NodeENI.
   */
  dpdk?: {
    /**
     * True binds a DPDK driver; false keeps the kernel driver.
     */
    enabled: boolean;
    driver?: string;
    pciAddress?: string;
    resourceName?: string;
  };
  /**
   * Everything that CreateNetworkInterface sends, frozen before the first such call: a retry after a lost reply sends the same request with the same client token. Absent while nothing was sent.
   */
  attempt?: {
    /**
     * Starts at 1; raised when the token of the previous attempt is spent.
     */
    number: number;
    createdAt: string;
    subnetID: string;
    /**
     * @minItems 1
     * @maxItems 32
     */
    securityGroupIDs: string[];
    description: string;
    tags: {
      [k: string]: string;
    };
    secondaryPrivateIPCount?: number;
    ipv4PrefixCount?: number;
    ipv6AddressCount?: number;
    ipv6PrefixCount?: number;
  };
}
/**
 * What was observed.
 */
export interface NodeENIAttachmentManifestStatus {
  /**
   * Generation that this status describes; -1 before the operator first saw the object.
   */
  observedGeneration?: number;
  /**
   * Pending, Creating, Attaching, Attached, Configuring, Ready, Blocked (with the number of pods), Releasing, Detaching, Deleting or Failed. For people; programs read conditions.
   */
  state?: string;
  /**
   * A hint; the ENI's tags are verified before every mutating call.
   */
  eniID?: string;
  /**
   * Number of the attempt that eniID belongs to; 0 for an ENI that was found, not made.
   */
  attempt?: number;
  attachmentID?: string;
  /**
   * Device index of an ENI that was taken over and is attached at another place than the one in spec.
   */
  deviceIndex?: number;
  macAddress?: string;
  privateIPAddress?: string;
  /**
   * @maxItems 64
   */
  secondaryPrivateIPAddresses?: string[];
  /**
   * @maxItems 64
   */
  ipv4Prefixes?: string[];
  /**
   * @maxItems 64
   */
  ipv6Addresses?: string[];
  /**
   * @maxItems 64
   */
  ipv6Prefixes?: string[];
  /**
   * The user's tags that the operator put on the ENI. What leaves spec.tags is taken off the ENI by them; tags of others are left alone.
   */
  tags?: {
    [k: string]: string;
  };
  /**
   * What the daemon found and did on the node. Written by the daemon only, as are the conditions HostClaimed, HostConfigured and Released.
   */
  host?: {
    /**
     * Digest of the part of spec that the daemon acted on; its conditions count only while it is that of the present spec.
     */
    wish?: string;
    /**
     * MAC address by which the daemon found the link; must be that of the ENI.
     */
    macAddress?: string;
    linkName?: string;
    altName?: string;
    /**
     * MTU of the link as observed, in bytes.
     */
    mtu?: number;
    pciAddress?: string;
    driver?: string;
    /**
     * Who uses the link at the moment, as far as the node shows it.
     *
     * @maxItems 32
     */
    users?: string[];
  };
  /**
   * When the node stopped matching or disappeared; the grace before release counts from here.
   */
  unwantedSince?: string;
  /**
   * When state last changed.
   */
  lastTransitionTime?: string;
  /**
   * @maxItems 16
   */
  conditions?: {
    type: string;
    status: 'True' | 'False' | 'Unknown';
    observedGeneration: number;
    lastTransitionTime: string;
    reason: string;
    message: string;
  }[];
}
export interface NodeENIAttachmentManifestMetadata {
  annotations?: {
    [k: string]: string;
  };
  creationTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  deletionTimestamp?: string;
  finalizers?: string[];
  generateName?: string;
  generation?: number;
  labels?: {
    [k: string]: string;
  };
  managedFields?: {
    apiVersion?: string;
    fieldsType?: string;
    fieldsV1?: {};
    manager?: string;
    operation?: string;
    subresource?: string;
    time?: string;
  }[];
  name?: string;
  namespace?: string;
  ownerReferences?: {
    apiVersion: string;
    blockOwnerDeletion?: boolean;
    controller?: boolean;
    kind: string;
    name: string;
    uid: string;
  }[];
  resourceVersion?: string;
  selfLink?: string;
  uid?: string;
}
