import type { KindCluster } from './kind-cluster.ts';
import type { Link } from './networked-pod.ts';

/** Kinds that come and go while nobody installs anything. */
const RESTLESS =
  /^(?:pods|events|events\.events\.k8s\.io|leases\.coordination|endpoints|endpointslices|replicasets|controllerrevisions|csinodes|csistoragecapacities|certificatesigningrequests|componentstatuses|ipaddresses)\b/;

/** Names, `kind/name`, of what is in a cluster, conditions of nodes included (`node/name/condition`). */
export async function inventoryOf({ kubectl }: KindCluster): Promise<ReadonlySet<string>> {
  const kinds = (await kubectl(['api-resources', '--verbs=list', '-o', 'name'])).trim().split('\n');
  const steady = kinds.filter((kind) => !RESTLESS.test(kind));
  const objects = await kubectl(['get', steady.join(','), '-A', '-o', 'name', '--ignore-not-found']);
  const conditions = await kubectl([
    'get',
    'nodes',
    '-o',
    'jsonpath={range .items[*]}{"node/"}{.metadata.name}{range .status.conditions[*]}{"/"}{.type}{end}{"\\n"}{end}',
  ]);
  return new Set([...objects.trim().split('\n'), ...conditions.trim().split('\n')]);
}

/** What there is on a node that an installation could leave behind. */
export interface HostInventory {
  /** Links but for those to pods, with their alternative names. */
  readonly links: readonly string[];
  readonly rules: string;
  /** Files of the daemon. */
  readonly files: string;
}

/** One for each node. @throws Error when a node does not answer. */
export async function hostInventoriesOf(cluster: KindCluster): Promise<readonly HostInventory[]> {
  return Promise.all(cluster.nodes.map(async ({ name }) => hostInventoryOf(cluster, name)));
}

async function hostInventoryOf({ onNode }: KindCluster, node: string): Promise<HostInventory> {
  const links = await linksOn({ onNode }, node);
  return {
    links: links
      .filter(({ ifname }) => !ifname.startsWith('veth'))
      .map(({ ifname, altnames = [] }) => [ifname, ...altnames].join(' ')),
    rules: await onNode(node, ['ip', '-json', 'rule']),
    files: await onNode(node, ['sh', '-c', 'find /run/multi-eni-operator -type f 2>/dev/null || true']),
  };
}

/** The links of a node. */
export async function linksOn(
  { onNode }: Pick<KindCluster, 'onNode'>,
  node: string,
): Promise<readonly Link[]> {
  const links: readonly Link[] = JSON.parse(await onNode(node, ['ip', '-json', 'link']));
  return links;
}
