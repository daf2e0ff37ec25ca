import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { effectiveSpec } from '../domain/effective-spec.ts';
import { placeKeys } from '../domain/index-claims.ts';
import type { ClusterNode } from '../domain/node-selection.ts';
import type { Indexers, ObjectCache } from '../runtime/object-store.ts';

/** NodeENIs are found by name, and by the places (indexes and PCI addresses) that they may want on a node. */
export type NodeEniIndex = 'place';

/** How attachments are found: by their NodeENI's name, and by their instance. */
export type AttachmentIndex = 'nodeEni' | 'instance';

/** Nodes are found by name, and by instance id. */
export type NodeIndex = 'instance';

/** What the informers keep; every read of the operator but the few quorum reads goes here. */
export interface Caches {
  readonly nodeEnis: ObjectCache<NodeENI, NodeEniIndex>;
  readonly attachments: ObjectCache<NodeENIAttachment, AttachmentIndex>;
  readonly nodes: ObjectCache<ClusterNode, NodeIndex>;
}

/** Index functions of the NodeENI cache. */
export const nodeEniIndexers: Indexers<NodeENI, NodeEniIndex> = {
  place: ({ spec: fields }) => {
    const { networkCardIndex, deviceIndex, slots, dpdk } = effectiveSpec(fields);
    const pci = dpdk?.pciAddress === undefined ? {} : { pciAddress: dpdk.pciAddress };
    const keys = slots.flatMap((_, nth) =>
      placeKeys({ networkCardIndex, deviceIndex: deviceIndex + nth, ...pci }),
    );
    return [...new Set(keys)];
  },
};

/** Index functions of the attachment cache. */
export const attachmentIndexers: Indexers<NodeENIAttachment, AttachmentIndex> = {
  nodeEni: (attachment) => [attachment.spec.nodeENI.name],
  instance: (attachment) => [attachment.spec.instanceID],
};

/** Index functions of the node cache. */
export const nodeIndexers: Indexers<ClusterNode, NodeIndex> = {
  instance: (node) => (node.instanceId === undefined ? [] : [node.instanceId]),
};
