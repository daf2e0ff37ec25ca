import { operations } from '../../../gen/kubernetes/operations.ts';
import type { NodeENIManifest } from '../../../gen/v1alpha1/nodeeni-manifest.ts';
import type { NodeENIAttachmentManifest } from '../../../gen/v1alpha1/nodeeniattachment-manifest.ts';
import type {
  EventV1,
  Lease,
  Namespace,
  Node,
  NodeENI,
  NodeENIAttachment,
  Pod,
} from '../../../gen/v1alpha1/stored.ts';
import type { ApiObject } from '../../runtime/list-watch.ts';
import type { ApiTransport } from './api-transport.ts';
import { createResourceClient, type ResourceClient, type WrittenMetadata } from './resource-client.ts';
import { isStoredAs } from './stored-object.ts';

type Written<Kind extends ApiObject> = Omit<Kind, 'metadata'> & {
  metadata: WrittenMetadata;
  status?: unknown;
};

/** Every call to the API server that this product makes, typed from its schemas. */
export interface TypedClient {
  readonly nodeENIs: ResourceClient<NodeENI, NodeENIManifest>;
  readonly nodeENIAttachments: ResourceClient<NodeENIAttachment, NodeENIAttachmentManifest>;
  readonly nodes: Pick<
    ResourceClient<Node, Written<Node>>,
    'list' | 'get' | 'watch' | 'patch' | 'applyStatus'
  >;
  readonly namespaces: Pick<ResourceClient<Namespace, Written<Namespace>>, 'get'>;
  /** Pods of all namespaces; spec and status are typed as far as they are read. */
  readonly pods: Pick<ResourceClient<Pod, Written<Pod>>, 'list'>;
  leases(
    namespace: string,
  ): Pick<ResourceClient<Lease, Written<Lease>>, 'get' | 'create' | 'update' | 'patch' | 'delete'>;
  events(namespace: string): Pick<ResourceClient<EventV1, Written<EventV1>>, 'get' | 'create' | 'patch'>;
}

const isNodeENI = (value: unknown): value is NodeENI => isStoredAs('NodeENI', value);
const isAttachment = (value: unknown): value is NodeENIAttachment => isStoredAs('NodeENIAttachment', value);
const isNode = (value: unknown): value is Node => isStoredAs('Node', value);
const isNamespace = (value: unknown): value is Namespace => isStoredAs('Namespace', value);
const isPod = (value: unknown): value is Pod => isStoredAs('Pod', value);
const isLease = (value: unknown): value is Lease => isStoredAs('Lease', value);
const isEvent = (value: unknown): value is EventV1 => isStoredAs('Event', value);

/** Builds the client; it holds no state besides the transport. */
export function createTypedClient(transport: ApiTransport): TypedClient {
  return {
    nodeENIs: createResourceClient(transport, operations.nodeENIs, isNodeENI),
    nodeENIAttachments: createResourceClient(transport, operations.nodeENIAttachments, isAttachment),
    nodes: createResourceClient(transport, operations.nodes, isNode),
    namespaces: createResourceClient(transport, operations.namespaces, isNamespace),
    pods: createResourceClient(transport, operations.pods, isPod),
    leases: (namespace) => createResourceClient(transport, { ...operations.leases, namespace }, isLease),
    events: (namespace) => createResourceClient(transport, { ...operations.events, namespace }, isEvent),
  };
}
