import {
  type ApiObject,
  type ListPage,
  type ListWatch,
  ListWatchError,
  type WatchEvent,
} from '../../runtime/list-watch.ts';
import { isApiError } from './api-error.ts';
import type { ListQuery, WatchQuery } from './resource-client.ts';

/** The part of a typed client's resource that following it needs. */
export interface FollowedResource<T> {
  list(query: ListQuery): Promise<ListPage<T>>;
  watch(query: WatchQuery): AsyncIterable<WatchEvent<T>>;
}

function toListWatchError(error: unknown): ListWatchError {
  if (!isApiError(error)) return new ListWatchError('failed', 'cannot read the reply', { cause: error });
  const { kind, message, retryAfterMs } = error;
  const options = { cause: error, retryAfterMs };
  if (kind === 'expired') return new ListWatchError('gone', message, options);
  return new ListWatchError(kind === 'unauthorized' ? 'unauthorized' : 'failed', message, options);
}

/** A resource as the runtime's reflector wants it: the same selector in list and watch, errors told apart. */
export function createResourceListWatch<T extends ApiObject>(
  resource: FollowedResource<T>,
  selector: { readonly fieldSelector?: string; readonly labelSelector?: string } = {},
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
