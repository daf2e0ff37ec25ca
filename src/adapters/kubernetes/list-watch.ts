import {
  type ApiObject,
  type ListOptions,
  type ListPage,
  type ListWatch,
  ListWatchError,
  type WatchEvent,
  type WatchOptions,
} from '../../runtime/list-watch.ts';
import { isApiError } from './api-error.ts';
import type { ApiQuery, ApiTransport } from './api-transport.ts';
import { isJsonObject } from './json-object.ts';

/** Which collection to follow. */
export interface ListWatchOptions<T extends ApiObject> {
  readonly transport: ApiTransport;
  /** `/api/v1/nodes`, `/apis/networking.k8s.aws/v1alpha1/nodeenis`. */
  readonly path: string;
  /** Both selectors go into the list and the watch, or the cache would lie. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Reads an object of the API server; throws when it is not a `T`. */
  readonly decode: (object: ApiObject) => T;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isApiObject(value: unknown): value is ApiObject {
  if (!isJsonObject(value) || !isJsonObject(value['metadata'])) return false;
  const { name, uid, resourceVersion } = value['metadata'];
  return isText(name) && isText(uid) && isText(resourceVersion);
}

function listMetadata(list: unknown): { resourceVersion: string; continueToken: string | undefined } {
  const metadata = isJsonObject(list) ? list['metadata'] : undefined;
  if (!isJsonObject(metadata) || !isText(metadata['resourceVersion'])) {
    throw new ListWatchError('failed', 'list without metadata.resourceVersion');
  }
  const token = metadata['continue'];
  return { resourceVersion: metadata['resourceVersion'], continueToken: isText(token) ? token : undefined };
}

function toListWatchError(error: unknown): ListWatchError {
  if (error instanceof ListWatchError) return error;
  if (!isApiError(error)) return new ListWatchError('failed', 'cannot read the reply', { cause: error });
  const { message, retryAfterMs } = error;
  if (error.kind === 'expired') return new ListWatchError('gone', message, { cause: error, retryAfterMs });
  const failure = error.kind === 'unauthorized' ? 'unauthorized' : 'failed';
  return new ListWatchError(failure, message, { cause: error, retryAfterMs });
}

/** A collection of the API server as the runtime wants it: pages, bookmarks, 410 told apart. */
export function createListWatch<T extends ApiObject>(options: ListWatchOptions<T>): ListWatch<T> {
  const { transport, path } = options;
  const selectors: ApiQuery = {
    fieldSelector: options.fieldSelector,
    labelSelector: options.labelSelector,
  };

  function decode(value: unknown): T {
    if (!isApiObject(value)) {
      throw new ListWatchError('failed', `${path}: object without metadata.name, uid or resourceVersion`);
    }
    return options.decode(value);
  }

  function toWatchEvent(event: unknown): WatchEvent<T> {
    if (!isJsonObject(event)) throw new ListWatchError('failed', `${path}: watch event is not an object`);
    switch (event['type']) {
      case 'ADDED':
        return { type: 'added', object: decode(event['object']) };
      case 'MODIFIED':
        return { type: 'modified', object: decode(event['object']) };
      case 'DELETED':
        return { type: 'deleted', object: decode(event['object']) };
      case 'BOOKMARK':
        return { type: 'bookmark', resourceVersion: listMetadata(event['object']).resourceVersion };
      default:
        throw new ListWatchError('failed', `${path}: watch event of unknown type ${String(event['type'])}`);
    }
  }

  async function list({ limit, continueToken, signal }: ListOptions): Promise<ListPage<T>> {
    try {
      const reply = await transport.request({
        method: 'GET',
        path,
        query: { ...selectors, limit, continue: continueToken },
        signal,
      });
      const { resourceVersion, continueToken: next } = listMetadata(reply);
      const items: unknown = isJsonObject(reply) ? (reply['items'] ?? []) : undefined;
      if (!Array.isArray(items)) throw new ListWatchError('failed', `${path}: list without items`);
      return {
        items: items.map((item: unknown) => decode(item)),
        resourceVersion,
        ...(next === undefined ? {} : { continueToken: next }),
      };
    } catch (error) {
      throw toListWatchError(error);
    }
  }

  async function* watch(watched: WatchOptions): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { resourceVersion, timeoutSeconds, signal, onOpen } = watched;
    const query = { ...selectors, watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
    try {
      for await (const event of transport.watch({ path, query, signal, ...(onOpen && { onOpen }) }))
        yield toWatchEvent(event);
    } catch (error) {
      throw toListWatchError(error);
    }
  }

  return { list, watch };
}
