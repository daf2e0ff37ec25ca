import type { PodEvictions } from '../../operator/pod-eviction-port.ts';
import { isApiError } from './api-error.ts';
import type { ApiTransport } from './api-transport.ts';

const TOO_MANY_REQUESTS = 429;

/** Evicts pods by their uid, so that a namesake elsewhere is left alone (Kubernetes documentation, "API-initiated Eviction"). */
export function createPodEvictions(transport: Pick<ApiTransport, 'request'>): PodEvictions {
  return {
    async evict({ namespace, name, uid }, signal) {
      try {
        await transport.request({
          method: 'POST',
          path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
          body: {
            apiVersion: 'policy/v1',
            kind: 'Eviction',
            metadata: { namespace, name },
            deleteOptions: { preconditions: { uid } },
          },
          signal,
        });
        return { kind: 'evicted' };
      } catch (error) {
        if (isApiError(error, 'absent') || isApiError(error, 'conflict')) return { kind: 'gone' };
        if (isApiError(error) && error.status === TOO_MANY_REQUESTS)
          return { kind: 'held', message: error.message };
        throw error;
      }
    },
  };
}
