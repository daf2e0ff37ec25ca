// Generated from api/v1alpha1/nodeeni.crd.yaml, api/v1alpha1/nodeeniattachment.crd.yaml and hack/gen/kubernetes-openapi.json by "npm run gen". Do not edit.

export interface paths {
  '/apis/networking.k8s.aws/v1alpha1/nodeenis': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description list objects of kind NodeENI */
    get: operations['listNetworkingK8sAwsV1alpha1NodeENI'];
    put?: never;
    /** @description create a NodeENI */
    post: operations['createNetworkingK8sAwsV1alpha1NodeENI'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/apis/networking.k8s.aws/v1alpha1/nodeenis/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read the specified NodeENI */
    get: operations['readNetworkingK8sAwsV1alpha1NodeENI'];
    /** @description replace the specified NodeENI */
    put: operations['replaceNetworkingK8sAwsV1alpha1NodeENI'];
    post?: never;
    /** @description delete a NodeENI */
    delete: operations['deleteNetworkingK8sAwsV1alpha1NodeENI'];
    options?: never;
    head?: never;
    /** @description partially update the specified NodeENI */
    patch: operations['patchNetworkingK8sAwsV1alpha1NodeENI'];
    trace?: never;
  };
  '/apis/networking.k8s.aws/v1alpha1/nodeenis/{name}/status': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read status of the specified NodeENI */
    get: operations['readNetworkingK8sAwsV1alpha1NodeENIStatus'];
    /** @description replace status of the specified NodeENI */
    put: operations['replaceNetworkingK8sAwsV1alpha1NodeENIStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** @description partially update status of the specified NodeENI */
    patch: operations['patchNetworkingK8sAwsV1alpha1NodeENIStatus'];
    trace?: never;
  };
  '/apis/networking.k8s.aws/v1alpha1/nodeeniattachments': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description list objects of kind NodeENIAttachment */
    get: operations['listNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    put?: never;
    /** @description create a NodeENIAttachment */
    post: operations['createNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/apis/networking.k8s.aws/v1alpha1/nodeeniattachments/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read the specified NodeENIAttachment */
    get: operations['readNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    /** @description replace the specified NodeENIAttachment */
    put: operations['replaceNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    post?: never;
    /** @description delete a NodeENIAttachment */
    delete: operations['deleteNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    options?: never;
    head?: never;
    /** @description partially update the specified NodeENIAttachment */
    patch: operations['patchNetworkingK8sAwsV1alpha1NodeENIAttachment'];
    trace?: never;
  };
  '/apis/networking.k8s.aws/v1alpha1/nodeeniattachments/{name}/status': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read status of the specified NodeENIAttachment */
    get: operations['readNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus'];
    /** @description replace status of the specified NodeENIAttachment */
    put: operations['replaceNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** @description partially update status of the specified NodeENIAttachment */
    patch: operations['patchNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus'];
    trace?: never;
  };
  '/api/v1/nodes': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description list or watch objects of kind Node */
    get: operations['listCoreV1Node'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/nodes/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read the specified Node */
    get: operations['readCoreV1Node'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** @description partially update the specified Node */
    patch: operations['patchCoreV1Node'];
    trace?: never;
  };
  '/api/v1/namespaces/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    /** @description read the specified Namespace */
    get: operations['readCoreV1Namespace'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/pods': {
    parameters: {
      query?: {
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        pretty?: string;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description list or watch objects of kind Pod */
    get: operations['listCoreV1PodForAllNamespaces'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/namespaces/{namespace}/events': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        namespace: string;
      };
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** @description create an Event */
    post: operations['createCoreV1NamespacedEvent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/namespaces/{namespace}/events/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    /** @description read the specified Event */
    get: operations['readCoreV1NamespacedEvent'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** @description partially update the specified Event */
    patch: operations['patchCoreV1NamespacedEvent'];
    trace?: never;
  };
  '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        namespace: string;
      };
      cookie?: never;
    };
    /** @description list or watch objects of kind Lease */
    get: operations['listCoordinationV1NamespacedLease'];
    put?: never;
    /** @description create a Lease */
    post: operations['createCoordinationV1NamespacedLease'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}': {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    /** @description read the specified Lease */
    get: operations['readCoordinationV1NamespacedLease'];
    /** @description replace the specified Lease */
    put: operations['replaceCoordinationV1NamespacedLease'];
    post?: never;
    /** @description delete a Lease */
    delete: operations['deleteCoordinationV1NamespacedLease'];
    options?: never;
    head?: never;
    /** @description partially update the specified Lease */
    patch: operations['patchCoordinationV1NamespacedLease'];
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description NodeENI asks for one secondary network interface (ENI) per listed subnet of the node's zone on every node that its selector matches. */
    NodeENI: {
      /** @enum {string} */
      apiVersion: 'networking.k8s.aws/v1alpha1';
      /** @enum {string} */
      kind: 'NodeENI';
      metadata: components['schemas']['ObjectMeta'] & {
        /** Format: int64 */
        generation: number;
      };
      /** @description What the user wants on every matching node. */
      spec: {
        /** @description Labels that a node must have, all of them. An empty selector would match every node and is refused. */
        nodeSelector: {
          [key: string]: string;
        };
        /** @description Subnet of the ENI; the first entry of the merged subnet list. */
        subnetID?: string;
        /** @description Further subnets. A node gets one ENI for each listed subnet of its own zone, at deviceIndex, deviceIndex+1 and so on in listed order. Duplicates are dropped. */
        subnetIDs?: string[];
        /** @description Value of the subnet's Name tag; resolved to one subnet per zone. */
        subnetName?: string;
        /** @description Values of Name tags; merged after subnetID, subnetIDs and subnetName. Duplicates are dropped. */
        subnetNames?: string[];
        /** @description Security groups of the ENI. Duplicates are dropped. */
        securityGroupIDs?: string[];
        /** @description Security groups by group name, else by Name tag, inside the subnet's VPC; added to securityGroupIDs. Duplicates are dropped. */
        securityGroupNames?: string[];
        /**
         * Format: int32
         * @description Device index of the first ENI on its network card. 0 is the primary interface and 1 usually belongs to the cluster's CNI. The index is a promise: a taken index is reported, never moved.
         * @default 2
         */
        deviceIndex: number;
        /**
         * Format: int32
         * @description Network card on instance types with several; 0 elsewhere.
         * @default 0
         */
        networkCardIndex: number;
        /**
         * Format: int32
         * @description MTU of the interface in bytes; 9001 for jumbo frames.
         */
        mtu?: number;
        /** @description What the daemon does with the ENI's link on the node. */
        hostInterface?: {
          /**
           * @description Daemon brings the link up and keeps MTU, alternative name, addresses and routing; OS leaves the link to the operating system and only verifies it.
           * @default Daemon
           * @enum {string}
           */
          managedBy: 'Daemon' | 'OS';
          /**
           * @description Addresses of the ENI that the link gets on the node: None, the Primary one, or All (secondary, IPv6 and delegated prefixes too).
           * @default None
           * @enum {string}
           */
          addressing: 'None' | 'Primary' | 'All';
          /**
           * @description A routing table and rules of the ENI's own, so that replies leave by the link that was asked. Needs addresses. The main table never changes.
           * @default false
           */
          policyRouting: boolean;
          /** @description Alternative name of the link, ne-NAME when absent, NAME being that of the NodeENI. The second and third ENI on a node get the suffix -2 and -3. */
          altName?: string;
        };
        /**
         * @description Whether EC2 deletes the ENI when its instance is terminated.
         * @default true
         */
        deleteOnTermination: boolean;
        /**
         * @description EC2's source/destination check; false for firewalls, routers and NAT.
         * @default true
         */
        sourceDestCheck: boolean;
        /**
         * @description What the operator does with the ENI when it is no longer wanted. Delete deletes it. Retain detaches it all the same, but keeps it with tag networking.k8s.aws/retained=true; the next attachment for the same NodeENI name, instance and subnet entry takes it back. It does not change deleteOnTermination, by which EC2 deletes a retained ENI, too, when the instance is terminated.
         * @default Delete
         * @enum {string}
         */
        deletionPolicy: 'Delete' | 'Retain';
        /** @description Description of the ENI in EC2. */
        description?: string;
        /** @description Further EC2 tags of the ENI. */
        tags?: {
          [key: string]: string;
        };
        /**
         * Format: int32
         * @description Secondary private IPv4 addresses besides the primary; excludes ipv4PrefixCount.
         */
        secondaryPrivateIPCount?: number;
        /**
         * Format: int32
         * @description IPv4 /28 prefixes; excludes secondaryPrivateIPCount.
         */
        ipv4PrefixCount?: number;
        /**
         * Format: int32
         * @description IPv6 addresses; excludes ipv6PrefixCount.
         */
        ipv6AddressCount?: number;
        /**
         * Format: int32
         * @description IPv6 /80 prefixes; excludes ipv6AddressCount.
         */
        ipv6PrefixCount?: number;
        /** @description Bind the interface to a DPDK driver on the node. Not implemented yet; the ENI is attached and the condition says so. */
        enableDPDK?: boolean;
        /** @description Alias of enableDPDK, accepted for manifests written for the reference controller; prefer enableDPDK. */
        dpdkEnabled?: boolean;
        /**
         * @description DPDK driver; vfio-pci where enableDPDK is set and this is not.
         * @enum {string}
         */
        dpdkDriver?: 'vfio-pci' | 'igb_uio' | 'uio_pci_generic';
        /** @description PCI address of the one device to use, for example 0000:00:07.0; only with a single subnet. */
        dpdkPCIAddress?: string;
        /** @description Extended resource under which the device is advertised, for example intel.com/sriov_kernel. With enableDPDK false or absent the device stays with its kernel driver. */
        dpdkResourceName?: string;
      };
      /**
       * @description What the operator observed. Written by the operator only.
       * @default {
       *       "observedGeneration": -1
       *     }
       */
      status: {
        /**
         * Format: int64
         * @description Generation that this status describes; -1 before the operator first saw the object.
         */
        observedGeneration?: number;
        /** @description Ready is always present; Reconciling, Stalled (kstatus convention) and the details Blocked, Conflicted, DeviceIndexMismatch, NodeAddressFromENI, SharedSubnet and SubnetNameMoved are present only while true. */
        conditions?: {
          type: string;
          /** @enum {string} */
          status: 'True' | 'False' | 'Unknown';
          /** Format: int64 */
          observedGeneration: number;
          /** Format: date-time */
          lastTransitionTime: string;
          reason: string;
          message: string;
        }[];
        /**
         * Format: int32
         * @description Nodes that the selector matches.
         */
        matchingNodes?: number;
        /**
         * Format: int32
         * @description Attachments wanted on all matching nodes.
         */
        desiredAttachments?: number;
        /**
         * Format: int32
         * @description Wanted attachments whose ENI is attached in EC2; those being released do not count.
         */
        attachedAttachments?: number;
        /**
         * Format: int32
         * @description Wanted attachments that are Ready.
         */
        readyAttachments?: number;
        /**
         * Format: int32
         * @description Minutes until EC2's present rate has let every attachment be made, in coarse steps; absent when that takes less than one, or when none is under way.
         */
        predictedMinutes?: number;
        /** @description True when attachments holds fewer entries than there are; the NodeENIAttachments are complete. */
        truncated?: boolean;
        /** @description What the entries of the merged subnet list resolved to. */
        subnets?: {
          /** @description Entry of the merged list, id/SUBNET-ID or name/NAME. */
          slot: string;
          subnetID: string;
          zone: string;
          vpcID: string;
        }[];
        /** @description Interface limits of the instance types of the matching nodes, as far as EC2 told them; at most the first 64 by name. */
        instanceTypes?: {
          /** @description Name of the instance type, for example m5.large. */
          type: string;
          networkCards: {
            /**
             * Format: int32
             * @description Network card index.
             */
            index: number;
            /**
             * Format: int32
             * @description Interfaces that the card takes, the primary one included.
             */
            maximumInterfaces: number;
          }[];
        }[];
        /** @description At most the first 100 attachments, by node name and device index. */
        attachments?: {
          /** @description Name of the Node. */
          nodeID: string;
          instanceID: string;
          eniID?: string;
          attachmentID?: string;
          subnetID: string;
          subnetCIDR?: string;
          /** Format: int32 */
          networkCardIndex?: number;
          /** Format: int32 */
          deviceIndex: number;
          macAddress?: string;
          /**
           * Format: int32
           * @description MTU that was asked for, in bytes.
           */
          mtu?: number;
          /** @description attached, or the state of the NodeENIAttachment in lower case. */
          status: string;
          /**
           * Format: date-time
           * @description When this entry last changed.
           */
          lastUpdated?: string;
        }[];
      };
    };
    /** @description NodeENIList is a list of NodeENI */
    NodeENIList: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description List of nodeenis. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md */
      items: components['schemas']['NodeENI'][];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      metadata: components['schemas']['ListMeta'];
    };
    /** @description NodeENIAttachment is the intent and the observed state of one ENI on one node. Made by the operator, not by users. */
    NodeENIAttachment: {
      /** @enum {string} */
      apiVersion: 'networking.k8s.aws/v1alpha1';
      /** @enum {string} */
      kind: 'NodeENIAttachment';
      metadata: components['schemas']['ObjectMeta'] & {
        /** Format: int64 */
        generation: number;
      };
      /** @description What the operator wants for this ENI. Written by the operator only. */
      spec: {
        /** @description The NodeENI that asked for this ENI. */
        nodeENI: {
          name: string;
          uid: string;
        };
        nodeName: string;
        instanceID: string;
        zone: string;
        /** @description Entry of the NodeENI's merged subnet list, id/SUBNET-ID or name/NAME. */
        slot: string;
        subnetID: string;
        subnetCIDR?: string;
        /** @description Security groups wanted now; follows the NodeENI. Empty while they cannot be resolved. */
        securityGroupIDs: string[];
        /** Format: int32 */
        networkCardIndex: number;
        /** Format: int32 */
        deviceIndex: number;
        /**
         * Format: int32
         * @description MTU wanted in bytes.
         */
        mtu?: number;
        deleteOnTermination: boolean;
        sourceDestCheck: boolean;
        /**
         * @description What the release does with the ENI; Delete when absent.
         * @enum {string}
         */
        deletionPolicy?: 'Delete' | 'Retain';
        /** @description Description wanted now; follows the NodeENI. Absent leaves the ENI's as it is. */
        description?: string;
        /** @description The user's tags wanted now; follow the NodeENI. Absent leaves the ENI's as they are. */
        tags?: {
          [key: string]: string;
        };
        /**
         * Format: int32
         * @description Secondary private IPv4 addresses wanted now; follows the NodeENI. Absent, as the other three counts, leaves the ENI's addresses as they are.
         */
        secondaryPrivateIPCount?: number;
        /** Format: int32 */
        ipv4PrefixCount?: number;
        /** Format: int32 */
        ipv6AddressCount?: number;
        /** Format: int32 */
        ipv6PrefixCount?: number;
        /** @description What the daemon does with the link on the node, computed from the NodeENI. */
        host?: {
          /** @enum {string} */
          managedBy: 'Daemon' | 'OS';
          /** @enum {string} */
          addressing: 'None' | 'Primary' | 'All';
          policyRouting: boolean;
          altName: string;
        };
        /** @description DPDK or SR-IOV wishes, computed from the NodeENI. */
        dpdk?: {
          /** @description True binds a DPDK driver; false keeps the kernel driver. */
          enabled: boolean;
          driver?: string;
          pciAddress?: string;
          resourceName?: string;
        };
        /** @description Everything that CreateNetworkInterface sends, frozen before the first such call: a retry after a lost reply sends the same request with the same client token. Absent while nothing was sent. */
        attempt?: {
          /**
           * Format: int32
           * @description Starts at 1; raised when the token of the previous attempt is spent.
           */
          number: number;
          /** Format: date-time */
          createdAt: string;
          subnetID: string;
          securityGroupIDs: string[];
          description: string;
          tags: {
            [key: string]: string;
          };
          /** Format: int32 */
          secondaryPrivateIPCount?: number;
          /** Format: int32 */
          ipv4PrefixCount?: number;
          /** Format: int32 */
          ipv6AddressCount?: number;
          /** Format: int32 */
          ipv6PrefixCount?: number;
        };
      };
      /**
       * @description What was observed.
       * @default {
       *       "observedGeneration": -1
       *     }
       */
      status: {
        /**
         * Format: int64
         * @description Generation that this status describes; -1 before the operator first saw the object.
         */
        observedGeneration?: number;
        /** @description Pending, Creating, Attaching, Attached, Configuring, Ready, Blocked (with the number of pods), Releasing, Detaching, Deleting or Failed. For people; programs read conditions. */
        state?: string;
        /** @description A hint; the ENI's tags are verified before every mutating call. */
        eniID?: string;
        /**
         * Format: int32
         * @description Number of the attempt that eniID belongs to; 0 for an ENI that was found, not made.
         */
        attempt?: number;
        attachmentID?: string;
        /**
         * Format: int32
         * @description Device index of an ENI that was taken over and is attached at another place than the one in spec.
         */
        deviceIndex?: number;
        macAddress?: string;
        privateIPAddress?: string;
        secondaryPrivateIPAddresses?: string[];
        ipv4Prefixes?: string[];
        ipv6Addresses?: string[];
        ipv6Prefixes?: string[];
        /** @description The user's tags that the operator put on the ENI. What leaves spec.tags is taken off the ENI by them; tags of others are left alone. */
        tags?: {
          [key: string]: string;
        };
        /** @description What the daemon found and did on the node. Written by the daemon only, as are the conditions HostClaimed, HostConfigured and Released. */
        host?: {
          /** @description Digest of the part of spec that the daemon acted on; its conditions count only while it is that of the present spec. */
          wish?: string;
          /** @description MAC address by which the daemon found the link; must be that of the ENI. */
          macAddress?: string;
          linkName?: string;
          altName?: string;
          /**
           * Format: int32
           * @description MTU of the link as observed, in bytes.
           */
          mtu?: number;
          pciAddress?: string;
          driver?: string;
          /** @description Who uses the link at the moment, as far as the node shows it. */
          users?: string[];
        };
        /**
         * Format: date-time
         * @description When the node stopped matching or disappeared; the grace before release counts from here.
         */
        unwantedSince?: string;
        /**
         * Format: date-time
         * @description When state last changed.
         */
        lastTransitionTime?: string;
        conditions?: {
          type: string;
          /** @enum {string} */
          status: 'True' | 'False' | 'Unknown';
          /** Format: int64 */
          observedGeneration: number;
          /** Format: date-time */
          lastTransitionTime: string;
          reason: string;
          message: string;
        }[];
      };
    };
    /** @description NodeENIAttachmentList is a list of NodeENIAttachment */
    NodeENIAttachmentList: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description List of nodeeniattachments. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md */
      items: components['schemas']['NodeENIAttachment'][];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      metadata: components['schemas']['ListMeta'];
    };
    /** @description DeleteOptions may be provided when deleting an API object. */
    DeleteOptions: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description When present, indicates that modifications should not be persisted. An invalid or unrecognized dryRun directive will result in an error response and no further processing of the request. Valid values are: - All: all dry run stages will be processed */
      dryRun?: string[];
      /**
       * Format: int64
       * @description The duration in seconds before the object should be deleted. Value must be non-negative integer. The value zero indicates delete immediately. If this value is nil, the default grace period for the specified type will be used. Defaults to a per object value if not specified. zero means delete immediately.
       */
      gracePeriodSeconds?: number;
      /** @description if set to true, it will trigger an unsafe deletion of the resource in case the normal deletion flow fails with a corrupt object error. A resource is considered corrupt if it can not be retrieved from the underlying storage successfully because of a) its data can not be transformed e.g. decryption failure, or b) it fails to decode into an object. NOTE: unsafe deletion ignores finalizer constraints, skips precondition checks, and removes the object from the storage. WARNING: This may potentially break the cluster if the workload associated with the resource being unsafe-deleted relies on normal deletion flow. Use only if you REALLY know what you are doing. The default value is false, and the user must opt in to enable it */
      ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Deprecated: please use the PropagationPolicy, this field will be deprecated in 1.7. Should the dependent objects be orphaned. If true/false, the "orphan" finalizer will be added to/removed from the object's finalizers list. Either this field or PropagationPolicy may be set, but not both. */
      orphanDependents?: boolean;
      /** @description Must be fulfilled before a deletion is carried out. If not possible, a 409 Conflict status will be returned. */
      preconditions?: components['schemas']['Preconditions'];
      /** @description Whether and how garbage collection will be performed. Either this field or OrphanDependents may be set, but not both. The default policy is decided by the existing finalizer set in the metadata.finalizers and the resource-specific default policy. Acceptable values are: 'Orphan' - orphan the dependents; 'Background' - allow the garbage collector to delete the dependents in the background; 'Foreground' - a cascading policy that deletes all dependents in the foreground. */
      propagationPolicy?: string;
    };
    /**
     * @description FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format.
     *
     *     Each key is either a '.' representing the field itself, and will always map to an empty set, or a string representing a sub-field or item. The string will follow one of these four formats: 'f:<name>', where <name> is the name of a field in a struct, or key in a map 'v:<value>', where <value> is the exact json formatted value of a list item 'i:<index>', where <index> is position of a item in a list 'k:<keys>', where <keys> is a map of  a list item's key fields to their unique values If a key maps to an empty Fields value, the field that key represents is part of the set.
     *
     *     The exact format is defined in sigs.k8s.io/structured-merge-diff
     */
    FieldsV1: Record<string, unknown>;
    /** @description ListMeta describes metadata that synthetic resources must have, including lists and various status objects. A resource may have only one of {ObjectMeta, ListMeta}. */
    ListMeta: {
      /** @description continue may be set if the user set a limit on the number of items returned, and indicates that the server has more data available. The value is opaque and may be used to issue another request to the endpoint that served this list to retrieve the next set of available objects. Continuing a consistent list may not be possible if the server configuration has changed or more than a few minutes have passed. The resourceVersion field returned when using this continue value will be identical to the value in the first response, unless you have received this token from an error message. */
      continue?: string;
      /**
       * Format: int64
       * @description remainingItemCount is the number of subsequent items in the list which are not included in this list response. If the list request contained label or field selectors, then the number of remaining items is unknown and the field will be left unset and omitted during serialization. If the list is complete (either because it is not chunking or because this is the last chunk), then there are no more remaining items and this field will be left unset and omitted during serialization. Servers older than v1.15 do not set this field. The intended use of the remainingItemCount is *estimating* the size of a collection. Clients should not rely on the remainingItemCount to be set or to be exact.
       */
      remainingItemCount?: number;
      /** @description String that identifies the server's internal version of this object that can be used by clients to determine when objects have changed. Value must be treated as opaque by clients and passed unmodified back to the server. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency */
      resourceVersion?: string;
      /** @description Deprecated: selfLink is a legacy read-only field that is no longer populated by the system. */
      selfLink?: string;
      /**
       * @description shardInfo is set when the list is a filtered subset of the full collection, as selected by a shard selector on the request. It echoes back the selector so clients can verify which shard they received and merge sharded responses. Clients should not cache sharded list responses as a full representation of the collection.
       *
       *     This is an alpha field and requires enabling the ShardedListAndWatch feature gate.
       */
      shardInfo?: components['schemas']['ShardInfo'];
    };
    /** @description ManagedFieldsEntry is a workflow-id, a FieldSet and the group version of the resource that the fieldset applies to. */
    ManagedFieldsEntry: {
      /** @description APIVersion defines the version of this resource that this field set applies to. The format is "group/version" just like the top-level APIVersion field. It is necessary to track the version of a field set because it cannot be automatically converted. */
      apiVersion?: string;
      /** @description FieldsType is the discriminator for the different fields format and version. There is currently only one possible value: "FieldsV1" */
      fieldsType?: string;
      /** @description FieldsV1 holds the first JSON version format as described in the "FieldsV1" type. */
      fieldsV1?: components['schemas']['FieldsV1'];
      /** @description Manager is an identifier of the workflow managing these fields. */
      manager?: string;
      /** @description Operation is the type of operation which lead to this ManagedFieldsEntry being created. The only valid values for this field are 'Apply' and 'Update'. */
      operation?: string;
      /** @description Subresource is the name of the subresource used to update that object, or empty string if the object was updated through the main resource. The value of this field is used to distinguish between managers, even if they share the same name. For example, a status update will be distinct from a regular update using the same manager name. Note that the APIVersion field is not related to the Subresource field and it always corresponds to the version of the main resource. */
      subresource?: string;
      /** @description Time is the timestamp of when the ManagedFields entry was added. The timestamp will also be updated if a field is added, the manager changes any of the owned fields value or removes a field. The timestamp does not update when a field is removed from the entry because another manager took it over. */
      time?: components['schemas']['Time'];
    };
    /** @description ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create. */
    ObjectMeta: {
      /** @description Annotations is an unstructured key value map stored with a resource that may be set by external tools to store and retrieve arbitrary metadata. They are not queryable and should be preserved when modifying objects. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations */
      annotations?: {
        [key: string]: string;
      };
      /**
       * @description CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.
       *
       *     Populated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata
       */
      creationTimestamp: components['schemas']['Time'];
      /**
       * Format: int64
       * @description Number of seconds allowed for this object to gracefully terminate before it will be removed from the system. Only set when deletionTimestamp is also set. May only be shortened. Read-only.
       */
      deletionGracePeriodSeconds?: number;
      /**
       * @description DeletionTimestamp is RFC 3339 date and time at which this resource will be deleted. This field is set by the server when a graceful deletion is requested by the user, and is not directly settable by a client. The resource is expected to be deleted (no longer visible from resource lists, and not reachable by name) after the time in this field, once the finalizers list is empty. As long as the finalizers list contains items, deletion is blocked. Once the deletionTimestamp is set, this value may not be unset or be set further into the future, although it may be shortened or the resource may be deleted prior to this time. For example, a user may request that a pod is deleted in 30 seconds. The Kubelet will react by sending a graceful termination signal to the containers in the pod. After that 30 seconds, the Kubelet will send a hard termination signal (SIGKILL) to the container and after cleanup, remove the pod from the API. In the presence of network partitions, this object may still exist after this timestamp, until an administrator or automated process can determine the resource is fully terminated. If not set, graceful deletion of the object has not been requested.
       *
       *     Populated by the system when a graceful deletion is requested. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata
       */
      deletionTimestamp?: components['schemas']['Time'];
      /** @description Must be empty before the object is deleted from the registry. Each entry is an identifier for the responsible component that will remove the entry from the list. If the deletionTimestamp of the object is non-nil, entries in this list can only be removed. Finalizers may be processed and removed in any order.  Order is NOT enforced because it introduces significant risk of stuck finalizers. finalizers is a shared field, any actor with permission can reorder it. If the finalizer list is processed in order, then this can lead to a situation in which the component responsible for the first finalizer in the list is waiting for a signal (field value, external system, or other) produced by a component responsible for a finalizer later in the list, resulting in a deadlock. Without enforced ordering finalizers are free to order amongst themselves and are not vulnerable to ordering changes in the list. */
      finalizers?: string[];
      /**
       * @description GenerateName is an optional prefix, used by the server, to generate a unique name ONLY IF the Name field has not been provided. If this field is used, the name returned to the client will be different than the name passed. This value will also be combined with a unique suffix. The provided value has the same validation rules as the Name field, and may be truncated by the length of the suffix required to make the value unique on the server.
       *
       *     If this field is specified and the generated name exists, the server will return a 409.
       *
       *     Applied only if Name is not specified. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#idempotency
       */
      generateName?: string;
      /**
       * Format: int64
       * @description A sequence number representing a specific generation of the desired state. Populated by the system. Read-only.
       */
      generation?: number;
      /** @description Map of string keys and values that can be used to organize and categorize (scope and select) objects. May match selectors of replication controllers and services. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels */
      labels?: {
        [key: string]: string;
      };
      /** @description ManagedFields maps workflow-id and version to the set of fields that are managed by that workflow. This is mostly for internal housekeeping, and users typically shouldn't need to set or understand this field. A workflow can be the user's name, a controller's name, or the name of a specific apply path like "ci-cd". The set of fields is always in the version that the workflow used when modifying the object. */
      managedFields?: components['schemas']['ManagedFieldsEntry'][];
      /** @description Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names */
      name: string;
      /**
       * @description Namespace defines the space within which each name must be unique. An empty namespace is equivalent to the "default" namespace, but "default" is the canonical representation. Not all objects are required to be scoped to a namespace - the value of this field for those objects will be empty.
       *
       *     Must be a DNS_LABEL. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces
       */
      namespace?: string;
      /** @description List of objects depended by this object. If ALL objects in the list have been deleted, this object will be garbage collected. If this object is managed by a controller, then an entry in this list will point to this controller, with the controller field set to true. There cannot be more than one managing controller. */
      ownerReferences?: components['schemas']['OwnerReference'][];
      /**
       * @description An opaque value that represents the internal version of this object that can be used by clients to determine when objects have changed. May be used for optimistic concurrency, change detection, and the watch operation on a resource or set of resources. Clients must treat these values as opaque and passed unmodified back to the server. They may only be valid for a particular resource or set of resources.
       *
       *     Populated by the system. Read-only. Value must be treated as opaque by clients and . More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency
       */
      resourceVersion: string;
      /** @description Deprecated: selfLink is a legacy read-only field that is no longer populated by the system. */
      selfLink?: string;
      /**
       * @description UID is the unique in time and space value for this object. It is typically generated by the server on successful creation of a resource and is not allowed to change on PUT operations.
       *
       *     Populated by the system. Read-only. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids
       */
      uid: string;
    };
    /** @description OwnerReference contains enough information to let you identify an owning object. An owning object must be in the same namespace as the dependent, or be cluster-scoped, so there is no namespace field. */
    OwnerReference: {
      /** @description API version of the referent. */
      apiVersion: string;
      /** @description If true, AND if the owner has the "foregroundDeletion" finalizer, then the owner cannot be deleted from the key-value store until this reference is removed. See https://kubernetes.io/docs/concepts/architecture/garbage-collection/#foreground-deletion for how the garbage collector interacts with this field and enforces the foreground deletion. Defaults to false. To set this field, a user needs "delete" permission of the owner, otherwise 422 (Unprocessable Entity) will be returned. */
      blockOwnerDeletion?: boolean;
      /** @description If true, this reference points to the managing controller. */
      controller?: boolean;
      /** @description Kind of the referent. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind: string;
      /** @description Name of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names */
      name: string;
      /** @description UID of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids */
      uid: string;
    };
    /** @description Patch is provided to give a concrete name and type to the Kubernetes PATCH request body. */
    Patch: Record<string, unknown>;
    /** @description Preconditions must be fulfilled before an operation (update, delete, etc.) is carried out. */
    Preconditions: {
      /** @description Specifies the target ResourceVersion */
      resourceVersion?: string;
      /** @description Specifies the target UID. */
      uid?: string;
    };
    /** @description ShardInfo describes the shard selector that was applied to produce a list response. Its presence on a list response indicates the list is a filtered subset. */
    ShardInfo: {
      /** @description selector is the shard selector string from the request, echoed back so clients can verify which shard they received and merge responses from multiple shards. */
      selector: string;
    };
    /** @description Status is a return value for calls that don't return other objects. */
    Status: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /**
       * Format: int32
       * @description Suggested HTTP return code for this status, 0 if not set.
       */
      code?: number;
      /** @description Extended data associated with the reason.  Each reason may define its own extended details. This field is optional and the data returned is not guaranteed to conform to any schema except that defined by the reason type. */
      details?: components['schemas']['StatusDetails'];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description A human-readable description of the status of this operation. */
      message?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      metadata: components['schemas']['ListMeta'];
      /** @description A machine-readable description of why this operation is in the "Failure" status. If this value is empty there is no information available. A Reason clarifies an HTTP status code but does not override it. */
      reason?: string;
      /** @description Status of the operation. One of: "Success" or "Failure". More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      status?: string;
    };
    /** @description StatusCause provides more information about an api.Status failure, including cases when multiple errors are encountered. */
    StatusCause: {
      /**
       * @description The field of the resource that has caused this error, as named by its JSON serialization. May include dot and postfix notation for nested attributes. Arrays are zero-indexed.  Fields may appear more than once in an array of causes due to fields having multiple errors. Optional.
       *
       *     Examples:
       *       "name" - the field "name" on the current resource
       *       "items[0].name" - the field "name" on the first array entry in "items"
       */
      field?: string;
      /** @description A human-readable description of the cause of the error.  This field may be presented as-is to a reader. */
      message?: string;
      /** @description A machine-readable description of the cause of the error. If this value is empty there is no information available. */
      reason?: string;
    };
    /** @description StatusDetails is a set of additional properties that MAY be set by the server to provide additional information about a response. The Reason field of a Status object defines what attributes will be set. Clients must ignore fields that do not match the defined type of each attribute, and should assume that any attribute may be empty, invalid, or under defined. */
    StatusDetails: {
      /** @description The Causes array includes more details associated with the StatusReason failure. Not all StatusReasons may provide detailed causes. */
      causes?: components['schemas']['StatusCause'][];
      /** @description The group attribute of the resource associated with the status StatusReason. */
      group?: string;
      /** @description The kind attribute of the resource associated with the status StatusReason. On some operations may differ from the requested resource Kind. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description The name attribute of the resource associated with the status StatusReason (when there is a single name which can be described). */
      name?: string;
      /**
       * Format: int32
       * @description If specified, the time in seconds before the operation should be retried. Some errors may indicate the client must take an alternate action - for those errors this field may indicate how long to wait before taking the alternate action.
       */
      retryAfterSeconds?: number;
      /** @description UID of the resource. (when there is a single resource which can be described). More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#uids */
      uid?: string;
    };
    /**
     * Format: date-time
     * @description Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided for many of the factory methods that the time package offers.
     */
    Time: string;
    /** @description AttachedVolume describes a volume attached to a node */
    AttachedVolume: {
      /** @description DevicePath represents the device path where the volume should be available */
      devicePath: string;
      /** @description Name of the attached volume */
      name: string;
    };
    /** @description ConfigMapNodeConfigSource contains the information to reference a ConfigMap as a config source for the Node. This API is deprecated since 1.22: https://git.k8s.io/enhancements/keps/sig-node/281-dynamic-kubelet-configuration */
    ConfigMapNodeConfigSource: {
      /** @description KubeletConfigKey declares which key of the referenced ConfigMap corresponds to the KubeletConfiguration structure This field is required in all cases. */
      kubeletConfigKey: string;
      /** @description Name is the metadata.name of the referenced ConfigMap. This field is required in all cases. */
      name: string;
      /** @description Namespace is the metadata.namespace of the referenced ConfigMap. This field is required in all cases. */
      namespace: string;
      /** @description ResourceVersion is the metadata.ResourceVersion of the referenced ConfigMap. This field is forbidden in Node.Spec, and required in Node.Status. */
      resourceVersion?: string;
      /** @description UID is the metadata.UID of the referenced ConfigMap. This field is forbidden in Node.Spec, and required in Node.Status. */
      uid?: string;
    };
    /** @description Describe a container image */
    ContainerImage: {
      /** @description Names by which this image is known. e.g. ["kubernetes.example/hyperkube:v1.0.7", "cloud-vendor.registry.example/cloud-vendor/hyperkube:v1.0.7"] */
      names?: string[];
      /**
       * Format: int64
       * @description The size of the image in bytes.
       */
      sizeBytes?: number;
    };
    /** @description DaemonEndpoint contains information about a single Daemon endpoint. */
    DaemonEndpoint: {
      /**
       * Format: int32
       * @description Port number of the given endpoint.
       */
      Port: number;
    };
    /** @description Event is a report of an event somewhere in the cluster.  Events have a limited retention time and triggers and messages may evolve with time.  Event consumers should not rely on the timing of an event with a given Reason reflecting a consistent underlying trigger, or the continued existence of events with that Reason.  Events should be treated as informative, best-effort, supplemental data. */
    Event: {
      /** @description What action was taken/failed regarding to the Regarding object. */
      action?: string;
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /**
       * Format: int32
       * @description The number of times this event has occurred.
       */
      count?: number;
      /** @description Time when this Event was first observed. */
      eventTime?: components['schemas']['MicroTime'];
      /** @description The time at which the event was first recorded. (Time of server receipt is in TypeMeta.) */
      firstTimestamp?: components['schemas']['Time'];
      /** @description The object that this event is about. */
      involvedObject: components['schemas']['ObjectReference'];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description The time at which the most recent occurrence of this event was recorded. */
      lastTimestamp?: components['schemas']['Time'];
      /** @description A human-readable description of the status of this operation. */
      message?: string;
      /** @description Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ObjectMeta'];
      /** @description This should be a short, machine understandable string that gives the reason for the transition into the object's current status. */
      reason?: string;
      /** @description Optional secondary object for more complex actions. */
      related?: components['schemas']['ObjectReference'];
      /** @description Name of the controller that emitted this Event, e.g. `kubernetes.io/kubelet`. */
      reportingComponent?: string;
      /** @description ID of the controller instance, e.g. `kubelet-xyzf`. */
      reportingInstance?: string;
      /** @description Data about the Event series this event represents or nil if it's a singleton Event. */
      series?: components['schemas']['EventSeries'];
      /** @description The component reporting this event. Should be a short machine understandable string. */
      source?: components['schemas']['EventSource'];
      /** @description Type of this event (Normal, Warning), new types could be added in the future */
      type?: string;
    };
    /** @description EventSeries contain information on series of events, i.e. thing that was/is happening continuously for some time. */
    EventSeries: {
      /**
       * Format: int32
       * @description Number of occurrences in this series up to the last heartbeat time
       */
      count?: number;
      /** @description Time of the last occurrence observed */
      lastObservedTime?: components['schemas']['MicroTime'];
    };
    /** @description EventSource contains information for an event. */
    EventSource: {
      /** @description Component from which the event is generated. */
      component?: string;
      /** @description Node name on which the event is generated. */
      host?: string;
    };
    /** @description Namespace provides a scope for Names. Use of multiple namespaces is optional. */
    Namespace: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ObjectMeta'];
      /** @description Spec defines the behavior of the Namespace. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      spec?: components['schemas']['NamespaceSpec'];
      /** @description Status describes the current status of a Namespace. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      status?: components['schemas']['NamespaceStatus'];
    };
    /** @description NamespaceCondition contains details about state of namespace. */
    NamespaceCondition: {
      /** @description Last time the condition transitioned from one status to another. */
      lastTransitionTime?: components['schemas']['Time'];
      /** @description Human-readable message indicating details about last transition. */
      message?: string;
      /** @description Unique, one-word, CamelCase reason for the condition's last transition. */
      reason?: string;
      /** @description Status of the condition, one of True, False, Unknown. */
      status: string;
      /** @description Type of namespace controller condition. */
      type: string;
    };
    /** @description NamespaceSpec describes the attributes on a Namespace. */
    NamespaceSpec: {
      /** @description Finalizers is an opaque list of values that must be empty to permanently remove object from storage. More info: https://kubernetes.io/docs/tasks/administer-cluster/namespaces/ */
      finalizers?: string[];
    };
    /** @description NamespaceStatus is information about the current status of a Namespace. */
    NamespaceStatus: {
      /** @description Represents the latest available observations of a namespace's current state. */
      conditions?: components['schemas']['NamespaceCondition'][];
      /**
       * @description Phase is the current lifecycle phase of the namespace. More info: https://kubernetes.io/docs/tasks/administer-cluster/namespaces/
       *
       *     Possible enum values:
       *      - `"Active"` means the namespace is available for use in the system
       *      - `"Terminating"` means the namespace is undergoing graceful termination
       * @enum {string}
       */
      phase?: 'Active' | 'Terminating';
    };
    /** @description Node is a worker node in Kubernetes. Each node will have a unique identifier in the cache (i.e. in etcd). */
    Node: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ObjectMeta'];
      /** @description Spec defines the behavior of a node. https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      spec?: components['schemas']['NodeSpec'];
      /** @description Most recently observed status of the node. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      status?: components['schemas']['NodeStatus'];
    };
    /** @description NodeAddress contains information for the node's address. */
    NodeAddress: {
      /** @description The node address. */
      address: string;
      /** @description Node address type, one of Hostname, ExternalIP or InternalIP. */
      type: string;
    };
    /** @description NodeCondition contains condition information for a node. */
    NodeCondition: {
      /** @description Last time we got an update on a given condition. */
      lastHeartbeatTime?: components['schemas']['Time'];
      /** @description Last time the condition transit from one status to another. */
      lastTransitionTime?: components['schemas']['Time'];
      /** @description Human readable message indicating details about last transition. */
      message?: string;
      /** @description (brief) reason for the condition's last transition. */
      reason?: string;
      /** @description Status of the condition, one of True, False, Unknown. */
      status: string;
      /** @description Type of node condition. */
      type: string;
    };
    /** @description NodeConfigSource specifies a source of node configuration. Exactly one subfield (excluding metadata) must be non-nil. This API is deprecated since 1.22 */
    NodeConfigSource: {
      /** @description ConfigMap is a reference to a Node's ConfigMap */
      configMap?: components['schemas']['ConfigMapNodeConfigSource'];
    };
    /** @description NodeConfigStatus describes the status of the config assigned by Node.Spec.ConfigSource. */
    NodeConfigStatus: {
      /** @description Active reports the checkpointed config the node is actively using. Active will represent either the current version of the Assigned config, or the current LastKnownGood config, depending on whether attempting to use the Assigned config results in an error. */
      active?: components['schemas']['NodeConfigSource'];
      /** @description Assigned reports the checkpointed config the node will try to use. When Node.Spec.ConfigSource is updated, the node checkpoints the associated config payload to local disk, along with a record indicating intended config. The node refers to this record to choose its config checkpoint, and reports this record in Assigned. Assigned only updates in the status after the record has been checkpointed to disk. When the Kubelet is restarted, it tries to make the Assigned config the Active config by loading and validating the checkpointed payload identified by Assigned. */
      assigned?: components['schemas']['NodeConfigSource'];
      /** @description Error describes any problems reconciling the Spec.ConfigSource to the Active config. Errors may occur, for example, attempting to checkpoint Spec.ConfigSource to the local Assigned record, attempting to checkpoint the payload associated with Spec.ConfigSource, attempting to load or validate the Assigned config, etc. Errors may occur at different points while syncing config. Earlier errors (e.g. download or checkpointing errors) will not result in a rollback to LastKnownGood, and may resolve across Kubelet retries. Later errors (e.g. loading or validating a checkpointed config) will result in a rollback to LastKnownGood. In the latter case, it is usually possible to resolve the error by fixing the config assigned in Spec.ConfigSource. You can find additional information for debugging by searching the error message in the Kubelet log. Error is a human-readable description of the error state; machines can check whether or not Error is empty, but should not rely on the stability of the Error text across Kubelet versions. */
      error?: string;
      /** @description LastKnownGood reports the checkpointed config the node will fall back to when it encounters an error attempting to use the Assigned config. The Assigned config becomes the LastKnownGood config when the node determines that the Assigned config is stable and correct. This is currently implemented as a 10-minute soak period starting when the local record of Assigned config is updated. If the Assigned config is Active at the end of this period, it becomes the LastKnownGood. Note that if Spec.ConfigSource is reset to nil (use local defaults), the LastKnownGood is also immediately reset to nil, because the local default config is always assumed good. You should not make assumptions about the node's method of determining config stability and correctness, as this may change or become configurable in the future. */
      lastKnownGood?: components['schemas']['NodeConfigSource'];
    };
    /** @description NodeDaemonEndpoints lists ports opened by daemons running on the Node. */
    NodeDaemonEndpoints: {
      /** @description Endpoint on which Kubelet is listening. */
      kubeletEndpoint?: components['schemas']['DaemonEndpoint'];
    };
    /** @description NodeFeatures describes the set of features implemented by the CRI implementation. The features contained in the NodeFeatures should depend only on the cri implementation independent of runtime handlers. */
    NodeFeatures: {
      /** @description SupplementalGroupsPolicy is set to true if the runtime supports SupplementalGroupsPolicy and ContainerUser. */
      supplementalGroupsPolicy?: boolean;
    };
    /** @description NodeList is the whole list of all Nodes which have been registered with master. */
    NodeList: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description List of nodes */
      items: components['schemas']['Node'][];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      metadata: components['schemas']['ListMeta'];
    };
    /** @description NodeRuntimeHandler is a set of runtime handler information. */
    NodeRuntimeHandler: {
      /** @description Supported features. */
      features?: components['schemas']['NodeRuntimeHandlerFeatures'];
      /** @description Runtime handler name. Empty for the default runtime handler. */
      name?: string;
    };
    /** @description NodeRuntimeHandlerFeatures is a set of features implemented by the runtime handler. */
    NodeRuntimeHandlerFeatures: {
      /** @description RecursiveReadOnlyMounts is set to true if the runtime handler supports RecursiveReadOnlyMounts. */
      recursiveReadOnlyMounts?: boolean;
      /** @description UserNamespaces is set to true if the runtime handler supports UserNamespaces, including for volumes. */
      userNamespaces?: boolean;
    };
    /** @description NodeSpec describes the attributes that a node is created with. */
    NodeSpec: {
      /** @description Deprecated: Previously used to specify the source of the node's configuration for the DynamicKubeletConfig feature. This feature is removed. */
      configSource?: components['schemas']['NodeConfigSource'];
      /** @description Deprecated. Not all kubelets will set this field. Remove field after 1.13. see: https://issues.k8s.io/61966 */
      externalID?: string;
      /** @description PodCIDR represents the pod IP range assigned to the node. */
      podCIDR?: string;
      /** @description podCIDRs represents the IP ranges assigned to the node for usage by Pods on that node. If this field is specified, the 0th entry must match the podCIDR field. It may contain at most 1 value for each of IPv4 and IPv6. */
      podCIDRs?: string[];
      /** @description ID of the node assigned by the cloud provider in the format: <ProviderName>://<ProviderSpecificNodeID> */
      providerID?: string;
      /** @description If specified, the node's taints. */
      taints?: components['schemas']['Taint'][];
      /** @description Unschedulable controls node schedulability of new pods. By default, node is schedulable. More info: https://kubernetes.io/docs/concepts/nodes/node/#manual-node-administration */
      unschedulable?: boolean;
    };
    /** @description NodeStatus is information about the current status of a node. */
    NodeStatus: {
      /** @description List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP). */
      addresses?: components['schemas']['NodeAddress'][];
      /** @description Allocatable represents the resources of a node that are available for scheduling. Defaults to Capacity. */
      allocatable?: {
        [key: string]: components['schemas']['Quantity'];
      };
      /** @description Capacity represents the total resources of a node. More info: https://kubernetes.io/docs/reference/node/node-status/#capacity */
      capacity?: {
        [key: string]: components['schemas']['Quantity'];
      };
      /** @description Conditions is an array of current observed node conditions. More info: https://kubernetes.io/docs/reference/node/node-status/#condition */
      conditions?: components['schemas']['NodeCondition'][];
      /** @description Status of the config assigned to the node via the dynamic Kubelet config feature. */
      config?: components['schemas']['NodeConfigStatus'];
      /** @description Endpoints of daemons running on the Node. */
      daemonEndpoints?: components['schemas']['NodeDaemonEndpoints'];
      /** @description DeclaredFeatures represents the features related to feature gates that are declared by the node. */
      declaredFeatures?: string[];
      /** @description Features describes the set of features implemented by the CRI implementation. */
      features?: components['schemas']['NodeFeatures'];
      /** @description List of container images on this node */
      images?: components['schemas']['ContainerImage'][];
      /** @description Set of ids/uuids to uniquely identify the node. More info: https://kubernetes.io/docs/reference/node/node-status/#info */
      nodeInfo?: components['schemas']['NodeSystemInfo'];
      /**
       * @description NodePhase is the recently observed lifecycle phase of the node. More info: https://kubernetes.io/docs/concepts/nodes/node/#phase The field is never populated, and now is deprecated.
       *
       *     Possible enum values:
       *      - `"Pending"` means the node has been created/added by the system, but not configured.
       *      - `"Running"` means the node has been configured and has Kubernetes components running.
       *      - `"Terminated"` means the node has been removed from the cluster.
       * @enum {string}
       */
      phase?: 'Pending' | 'Running' | 'Terminated';
      /** @description The available runtime handlers. */
      runtimeHandlers?: components['schemas']['NodeRuntimeHandler'][];
      /** @description List of volumes that are attached to the node. */
      volumesAttached?: components['schemas']['AttachedVolume'][];
      /** @description List of attachable volumes in use (mounted) by the node. */
      volumesInUse?: string[];
    };
    /** @description NodeSwapStatus represents swap memory information. */
    NodeSwapStatus: {
      /**
       * Format: int64
       * @description Total amount of swap memory in bytes.
       */
      capacity?: number;
    };
    /** @description NodeSystemInfo is a set of ids/uuids to uniquely identify the node. */
    NodeSystemInfo: {
      /** @description The Architecture reported by the node */
      architecture: string;
      /** @description Boot ID reported by the node. */
      bootID: string;
      /** @description ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2). */
      containerRuntimeVersion: string;
      /** @description Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64). */
      kernelVersion: string;
      /** @description Deprecated: KubeProxy Version reported by the node. */
      kubeProxyVersion: string;
      /** @description Kubelet Version reported by the node. */
      kubeletVersion: string;
      /** @description MachineID reported by the node. For unique machine identification in the cluster this field is preferred. Learn more from man(5) machine-id: http://man7.org/linux/man-pages/man5/machine-id.5.html */
      machineID: string;
      /** @description The Operating System reported by the node */
      operatingSystem: string;
      /** @description OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)). */
      osImage: string;
      /** @description Swap Info reported by the node. */
      swap?: components['schemas']['NodeSwapStatus'];
      /** @description SystemUUID reported by the node. For unique machine identification MachineID is preferred. This field is specific to Red Hat hosts https://access.redhat.com/documentation/en-us/red_hat_subscription_management/1/html/rhsm/uuid */
      systemUUID: string;
    };
    /** @description ObjectReference contains enough information to let you inspect or modify the referred object. */
    ObjectReference: {
      /** @description API version of the referent. */
      apiVersion?: string;
      /** @description If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object. */
      fieldPath?: string;
      /** @description Kind of the referent. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Name of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names */
      name?: string;
      /** @description Namespace of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ */
      namespace?: string;
      /** @description Specific resourceVersion to which this reference is made, if any. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#concurrency-control-and-consistency */
      resourceVersion?: string;
      /** @description UID of the referent. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids */
      uid?: string;
    };
    /** @description Pod is a collection of containers that can run on a host. This resource is created by clients and scheduled onto hosts. */
    Pod: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ObjectMeta'];
      /** @description Specification of the desired behavior of the pod. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      spec?: components['schemas']['PodSpec'];
      /** @description Most recently observed status of the pod. This data may not be up to date. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      status?: components['schemas']['PodStatus'];
    };
    /** @description PodCondition contains details for the current condition of this pod. */
    PodCondition: {
      /** @description Last time we probed the condition. */
      lastProbeTime?: components['schemas']['Time'];
      /** @description Last time the condition transitioned from one status to another. */
      lastTransitionTime?: components['schemas']['Time'];
      /** @description Human-readable message indicating details about last transition. */
      message?: string;
      /**
       * Format: int64
       * @description If set, this represents the .metadata.generation that the pod condition was set based upon.
       */
      observedGeneration?: number;
      /** @description Unique, one-word, CamelCase reason for the condition's last transition. */
      reason?: string;
      /** @description Status is the status of the condition. Can be True, False, Unknown. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions */
      status: string;
      /** @description Type is the type of the condition. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions */
      type: string;
    };
    /** @description PodIP represents a single IP address allocated to the pod. */
    PodIP: {
      /** @description IP is the IP address assigned to the pod */
      ip: string;
    };
    /** @description PodList is a list of Pods. */
    PodList: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description List of pods. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md */
      items: components['schemas']['Pod'][];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      metadata: components['schemas']['ListMeta'];
    };
    /** @description PodSpec is a description of a pod. */
    PodSpec: {
      /** @description Host networking requested for this pod. Use the host's network namespace. When using HostNetwork you should specify ports so the scheduler is aware. When `hostNetwork` is true, specified `hostPort` fields in port definitions must match `containerPort`, and unspecified `hostPort` fields in port definitions are defaulted to match `containerPort`. Default to false. */
      hostNetwork?: boolean;
      /** @description NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename */
      nodeName?: string;
      /** @description ServiceAccountName is the name of the ServiceAccount to use to run this pod. More info: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/ */
      serviceAccountName?: string;
      /**
       * Format: int64
       * @description Optional duration in seconds the pod needs to terminate gracefully. May be decreased in delete request. Value must be non-negative integer. The value zero indicates stop immediately via the kill signal (no opportunity to shut down). If this value is nil, the default grace period will be used instead. The grace period is the duration in seconds after the processes running in the pod are sent a termination signal and the time when the processes are forcibly halted with a kill signal. Set this value longer than the expected cleanup time for your process. Defaults to 30 seconds.
       */
      terminationGracePeriodSeconds?: number;
    };
    /** @description PodStatus represents information about the status of a pod. Status may trail the actual state of a system, especially if the node that hosts the pod cannot contact the control plane. */
    PodStatus: {
      /** @description Current service state of pod. More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-conditions */
      conditions?: components['schemas']['PodCondition'][];
      /** @description hostIP holds the IP address of the host to which the pod is assigned. Empty if the pod has not started yet. A pod can be assigned to a node that has a problem in kubelet which in turns mean that HostIP will not be updated even if there is a node is assigned to pod */
      hostIP?: string;
      /** @description A human readable message indicating details about why the pod is in this condition. */
      message?: string;
      /**
       * @description The phase of a Pod is a simple, high-level summary of where the Pod is in its lifecycle. The conditions array, the reason and message fields, and the individual container status arrays contain more detail about the pod's status. There are five possible phase values:
       *
       *     Pending: The pod has been accepted by the Kubernetes system, but one or more of the container images has not been created. This includes time before being scheduled as well as time spent downloading images over the network, which could take a while. Running: The pod has been bound to a node, and all of the containers have been created. At least one container is still running, or is in the process of starting or restarting. Succeeded: All containers in the pod have terminated in success, and will not be restarted. Failed: All containers in the pod have terminated, and at least one container has terminated in failure. The container either exited with non-zero status or was terminated by the system. Unknown: For some reason the state of the pod could not be obtained, typically due to an error in communicating with the host of the pod.
       *
       *     More info: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle#pod-phase
       *
       *     Possible enum values:
       *      - `"Failed"` means that all containers in the pod have terminated, and at least one container has terminated in a failure (exited with a non-zero exit code or was stopped by the system).
       *      - `"Pending"` means the pod has been accepted by the system, but one or more of the containers has not been started. This includes time before being bound to a node, as well as time spent pulling images onto the host.
       *      - `"Running"` means the pod has been bound to a node and all of the containers have been started. At least one container is still running or is in the process of being restarted.
       *      - `"Succeeded"` means that all containers in the pod have voluntarily terminated with a container exit code of 0, and the system is not going to restart any of these containers.
       *      - `"Unknown"` means that for some reason the state of the pod could not be obtained, typically due to an error in communicating with the host of the pod. Deprecated: It isn't being set since 2015 (74da3b14b0c0f658b3bb8d2def5094686d0e9095)
       * @enum {string}
       */
      phase?: 'Failed' | 'Pending' | 'Running' | 'Succeeded' | 'Unknown';
      /** @description podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated. */
      podIP?: string;
      /** @description podIPs holds the IP addresses allocated to the pod. If this field is specified, the 0th entry must match the podIP field. Pods may be allocated at most 1 value for each of IPv4 and IPv6. This list is empty if no IPs have been allocated yet. */
      podIPs?: components['schemas']['PodIP'][];
      /** @description A brief CamelCase message indicating details about why the pod is in this state. e.g. 'Evicted' */
      reason?: string;
      /** @description RFC 3339 date and time at which the object was acknowledged by the Kubelet. This is before the Kubelet pulled the container image(s) for the pod. */
      startTime?: components['schemas']['Time'];
    };
    /** @description The node this Taint is attached to has the "effect" on any pod that does not tolerate the Taint. */
    Taint: {
      /**
       * @description Required. The effect of the taint on pods that do not tolerate the taint. Valid effects are NoSchedule, PreferNoSchedule and NoExecute.
       *
       *     Possible enum values:
       *      - `"NoExecute"` Evict any already-running pods that do not tolerate the taint. Currently enforced by NodeController.
       *      - `"NoSchedule"` Do not allow new pods to schedule onto the node unless they tolerate the taint, but allow all pods submitted to Kubelet without going through the scheduler to start, and allow all already-running pods to continue running. Enforced by the scheduler.
       *      - `"PreferNoSchedule"` Like TaintEffectNoSchedule, but the scheduler tries not to schedule new pods onto the node, rather than prohibiting new pods from scheduling onto the node entirely. Enforced by the scheduler.
       * @enum {string}
       */
      effect: 'NoExecute' | 'NoSchedule' | 'PreferNoSchedule';
      /** @description Required. The taint key to be applied to a node. */
      key: string;
      /** @description TimeAdded represents the time at which the taint was added. */
      timeAdded?: components['schemas']['Time'];
      /** @description The taint value corresponding to the taint key. */
      value?: string;
    };
    /**
     * @description Quantity is a fixed-point representation of a number. It provides convenient marshaling/unmarshaling in JSON and YAML, in addition to String() and AsInt64() accessors.
     *
     *     The serialization format is:
     *
     *     ``` <quantity>        ::= <signedNumber><suffix>
     *
     *     	(Note that <suffix> may be empty, from the "" case in <decimalSI>.)
     *
     *     <digit>           ::= 0 | 1 | ... | 9 <digits>          ::= <digit> | <digit><digits> <number>          ::= <digits> | <digits>.<digits> | <digits>. | .<digits> <sign>            ::= "+" | "-" <signedNumber>    ::= <number> | <sign><number> <suffix>          ::= <binarySI> | <decimalExponent> | <decimalSI> <binarySI>        ::= Ki | Mi | Gi | Ti | Pi | Ei
     *
     *     	(International System of units; See: http://physics.nist.gov/cuu/Units/binary.html)
     *
     *     <decimalSI>       ::= m | "" | k | M | G | T | P | E
     *
     *     	(Note that 1024 = 1Ki but 1000 = 1k; I didn't choose the capitalization.)
     *
     *     <decimalExponent> ::= "e" <signedNumber> | "E" <signedNumber> ```
     *
     *     No matter which of the three exponent forms is used, no quantity may represent a number greater than 2^63-1 in magnitude, nor may it have more than 3 decimal places. Numbers larger or more precise will be capped or rounded up. (E.g.: 0.1m will rounded up to 1m.) This may be extended in the future if we require larger or smaller quantities.
     *
     *     When a Quantity is parsed from a string, it will remember the type of suffix it had, and will use the same type again when it is serialized.
     *
     *     Before serializing, Quantity will be put in "canonical form". This means that Exponent/suffix will be adjusted up or down (with a corresponding increase or decrease in Mantissa) such that:
     *
     *     - No precision is lost - No fractional digits will be emitted - The exponent (or suffix) is as large as possible.
     *
     *     The sign will be omitted unless the number is negative.
     *
     *     Examples:
     *
     *     - 1.5 will be serialized as "1500m" - 1.5Gi will be serialized as "1536Mi"
     *
     *     Note that the quantity will NEVER be internally represented by a floating point number. That is the whole point of this exercise.
     *
     *     Non-canonical values will still parse as long as they are well formed, but will be re-emitted in their canonical form. (So always use canonical form, or don't diff.)
     *
     *     This format is intended to make it difficult to use these numbers without writing some sort of special handling code in the hopes that that will cause implementors to also use a fixed point implementation.
     */
    Quantity: string | number;
    /**
     * Format: date-time
     * @description MicroTime is version of Time with microsecond level precision.
     */
    MicroTime: string;
    /** @description Lease defines a lease concept. */
    Lease: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ObjectMeta'];
      /** @description spec contains the specification of the Lease. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status */
      spec?: components['schemas']['LeaseSpec'];
    };
    /** @description LeaseList is a list of Lease objects. */
    LeaseList: {
      /** @description APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources */
      apiVersion?: string;
      /** @description items is a list of schema objects. */
      items: components['schemas']['Lease'][];
      /** @description Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds */
      kind?: string;
      /** @description Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata */
      metadata: components['schemas']['ListMeta'];
    };
    /** @description LeaseSpec is a specification of a Lease. */
    LeaseSpec: {
      /** @description acquireTime is a time when the current lease was acquired. */
      acquireTime?: components['schemas']['MicroTime'];
      /** @description holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field. */
      holderIdentity?: string;
      /**
       * Format: int32
       * @description leaseDurationSeconds is a duration that candidates for a lease need to wait to force acquire it. This is measured against the time of last observed renewTime.
       */
      leaseDurationSeconds?: number;
      /**
       * Format: int32
       * @description leaseTransitions is the number of transitions of a lease between holders.
       */
      leaseTransitions?: number;
      /** @description PreferredHolder signals to a lease holder that the lease has a more optimal holder and should be given up. This field can only be set if Strategy is also set. */
      preferredHolder?: string;
      /** @description renewTime is a time when the current holder of a lease has last updated the lease. */
      renewTime?: components['schemas']['MicroTime'];
      /** @description Strategy indicates the strategy for picking the leader for coordinated leader election. If the field is not specified, there is no active coordination for this lease. (Alpha) Using this field requires the CoordinatedLeaderElection feature gate to be enabled. */
      strategy?: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIList'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENI'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        resourceVersion?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  replaceNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENI'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        gracePeriodSeconds?: number;
        ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
        orphanDependents?: boolean;
        propagationPolicy?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['DeleteOptions'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchNetworkingK8sAwsV1alpha1NodeENI: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readNetworkingK8sAwsV1alpha1NodeENIStatus: {
    parameters: {
      query?: {
        pretty?: string;
        resourceVersion?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  replaceNetworkingK8sAwsV1alpha1NodeENIStatus: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENI'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchNetworkingK8sAwsV1alpha1NodeENIStatus: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENI'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachmentList'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENIAttachment'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        resourceVersion?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  replaceNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENIAttachment'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        gracePeriodSeconds?: number;
        ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
        orphanDependents?: boolean;
        propagationPolicy?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': components['schemas']['DeleteOptions'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchNetworkingK8sAwsV1alpha1NodeENIAttachment: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus: {
    parameters: {
      query?: {
        pretty?: string;
        resourceVersion?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  replaceNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NodeENIAttachment'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchNetworkingK8sAwsV1alpha1NodeENIAttachmentStatus: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeENIAttachment'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listCoreV1Node: {
    parameters: {
      query?: {
        pretty?: string;
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NodeList'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readCoreV1Node: {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Node'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchCoreV1Node: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
        'application/strategic-merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Node'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Node'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readCoreV1Namespace: {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Namespace'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listCoreV1PodForAllNamespaces: {
    parameters: {
      query?: {
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        pretty?: string;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PodList'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createCoreV1NamespacedEvent: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        namespace: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        '*/*': components['schemas']['Event'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readCoreV1NamespacedEvent: {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchCoreV1NamespacedEvent: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
        'application/strategic-merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Event'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
        allowWatchBookmarks?: boolean;
        continue?: string;
        fieldSelector?: string;
        labelSelector?: string;
        limit?: number;
        resourceVersion?: string;
        resourceVersionMatch?: string;
        sendInitialEvents?: boolean;
        shardSelector?: string;
        timeoutSeconds?: number;
        watch?: boolean;
      };
      header?: never;
      path: {
        namespace: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LeaseList'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        namespace: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        '*/*': components['schemas']['Lease'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  readCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  replaceCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        '*/*': components['schemas']['Lease'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        gracePeriodSeconds?: number;
        ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
        orphanDependents?: boolean;
        propagationPolicy?: string;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        '*/*': components['schemas']['DeleteOptions'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Accepted */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Status'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchCoordinationV1NamespacedLease: {
    parameters: {
      query?: {
        pretty?: string;
        dryRun?: string;
        fieldManager?: string;
        fieldValidation?: string;
        force?: boolean;
      };
      header?: never;
      path: {
        name: string;
        namespace: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/apply-patch+yaml': components['schemas']['Patch'];
        'application/json-patch+json': components['schemas']['Patch'];
        'application/merge-patch+json': components['schemas']['Patch'];
        'application/strategic-merge-patch+json': components['schemas']['Patch'];
      };
    };
    responses: {
      /** @description OK */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Created */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
      /** @description Unauthorized */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
}
