// Generated from api/v1alpha1/nodeeni.crd.yaml, api/v1alpha1/nodeeniattachment.crd.yaml by "npm run gen". Do not edit.

import type { components } from '../kubernetes/openapi.ts';

type Schemas = components['schemas'];

/** A NodeENI as read from the API: defaulted fields are present. */
export type NodeENI = Schemas['NodeENI'];
/** What is wanted, as read from the API. */
export type NodeENISpec = NodeENI['spec'];
/** What was observed, as read from the API. */
export type NodeENIStatus = NodeENI['status'];

/** A NodeENIAttachment as read from the API: defaulted fields are present. */
export type NodeENIAttachment = Schemas['NodeENIAttachment'];
/** What is wanted, as read from the API. */
export type NodeENIAttachmentSpec = NodeENIAttachment['spec'];
/** What was observed, as read from the API. */
export type NodeENIAttachmentStatus = NodeENIAttachment['status'];

/** One condition of a status; the same shape in every kind of this group. */
export type Condition = NonNullable<NodeENIStatus['conditions']>[number];

/** One entry of a NodeENI's status.attachments. */
export type NodeENIStatusAttachment = NonNullable<NodeENIStatus['attachments']>[number];

/** ObjectMeta as read from the API. */
export type ObjectMeta = Schemas['ObjectMeta'];

/** OwnerReference as read from the API. */
export type OwnerReference = Schemas['OwnerReference'];

/** Node as read from the API. */
export type Node = Schemas['Node'];

/** Namespace as read from the API. */
export type Namespace = Schemas['Namespace'];

/** Pod as read from the API. */
export type Pod = Schemas['Pod'];

/** Lease as read from the API. */
export type Lease = Schemas['Lease'];

/** An event of core/v1 as read from the API. */
export type EventV1 = Schemas['Event'];
