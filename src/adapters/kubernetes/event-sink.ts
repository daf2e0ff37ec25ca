import { API_GROUP } from '../../../api/v1alpha1/names.ts';
import type { EventSink } from '../../operator/ports.ts';
import type { EventRecorder } from './event-recorder.ts';

/** Events about our kinds and namespaces; all are cluster-scoped, so they land in namespace `default`. */
export function createEventSink(recorder: EventRecorder): EventSink {
  return {
    record({ kind, name, uid, type, reason, message }) {
      recorder.record({
        subject: { apiVersion: kind === 'Namespace' ? 'v1' : `${API_GROUP}/v1alpha1`, kind, name, uid },
        type,
        reason,
        message,
      });
    },
  };
}
