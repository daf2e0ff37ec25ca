import { FIELD_MANAGERS, FINALIZER } from '../../../api/v1alpha1/names.ts';
import type { NodeEniWriter } from '../../operator/ports.ts';
import type { TypedClient } from './typed-client.ts';

/** Writes NodeENIs: finalizers by a patch that is bound to the version read, status by server-side apply. */
export function createNodeEniWriter(client: TypedClient): NodeEniWriter {
  const fieldManager = FIELD_MANAGERS.intent;
  return {
    async setFinalizer(nodeEni, isPresent, signal) {
      const { name, uid, resourceVersion, finalizers = [] } = nodeEni.metadata;
      const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
      const body = {
        metadata: { uid, resourceVersion, finalizers: isPresent ? [...others, FINALIZER] : others },
      };
      await client.nodeENIs.patch(name, { type: 'merge', body }, { fieldManager, signal });
    },

    async applyStatus(nodeEni, status, signal) {
      const { name, resourceVersion } = nodeEni.metadata;
      await client.nodeENIs.applyStatus(
        { metadata: { name, resourceVersion }, status },
        { fieldManager, force: true, signal },
      );
    },
  };
}
