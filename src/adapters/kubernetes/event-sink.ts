import { API_GROUP } from '../../../api/v1alpha1/names.ts';
import type { EventSink } from '../../operator/ports.ts';
import type { EventRecorder } from './event-recorder.ts';

const CORE_KINDS: ReadonlySet<string> = new Set(['Namespace', 'Node']);

/** Events about our kinds, namespaces and nodes; all are cluster-scoped, so they land in namespace `default`. */
export function createEventSink(recorder: EventRecorder): EventSink {
  return {
    record({ kind, name, uid, type, reason, message }) {
      recorder.record({
        subject: { apiVersion: CORE_KINDS.has(kind) ? 'v1' : `${API_GROUP}/v1alpha1`, kind, name, uid },
        type,
        reason,
        message,
      });
    },
  };
}
