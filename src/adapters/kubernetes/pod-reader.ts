import { DAEMON_NAME, MANAGED_BY } from '../../../api/v1alpha1/names.ts';
import type { Pod } from '../../../gen/v1alpha1/stored.ts';
import type { NetworkDefinition } from '../../domain/host/link-users.ts';
import type { NodePod, PodReader } from '../../operator/ports.ts';
import { isApiError } from './api-error.ts';
import type { ApiTransport } from './api-transport.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import type { TypedClient } from './typed-client.ts';

const PAGE_SIZE = 500;
const NETWORKS = 'k8s.v1.cni.cncf.io/networks';
const NETWORK_STATUS = 'k8s.v1.cni.cncf.io/network-status';
const NAME_LABEL = 'app.kubernetes.io/name';
const COMPONENT_LABEL = 'app.kubernetes.io/component';
const DEFINITIONS = '/apis/k8s.cni.cncf.io/v1/network-attachment-definitions';

/** By labels as well, because a kustomization may give the DaemonSet another name. */
function isDaemon({ metadata: { labels = {}, ownerReferences = [] } }: Pod): boolean {
  const { [NAME_LABEL]: name, [COMPONENT_LABEL]: component } = labels;
  return (
    name === DAEMON_NAME ||
    (name === MANAGED_BY && component === 'daemon') ||
    ownerReferences.some((owner) => owner.kind === 'DaemonSet' && owner.name === DAEMON_NAME)
  );
}

function isReady({ conditions = [] }: NonNullable<Pod['status']>): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function toNodePod(pod: Pod): NodePod {
  const { metadata, spec, status = {} } = pod;
  const { [NETWORKS]: networks, [NETWORK_STATUS]: networkStatus } = metadata.annotations ?? {};
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    nodeName: spec?.nodeName ?? '',
    isOver: ['Succeeded', 'Failed'].includes(status.phase ?? ''),
    isOfDaemonSet: (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'DaemonSet'),
    isDaemon: isDaemon(pod),
    isReady: isReady(status),
    ...(networks === undefined ? {} : { networks }),
    ...(networkStatus === undefined ? {} : { networkStatus }),
  };
}

/** What the release of an ENI has to know of; the other pods of a large cluster are not kept. */
function matters({ isDaemon: ofDaemon, networks, networkStatus }: NodePod): boolean {
  return ofDaemon || networks !== undefined || networkStatus !== undefined;
}

function member(value: unknown, name: string): JsonObject {
  const found = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(found) ? found : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toDefinition(item: unknown): NetworkDefinition {
  const metadata = member(item, 'metadata');
  return {
    namespace: text(metadata['namespace']),
    name: text(metadata['name']),
    config: text(member(item, 'spec')['config']),
  };
}

/** Reads pods and the networks of Multus (k8snetworkplumbingwg/multi-net-spec), page by page, at quorum. */
export function createPodReader(client: Pick<TypedClient, 'pods'>, transport: ApiTransport): PodReader {
  return {
    async list(nodeName, signal) {
      const ofNode = nodeName === undefined ? '' : `,spec.nodeName=${nodeName}`;
      const fieldSelector = `status.phase!=Succeeded,status.phase!=Failed${ofNode}`;
      const pods: NodePod[] = [];
      let continueToken: string | undefined;
      do {
        const page = await client.pods.list({
          fieldSelector,
          limit: PAGE_SIZE,
          signal,
          ...(continueToken === undefined ? {} : { continueToken }),
        });
        pods.push(...page.items.map((pod) => toNodePod(pod)).filter((pod) => matters(pod)));
        ({ continueToken } = page);
      } while (continueToken !== undefined);
      return pods;
    },

    async networkDefinitions(signal) {
      const definitions: NetworkDefinition[] = [];
      let from: string | undefined;
      try {
        do {
          const query = { limit: PAGE_SIZE, continue: from };
          const page = await transport.request({ method: 'GET', path: DEFINITIONS, query, signal });
          const items = isJsonObject(page) && Array.isArray(page['items']) ? page['items'] : [];
          definitions.push(...items.map((item: unknown) => toDefinition(item)));
          from = text(member(page, 'metadata')['continue']);
        } while (from !== '');
      } catch (error) {
        // Without the kind there is no Multus, and nobody can name a link.
        if (!isApiError(error, 'absent')) throw error;
      }
      return definitions;
    },
  };
}
