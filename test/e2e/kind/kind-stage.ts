import { join } from 'node:path';
import { IMAGE_NAMES } from './images.ts';
import { linksOn } from './inventory.ts';
import type { KindNode } from './kind-cluster.ts';
import type { KindWorld } from './kind-world.ts';
import { writeLayer } from './layer.ts';
import type { Link, NetworkedPod } from './networked-pod.ts';
import { attachmentsOf, eventually, nodeEniManifest, type NodeEniManifest } from './node-eni-view.ts';

/** A world, and who plays which part in it. */
export interface KindStage {
  readonly world: KindWorld;
  readonly controlPlane: KindNode;
  /** In one zone. */
  readonly workers: readonly [KindNode, KindNode];
}

/** An ENI in EC2, as far as a user cares. */
export interface EniFacts {
  readonly eniId: string;
  readonly nodeEni: string | undefined;
  readonly instanceId: string | undefined;
  readonly index: number | undefined;
}

export const NAMESPACE = 'eni-controller-system';
/** NodeENI, Name tag of its subnets, and value of the label of its nodes. */
export const USER_PLANE = 'user-plane';
export const ALT_NAME: string = `ne-${USER_PLANE}`;
/** A cluster of production has longer graces. */
const OPTIONS = ['CLUSTER_NAME=kind', 'NODE_GONE_GRACE=10s', 'DETACH_GRACE=2s'];

/** On both workers, with jumbo frames. */
export const userPlane: NodeEniManifest = nodeEniManifest(USER_PLANE, {
  subnetNames: [USER_PLANE],
  deviceIndex: 2,
  mtu: 9001,
});

/** Gives each node of a world of three its part. */
export function stageOf(world: KindWorld): KindStage {
  const [controlPlane, one, other] = world.cluster.nodes;
  if (controlPlane === undefined || one === undefined || other === undefined) {
    throw new Error('the cluster has no three nodes');
  }
  return { world, controlPlane, workers: [one, other] };
}

/** Writes a user's folder on top of the product's. @returns it, for `kubectl -k` */
export function writeOurLayer(
  { dir }: KindWorld,
  tag: string,
  layer: { readonly base: string; readonly components?: readonly string[] } = { base: 'overlays/kind' },
): string {
  return writeLayer(join(dir, 'my-cluster'), { ...layer, options: OPTIONS, tag });
}

const TRIED = nodeEniManifest('tried', {
  nodeSelector: { ng: 'of-no-node' },
  subnetNames: ['of-no-zone'],
  deviceIndex: 9,
});

/** Waits until all programs of the product run as they are wanted, and the API server reaches the webhooks. */
export async function waitForRollouts({ cluster }: KindWorld): Promise<void> {
  for (const workload of ['deployment/eni-controller', 'deployment/eni-webhook', 'daemonset/eni-manager']) {
    await cluster.kubectl(['rollout', 'status', '-n', NAMESPACE, workload, '--timeout=240s']);
  }
  // A pod is Ready a moment before every node routes the Service to it.
  await eventually('the API server to reach the webhooks', async () => {
    const dryRun = ['apply', '--dry-run=server', '-f', '-'];
    return (await cluster.tryKubectl(dryRun, JSON.stringify(TRIED))).exitCode === 0 || undefined;
  });
}

/** Images of the product's pods that are not being deleted, sorted, each as often as it runs. */
export async function runningImages({ cluster }: KindWorld): Promise<readonly string[]> {
  const {
    items,
  }: {
    readonly items: readonly {
      readonly metadata: { readonly deletionTimestamp?: string };
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
    }[];
  } = JSON.parse(await cluster.kubectl(['get', 'pods', '-n', NAMESPACE, '-o', 'json']));
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap(({ spec }) => spec.containers.map(({ image }) => image))
    .toSorted();
}

/** What {@link runningImages} says of a cluster with that many nodes when all runs. */
export function wantedImages(nodes: number, tag: string): readonly string[] {
  const [operator = '', webhook = '', daemon = ''] = IMAGE_NAMES.map((name) => `${name}:${tag}`);
  return [operator, operator, webhook, webhook, ...Array.from({ length: nodes }, () => daemon)].toSorted();
}

/** In the order of docs/install.md. */
export async function uninstall({ cluster }: KindWorld, layer: string): Promise<void> {
  await cluster.kubectl(['delete', 'nodeenis', '--all', '--timeout=240s']);
  const left = await cluster.kubectl(['get', 'nodeeniattachments', '-o', 'name']);
  if (left !== '') throw new Error(`still there: ${left}`);
  const crds = ['nodeenis.networking.k8s.aws', 'nodeeniattachments.networking.k8s.aws'];
  await cluster.kubectl(['annotate', 'crd', ...crds, 'networking.k8s.aws/allow-crd-deletion=true']);
  await cluster.kubectl(['delete', '-k', layer, '--timeout=240s']);
}

/** Our ENIs in EC2, in a fixed order. */
export async function enisOf(world: KindWorld): Promise<readonly EniFacts[]> {
  return (await world.ownedEnis())
    .map(({ NetworkInterfaceId, TagSet, Attachment }) => ({
      eniId: NetworkInterfaceId ?? '',
      nodeEni: TagSet?.find(({ Key }) => Key === 'networking.k8s.aws/nodeeni')?.Value,
      instanceId: Attachment?.InstanceId,
      index: Attachment?.DeviceIndex,
    }))
    .toSorted((one, other) => one.eniId.localeCompare(other.eniId));
}

/** The link on a node that has an alternative name. */
export async function linkNamed(
  { cluster }: KindWorld,
  node: string,
  altName: string,
): Promise<Link | undefined> {
  return (await linksOn(cluster, node)).find(({ altnames }) => altnames?.includes(altName));
}

/** A pod on each worker, each with the address of the ENI of the user plane there. */
export async function podsOn(
  { cluster }: KindWorld,
  network: string,
): Promise<readonly [NetworkedPod, NetworkedPod]> {
  const attachments = await attachmentsOf(cluster, USER_PLANE);
  const [one, other] = attachments.map(({ spec, status }, index) => ({
    name: `${network}-${index + 1}`,
    node: spec.nodeName,
    network,
    address: `${status.privateIPAddress ?? ''}/20`,
  }));
  if (one === undefined || other === undefined) throw new Error('the user plane is not on two nodes');
  return [one, other];
}
