import { waitUntil } from '../../../hack/control-plane/wait-until.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { KindCluster } from './kind-cluster.ts';

/** A NodeENI as a user writes it. */
export interface NodeEniManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A NodeENI of the tests; unless its spec says otherwise it is for nodes with the label of the user plane. */
export function nodeEniManifest(name: string, spec: NodeEniManifest['spec']): NodeEniManifest {
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name },
    spec: { nodeSelector: { ng: 'user-plane' }, securityGroupNames: ['nodes'], ...spec },
  };
}

/** Applies a NodeENI as a user does. */
export async function applyNodeEni({ kubectl }: KindCluster, manifest: NodeEniManifest): Promise<void> {
  await kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
}

/** Waits as a user does. @throws Error with kubectl's words when it is not Ready in time. */
export async function waitUntilReady({ kubectl }: KindCluster, name: string): Promise<void> {
  await kubectl(['wait', '--for=condition=Ready', `nodeeni/${name}`, '--timeout=180s']);
}

/** The attachments of a NodeENI, by node. */
export async function attachmentsOf(
  { kubectl }: KindCluster,
  name: string,
): Promise<readonly NodeENIAttachment[]> {
  const { items }: { readonly items: readonly NodeENIAttachment[] } = JSON.parse(
    await kubectl(['get', 'nodeeniattachments', '-o', 'json']),
  );
  return items
    .filter(({ spec }) => spec.nodeENI.name === name)
    .toSorted((one, other) => one.spec.nodeName.localeCompare(other.spec.nodeName));
}

/** What the condition Ready of a NodeENI says while it is not True. */
export async function readyMessageOf({ kubectl }: KindCluster, name: string): Promise<string | undefined> {
  const nodeEni: NodeENI = JSON.parse(await kubectl(['get', 'nodeeni', name, '-o', 'json']));
  return nodeEni.status.conditions?.find(({ type, status }) => type === 'Ready' && status !== 'True')
    ?.message;
}

/** Looks every half second until something holds. @throws Error when it does not in time. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  deadlineMs = 180_000,
): Promise<T> {
  return waitUntil(probe, { what, deadlineMs, intervalMs: 500 });
}
