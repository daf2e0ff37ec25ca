import { API_GROUP } from '../../api/v1alpha1/names.ts';
import type { AdmissionRequest } from '../../gen/admission/admission-review.ts';
import type { AdmissionView } from '../domain/admission/admission-view.ts';
import { type PlacedPod, podsInUseWarning } from '../domain/admission/pods-in-use.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { PodReader } from './ports.ts';
import { readNodeEni } from './reviewed-objects.ts';

/** What {@link createDeletionWarnings} needs. */
export interface DeletionWarningsDeps {
  readonly view: () => AdmissionView;
  readonly pods: PodReader;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A warning must not cost the deletion its time: the API server waits 5 s for the whole review. */
const LIMIT_MS = 1_500;
/** More nodes than that are not asked one by one. */
const MOST_NODES = 10;

/**
 * Warnings of the pods that use what a deletion takes away. They are read live, unlike everything that a verdict depends on;
 * where that fails or takes longer than 1.5 s there is no such warning. Never rejects.
 */
export function createDeletionWarnings(
  deps: DeletionWarningsDeps,
): (request: AdmissionRequest) => Promise<readonly string[]> {
  async function podsOn(nodeNames: readonly string[], signal: AbortSignal): Promise<readonly PlacedPod[]> {
    if (nodeNames.length > MOST_NODES) return deps.pods.list(undefined, signal);
    const lists = await Promise.all(nodeNames.map((nodeName) => deps.pods.list(nodeName, signal)));
    return lists.flat();
  }

  return async (request) => {
    const { group, resource } = request.resource;
    if (request.operation !== 'DELETE' || group !== API_GROUP || resource !== 'nodeenis') return [];
    const deleted = readNodeEni(request.oldObject);
    if (deleted.kind === 'unreadable') return [];
    const { name } = deleted.object;
    const limit = new AbortController();
    const timer = deps.clock.schedule(LIMIT_MS, () => limit.abort(new Error('took too long')));
    try {
      const attachments = deps
        .view()
        .attachments.filter(({ nodeEniName, link }) => nodeEniName === name && link !== undefined);
      if (attachments.length === 0) return [];
      const nodeNames = [...new Set(attachments.map(({ nodeName }) => nodeName))];
      const [pods, definitions] = await Promise.all([
        podsOn(nodeNames, limit.signal),
        deps.pods.networkDefinitions(limit.signal),
      ]);
      const warning = podsInUseWarning(attachments, pods, definitions);
      return warning === undefined ? [] : [warning];
    } catch (error) {
      deps.logger.warn({ name, uid: request.uid, err: error }, 'pods cannot be read for a warning');
      return [];
    } finally {
      timer.cancel();
    }
  };
}
