import { FIELD_MANAGERS, NODE_CONDITION } from '../../../api/v1alpha1/names.ts';
import type { NodeWriter } from '../../operator/ports.ts';
import type { TypedClient } from './typed-client.ts';

/** Writes Nodes: our condition by server-side apply, the removal of a taint by a patch that is bound to the version read. */
export function createNodeWriter(client: Pick<TypedClient, 'nodes'>): NodeWriter {
  const fieldManager = FIELD_MANAGERS.node;
  return {
    async applyCondition(name, { writtenAt, ...condition }, signal) {
      const conditions = [{ type: NODE_CONDITION, ...condition, lastHeartbeatTime: writtenAt }];
      await client.nodes.applyStatus(
        { metadata: { name }, status: { conditions } },
        { fieldManager, force: true, signal },
      );
    },

    // What a manager of server-side apply leaves out, and nobody else owns, is removed.
    async withdrawCondition(name, signal) {
      await client.nodes.applyStatus(
        { metadata: { name }, status: { conditions: [] } },
        { fieldManager, force: true, signal },
      );
    },

    async removeTaint({ name, uid }, key, signal) {
      const node = await client.nodes.get(name, { signal });
      const taints = node?.spec?.taints ?? [];
      const left = taints.filter((taint) => taint.key !== key);
      if (node?.metadata.uid !== uid || left.length === taints.length) return;
      const { resourceVersion } = node.metadata;
      const body = { metadata: { uid, resourceVersion }, spec: { taints: left } };
      await client.nodes.patch(name, { type: 'merge', body }, { fieldManager, signal });
    },
  };
}
