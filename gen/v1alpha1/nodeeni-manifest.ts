// Generated from api/v1alpha1/nodeeni.crd.yaml by "npm run gen". Do not edit.

/**
 * NodeENI asks for one secondary network interface (ENI) per listed subnet of the node's zone on every node that its selector matches.
 */
export interface NodeENIManifest {
  apiVersion: 'networking.k8s.aws/v1alpha1';
  kind: 'NodeENI';
  spec: NodeENIManifestSpec;
  status?: NodeENIManifestStatus;
  metadata: NodeENIManifestMetadata;
}
/**
 * What the user wants on every matching node.
 */
export interface NodeENIManifestSpec {
  /**
   * Labels that a node must have, all of them. An empty selector would match every node and is refused.
   */
  nodeSelector: {
    [k: string]: string;
  };
  /**
   * Subnet of the ENI; the first entry of the merged subnet list.
   */
  subnetID?: string;
  /**
   * Further subnets. A node gets one ENI for each listed subnet of its own zone, at deviceIndex, deviceIndex+1 and so on in listed order. Duplicates are dropped.
   *
   * @maxItems 16
   */
  subnetIDs?: string[];
  /**
   * Value of the subnet's Name tag; resolved to one subnet per zone.
   */
  subnetName?: string;
  /**
   * Values of Name tags; merged after subnetID, subnetIDs and subnetName. Duplicates are dropped.
   *
   * @maxItems 16
   */
  subnetNames?: string[];
  /**
   * Security groups of the ENI. Duplicates are dropped.
   *
   * @maxItems 16
   */
  securityGroupIDs?: string[];
  /**
   * Security groups by group name, else by Name tag, inside the subnet's VPC; added to securityGroupIDs. Duplicates are dropped.
   *
   * @maxItems 16
   */
  securityGroupNames?: string[];
  /**
   * Device index of the first ENI on its network card. 0 is the primary interface and 1 usually belongs to the cluster's CNI. The index is a promise: a taken index is reported, never moved.
   */
  deviceIndex?: number;
  /**
   * Network card on instance types with several; 0 elsewhere.
   */
  networkCardIndex?: number;
  /**
   * MTU of the interface in bytes; 9001 for jumbo frames.
   */
  mtu?: number;
  /**
   * What the daemon does with the ENI's link on the node.
   */
  hostInterface?: {
    /**
     * Daemon brings the link up and keeps MTU, alternative name, addresses and routing; OS leaves the link to the operating system and only verifies it.
     */
    managedBy?: 'Daemon' | 'OS';
    /**
     * Addresses of the ENI that the link gets on the node: None, the Primary one, or All (secondary, IPv6 and delegated prefixes too).
     */
    addressing?: 'None' | 'Primary' | 'All';
    /**
     * A routing table and rules of the ENI's own, so that replies leave by the link that was asked. Needs addresses. The main table never changes.
     */
    policyRouting?: boolean;
    /**
     * Alternative name of the link, ne-NAME when absent, NAME being that of the NodeENI. The second and third ENI on a node get the suffix -2 and -3.
     */
    altName?: string;
  };
  /**
   * Whether EC2 deletes the ENI when its instance is terminated.
   */
  deleteOnTermination?: boolean;
  /**
   * EC2's source/destination check; false for firewalls, routers and NAT.
   */
  sourceDestCheck?: boolean;
  /**
   * What the operator does with the ENI when it is no longer wanted. Delete deletes it. Retain detaches it all the same, but keeps it with tag networking.k8s.aws/retained=true; the next attachment for the same NodeENI name, instance and subnet entry takes it back. It does not change deleteOnTermination, by which EC2 deletes a retained ENI, too, when the instance is terminated.
   */
  deletionPolicy?: 'Delete' | 'Retain';
  /**
   * Description of the ENI in EC2.
   */
  description?: string;
  /**
   * Further EC2 tags of the ENI.
   */
  tags?: {
    [k: string]: string;
  };
  /**
   * Secondary private IPv4 addresses besides the primary; excludes ipv4PrefixCount.
   */
  secondaryPrivateIPCount?: number;
  /**
   * IPv4 /28 prefixes; excludes secondaryPrivateIPCount.
   */
  ipv4PrefixCount?: number;
  /**
   * IPv6 addresses; excludes ipv6PrefixCount.
   */
  ipv6AddressCount?: number;
  /**
   * IPv6 /80 prefixes; excludes ipv6AddressCount.
   */
  ipv6PrefixCount?: number;
  /**
   * Bind the interface to a DPDK driver on the node. Not implemented yet; the ENI is attached and the condition says so.
   */
  enableDPDK?: boolean;
  /**
   * Alias of enableDPDK, accepted for manifests written for the reference controller; prefer enableDPDK.
   */
  dpdkEnabled?: boolean;
  /**
   * DPDK driver; vfio-pci where enableDPDK is set and this is not.
   */
  dpdkDriver?: 'vfio-pci' | 'igb_uio' | 'uio_pci_generic';
  /**
   * PCI address of the one device to use, for example 0000:00:07.0; only with a single subnet.
   */
  dpdkPCIAddress?: string;
  /**
   * Extended resource under which the device is advertised, for example intel.com/sriov_kernel. With enableDPDK false or absent the device stays with its kernel driver.
   */
  dpdkResourceName?: string;
}
/**
 * What the operator observed. Written by the operator only.
 */
