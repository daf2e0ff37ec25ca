import { FIELD_MANAGERS } from '../../../api/v1alpha1/names.ts';
import type { HostReports } from '../../daemon/ports.ts';
import { nodeHostAddresses } from '../../domain/host/node-host-addresses.ts';
import { parseProviderId } from '../../domain/node-selection.ts';
import { ApiError } from './api-error.ts';
import type { TypedClient } from './typed-client.ts';

/** The daemon's calls to the API server: its own Node, and its share of the status of attachments. */
export function createHostReports(
  client: Pick<TypedClient, 'nodeENIAttachments' | 'nodes'>,
  nodeName: string,
): HostReports {
  return {
    write({ metadata: { name, resourceVersion } }, status, signal) {
      return client.nodeENIAttachments.applyStatus(
        { metadata: { name, resourceVersion }, status },
        { fieldManager: FIELD_MANAGERS.daemon, force: true, signal },
      );
    },

    async readNode(signal) {
      const node = await client.nodes.get(nodeName, { signal });
      if (node === undefined) {
        const message = `Node ${nodeName} does not exist: --node-name has to be that of this machine`;
        throw new ApiError({ kind: 'absent', status: 404, reason: 'NotFound', message });
      }
      const instanceId = parseProviderId(node.spec?.providerID);
      const addresses = nodeHostAddresses(node.status?.addresses ?? []);
      return { addresses, ...(instanceId === undefined ? {} : { instanceId }) };
    },
  };
}
