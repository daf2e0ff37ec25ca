import { type ClusterState, UnreadableInputError } from '../../cli/ports.ts';
import { toJudgedAttachment, toJudgedNode, toJudgedNodeEni } from '../../domain/admission/judged-objects.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { ApiObject, ListPage } from '../../runtime/list-watch.ts';
import type { Logger } from '../../runtime/logger.ts';
import { kubeconfigCredentials } from './kubeconfig-credentials.ts';
import { createApiTransport } from './undici-transport.ts';
import { createTypedClient } from './typed-client.ts';

const pageSize = 500;
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

interface Listing<T extends ApiObject> {
  list(query: { readonly limit: number; readonly continueToken?: string }): Promise<ListPage<T>>;
}

async function listAll<T extends ApiObject>(resource: Listing<T>): Promise<readonly T[]> {
  const items: T[] = [];
  let page = await resource.list({ limit: pageSize });
  items.push(...page.items);
  while (page.continueToken !== undefined) {
    page = await resource.list({ limit: pageSize, continueToken: page.continueToken });
    items.push(...page.items);
  }
  return items;
}

/**
 * Lists what the rules across objects read, once.
 * @param path of the kubeconfig, or several as in KUBECONFIG.
 * @throws UnreadableInputError when the kubeconfig, the API server or a permission is missing.
 */
export async function readClusterState(path: string): Promise<ClusterState> {
  const transport = createApiTransport({
    credentials: kubeconfigCredentials({ path, clock: systemClock, logger: silent }),
    clock: systemClock,
    random: Math.random,
    userAgent: 'nodeeni',
  });
  try {
    const client = createTypedClient(transport);
    const [nodeEnis, nodes, attachments] = await Promise.all([
      listAll(client.nodeENIs),
      listAll(client.nodes),
      listAll(client.nodeENIAttachments),
    ]);
    return {
      nodeEnis: nodeEnis.map((object) => toJudgedNodeEni(object)),
      nodes: nodes.map((object) => toJudgedNode(object)),
      attachments: attachments.map((object) => toJudgedAttachment(object)),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableInputError(`cannot read the cluster of kubeconfig ${path}: ${reason}`, error);
  } finally {
    await transport.close();
  }
}