export interface NodeENIManifestStatus {
  /**
   * Generation that this status describes; -1 before the operator first saw the object.
   */
  observedGeneration?: number;
  /**
   * Ready is always present; Reconciling, Stalled (kstatus convention) and the details Blocked, Conflicted, DeviceIndexMismatch, NodeAddressFromENI, SharedSubnet and SubnetNameMoved are present only while true.
   *
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
  /**
   * Nodes that the selector matches.
   */
  matchingNodes?: number;
  /**
   * Attachments wanted on all matching nodes.
   */
  desiredAttachments?: number;
  /**
   * Wanted attachments whose ENI is attached in EC2; those being released do not count.
   */
  attachedAttachments?: number;
  /**
   * Wanted attachments that are Ready.
   */
  readyAttachments?: number;
  /**
   * Minutes until EC2's present rate has let every attachment be made, in coarse steps; absent when that takes less than one, or when none is under way.
   */
  predictedMinutes?: number;
  /**
   * True when attachments holds fewer entries than there are; the NodeENIAttachments are complete.
   */
  truncated?: boolean;
  /**
   * What the entries of the merged subnet list resolved to.
   *
   * @maxItems 256
   */
  subnets?: {
    /**
     * Entry of the merged list, id/SUBNET-ID or name/NAME.
     */
    slot: string;
    subnetID: string;
    zone: string;
    vpcID: string;
  }[];
  /**
   * Interface limits of the instance types of the matching nodes, as far as EC2 told them; at most the first 64 by name.
   *
   * @maxItems 64
   */
  instanceTypes?: {
    /**
     * Name of the instance type, for example m5.large.
     */
    type: string;
    /**
     * @maxItems 64
     */
    networkCards: {
      /**
       * Network card index.
       */
      index: number;
      /**
       * Interfaces that the card takes, the primary one included.
       */
      maximumInterfaces: number;
    }[];
  }[];
  /**
   * At most the first 100 attachments, by node name and device index.
   *
   * @maxItems 100
   */
  attachments?: {
    /**
     * Name of the Node.
     */
    nodeID: string;
    instanceID: string;
    eniID?: string;
    attachmentID?: string;
    subnetID: string;
    subnetCIDR?: string;
    networkCardIndex?: number;
    deviceIndex: number;
    macAddress?: string;
    /**
     * MTU that was asked for, in bytes.
     */
    mtu?: number;
    /**
     * attached, or the state of the NodeENIAttachment in lower case.
     */
    status: string;
    /**
     * When this entry last changed.
     */
    lastUpdated?: string;
  }[];
}
export interface NodeENIManifestMetadata {
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
