import type { ApiObject, ListPage, WatchEvent } from '../../runtime/list-watch.ts';
import { ApiError } from './api-error.ts';
import { isJsonObject } from './json-object.ts';

/** Tells whether a reply is an object of one kind. */
export type StoredGuard<Stored extends ApiObject> = (value: unknown) => value is Stored;

/** A reply to read, with the call that brought it for error messages. */
export interface UnparsedReply<Stored extends ApiObject> {
  readonly method: string;
  readonly path: string;
  readonly reply: unknown;
  readonly isKind: StoredGuard<Stored>;
  /** The API server gives a new object no resourceVersion then: it reads as empty. */
  readonly isDryRun?: boolean;
}

/**
 * The parse boundary for objects from the API server. It has validated them against the very schemas that
 * the types are generated from; checked here is what every caller relies on at once: the kind (list items of
 * core kinds carry none) and metadata.name, uid and resourceVersion.
 */
export function isStoredAs(kind: string, value: unknown): boolean {
  if (!isJsonObject(value) || !isJsonObject(value['metadata'])) return false;
  const { name, uid, resourceVersion } = value['metadata'];
  return (
    (value['kind'] === undefined || value['kind'] === kind) &&
    isText(name) &&
    isText(uid) &&
    typeof resourceVersion === 'string'
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function completeDryRun(reply: unknown): unknown {
  if (!isJsonObject(reply) || !isJsonObject(reply['metadata'])) return reply;
  return { ...reply, metadata: { resourceVersion: '', ...reply['metadata'] } };
}

/** @throws ApiError `transient` when the reply is not an object of the kind. */
export function parseStored<Stored extends ApiObject>(unparsed: UnparsedReply<Stored>): Stored {
  const { isKind, isDryRun = false } = unparsed;
  const reply = isDryRun ? completeDryRun(unparsed.reply) : unparsed.reply;
  // A watch from an empty version begins anywhere, and a patch with one is bound to none.
  if (isKind(reply) && (isDryRun || reply.metadata.resourceVersion !== '')) return reply;
  throw malformed(unparsed, 'no object of the kind with metadata.name, uid and resourceVersion');
}

/** @throws ApiError `transient` when the reply is not a list of objects of the kind. */
export function parseList<Stored extends ApiObject>(unparsed: UnparsedReply<Stored>): ListPage<Stored> {
  const list = isJsonObject(unparsed.reply) ? unparsed.reply : {};
  const metadata = isJsonObject(list['metadata']) ? list['metadata'] : {};
  const { resourceVersion, continue: continueToken } = metadata;
  // Go writes an empty list as null in places.
  const items = list['items'] ?? [];
  if (!Array.isArray(items) || !isText(resourceVersion)) throw malformed(unparsed, 'no list');
  const page = {
    items: items.map((item: unknown) => parseStored({ ...unparsed, reply: item })),
    resourceVersion,
  };
  return isText(continueToken) ? { ...page, continueToken } : page;
}

/** @throws ApiError `transient` when the reply is not a watch event with an object of the kind. */
export function parseEvent<Stored extends ApiObject>(unparsed: UnparsedReply<Stored>): WatchEvent<Stored> {
  if (!isJsonObject(unparsed.reply)) throw malformed(unparsed, 'no watch event');
  const { type, object } = unparsed.reply;
  switch (type) {
    case 'ADDED':
      return { type: 'added', object: parseStored({ ...unparsed, reply: object }) };
    case 'MODIFIED':
      return { type: 'modified', object: parseStored({ ...unparsed, reply: object }) };
    case 'DELETED':
      return { type: 'deleted', object: parseStored({ ...unparsed, reply: object }) };
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion: bookmarkedVersion({ ...unparsed, reply: object }) };
    default:
      throw malformed(unparsed, `a watch event of unknown type ${JSON.stringify(type)}`);
  }
}

function bookmarkedVersion<Stored extends ApiObject>(unparsed: UnparsedReply<Stored>): string {
  const metadata = isJsonObject(unparsed.reply) ? unparsed.reply['metadata'] : undefined;
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  if (isText(version)) return version;
  throw malformed(unparsed, 'a bookmark without metadata.resourceVersion');
}

function malformed({ method, path }: { method: string; path: string }, problem: string): ApiError {
  const message = `${method} ${path}: the reply is ${problem}`;
  return new ApiError({ kind: 'transient', status: 200, reason: 'MalformedReply', message });
}
