import { type ApiObject, type ListWatch, ListWatchError } from '../../runtime/list-watch.ts';
import { isApiError } from './api-error.ts';
import type { ResourceClient } from './resource-client.ts';

/** What list and watch are narrowed to; both get the same, or the cache would lie. */
interface Selector {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

function toListWatchError(error: unknown): ListWatchError {
  if (!isApiError(error)) return new ListWatchError('failed', 'cannot read the reply', { cause: error });
  const { kind, message, retryAfterMs } = error;
  const options = { cause: error, retryAfterMs };
  if (kind === 'expired') return new ListWatchError('gone', message, options);
  return new ListWatchError(kind === 'unauthorized' ? 'unauthorized' : 'failed', message, options);
}

/** A resource of the typed client as the runtime wants it: pages, bookmarks, 410 and 401 told apart. */
export function createListWatch<T extends ApiObject>(
  resource: Pick<ResourceClient<T, object>, 'list' | 'watch'>,
  selector: Selector = {},
): ListWatch<T> {
  return {
    async list(options) {
      try {
        return await resource.list({ ...selector, ...options });
      } catch (error) {
        throw toListWatchError(error);
      }
    },
    async *watch(options) {
      try {
        yield* resource.watch({ ...selector, ...options });
      } catch (error) {
        throw toListWatchError(error);
      }
    },
  };
}
