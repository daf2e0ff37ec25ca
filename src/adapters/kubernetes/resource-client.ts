import type { ResourceOperations } from '../../../gen/kubernetes/operations.ts';
import type { paths } from '../../../gen/kubernetes/openapi.ts';
import type { NodeENIManifest } from '../../../gen/v1alpha1/nodeeni-manifest.ts';
import type { ApiObject, ListPage, WatchEvent } from '../../runtime/list-watch.ts';
import { isApiError } from './api-error.ts';
import type { ApiRequest, ApiTransport } from './api-transport.ts';
import type { JsonObject } from './json-object.ts';
import { parseEvent, parseList, parseStored, type StoredGuard } from './stored-object.ts';

type ListPath = paths['/apis/networking.k8s.aws/v1alpha1/nodeenis'];
type ObjectPath = paths['/apis/networking.k8s.aws/v1alpha1/nodeenis/{name}'];
type PublishedQuery<Operation extends { parameters: { query?: unknown } }> = NonNullable<
  Operation['parameters']['query']
>;
/** The query parameters that the API server publishes for an operation; undefined ones are not sent. */
type Query<Operation extends { parameters: { query?: unknown } }> = {
  readonly [Name in keyof PublishedQuery<Operation>]?: PublishedQuery<Operation>[Name] | undefined;
};

/** Limits of one call. */
interface CallOptions {
  readonly signal?: AbortSignal;
  /** Limit of each attempt. */
  readonly timeoutMs?: number;
}

/** What to list. Without `resourceVersion` it is a quorum read. */
interface ListQuery extends CallOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  /** From the page before. */
  readonly continueToken?: string;
  readonly resourceVersion?: string;
}

/** What to watch; bookmarks are always asked for. */
interface WatchQuery {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  /** The server ends the watch after so long. */
  readonly timeoutSeconds?: number;
  readonly signal: AbortSignal;
  /** Called once when the server has accepted the watch. */
  readonly onOpen?: () => void;
}

/** How to write. */
interface WriteOptions extends CallOptions {
  /** Everything is checked, nothing is stored; the resourceVersion of a new object comes back empty. */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

/** How to server-side apply. */
interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers instead of failing with a `conflict`. */
  readonly force?: boolean;
}

/** What to delete, and how. A precondition that does not hold is a `conflict`. */
interface DeleteQuery extends CallOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

/** One step of a JSON Patch (RFC 6902). */
type JsonPatchStep =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** A patch with its kind; put metadata.resourceVersion into a merge patch (or a test step) that replaces a list. */
type Patch =
  | { readonly type: 'merge'; readonly body: JsonObject }
  | { readonly type: 'json'; readonly body: readonly JsonPatchStep[] };

/** metadata as it is written. */
export type WrittenMetadata = NodeENIManifest['metadata'] & { readonly name: string };

/** A new object; the client fills in apiVersion and kind. */
export type NewObject<Manifest> = Omit<Manifest, 'apiVersion' | 'kind' | 'metadata' | 'status'> & {
  readonly metadata: WrittenMetadata;
};

/** The fields of an object that one field manager wants; what it leaves out it gives up. */
type AppliedObject<Manifest> = Partial<NewObject<Manifest>> & { readonly metadata: WrittenMetadata };

/** The part of a status that one field manager wants. */
interface AppliedStatus<Manifest extends { status?: unknown }> {
  /**
   * A resourceVersion makes it a `conflict` when the object changed or was re-created since. The API server does not
   * look at a uid here: without a resourceVersion the status may land on a new object of the same name.
   */
  readonly metadata: Pick<WrittenMetadata, 'name' | 'resourceVersion'>;
  readonly status: NonNullable<Manifest['status']>;
}

/** The calls for one kind. All throw {@link ApiError}. */
export interface ResourceClient<Stored extends ApiObject, Manifest extends { status?: unknown }> {
  list(query?: ListQuery): Promise<ListPage<Stored>>;
  /** A quorum read; undefined when absent. */
  get(name: string, options?: CallOptions): Promise<Stored | undefined>;
  watch(query: WatchQuery): AsyncIterable<WatchEvent<Stored>>;
  create(object: NewObject<Manifest>, options?: WriteOptions): Promise<Stored>;
  /** Replaces an object that was read before; `conflict` when it changed since. */
  update(object: Stored, options?: WriteOptions): Promise<Stored>;
  patch(name: string, patch: Patch, options?: WriteOptions): Promise<Stored>;
  /**
   * Server-side apply; creates the object when it is absent. With metadata.uid it never does (`conflict`), and an
   * object of another uid is `rejected`.
   */
  apply(object: AppliedObject<Manifest>, options: ApplyOptions): Promise<Stored>;
  /** Server-side apply of the status subresource; `absent` when there is no object. */
  applyStatus(object: AppliedStatus<Manifest>, options: ApplyOptions): Promise<Stored>;
  /** False when it was absent already. True says that deletion has begun: finalizers may still hold the object. */
  delete(name: string, query?: DeleteQuery): Promise<boolean>;
}

/** Where one kind is served; namespaced kinds are addressed in one namespace. */
export type ResourceAddress = ResourceOperations & { readonly namespace?: string };

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Builds the calls for one kind; `isKind` reads the replies. */
export function createResourceClient<Stored extends ApiObject, Manifest extends { status?: unknown }>(
  transport: ApiTransport,
  resource: ResourceAddress,
  isKind: StoredGuard<Stored>,
): ResourceClient<Stored, Manifest> {
  const { apiVersion, kind } = resource;
  const collection = collectionPath(resource);
  const pathOf = (name: string): string => `${collection}/${encodeURIComponent(name)}`;

  async function read(request: ApiRequest): Promise<Stored> {
    return parseStored({ ...request, reply: await transport.request(request), isKind });
  }

  async function write(request: ApiRequest, options: WriteOptions = {}): Promise<Stored> {
    const query = { ...writeQuery(options), ...request.query };
    const reply = await transport.request({ ...request, query, ...limits(options) });
    return parseStored({ ...request, reply, isKind, isDryRun: options.dryRun === true });
  }

  function applyTo(path: string, object: object, options: ApplyOptions): Promise<Stored> {
    const query: Query<ObjectPath['patch']> = { force: options.force };
    const body = { ...object, apiVersion, kind };
    return write({ method: 'PATCH', path, contentType: patchTypes.apply, body, query }, options);
  }

  return {
    async list(options = {}) {
      const request = { method: 'GET', path: collection, query: listQuery(options) } as const;
      const reply = await transport.request({ ...request, ...limits(options) });
      return parseList({ ...request, reply, isKind });
    },
    get: (name, options = {}) =>
      absentAs(undefined, read({ method: 'GET', path: pathOf(name), ...limits(options) })),
    async *watch(options) {
      const { signal, onOpen } = options;
      const events = transport.watch({
        path: collection,
        query: watchQuery(options),
        signal,
        ...(onOpen === undefined ? {} : { onOpen }),
      });
      for await (const event of events)
        yield parseEvent({ method: 'WATCH', path: collection, reply: event, isKind });
    },
    create: (object, options) =>
      write({ method: 'POST', path: collection, body: { ...object, apiVersion, kind } }, options),
    update: (object, options) => {
      const path = pathOf(object.metadata.name);
      return write({ method: 'PUT', path, body: { ...object, apiVersion, kind } }, options);
    },
    patch: (name, { type, body }, options) =>
      write({ method: 'PATCH', path: pathOf(name), contentType: patchTypes[type], body }, options),
    apply: (object, options) => applyTo(pathOf(object.metadata.name), object, options),
    applyStatus: (object, options) => applyTo(`${pathOf(object.metadata.name)}/status`, object, options),
    delete: (name, options = {}) => {
      const request = { method: 'DELETE', path: pathOf(name), body: deleteOptions(options) } as const;
      return absentAs(
        false,
        transport.request({ ...request, ...limits(options) }).then(() => true),
      );
    },
  };
}

function collectionPath({ group, version, plural, namespace }: ResourceAddress): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

function limits({ signal, timeoutMs }: CallOptions): CallOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function listQuery(options: ListQuery): Query<ListPath['get']> {
  const { labelSelector, fieldSelector, limit, resourceVersion, continueToken } = options;
  return { labelSelector, fieldSelector, limit, resourceVersion, continue: continueToken };
}

function watchQuery(options: WatchQuery): Query<ListPath['get']> {
  const { labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options;
  return {
    watch: true,
    allowWatchBookmarks: true,
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds,
  };
}

function writeQuery({ dryRun, fieldManager }: WriteOptions): Query<ListPath['post']> {
  return { dryRun: dryRun === true ? 'All' : undefined, fieldManager, fieldValidation: 'Strict' };
}

function deleteOptions(options: DeleteQuery): JsonObject {
  const { preconditions, propagationPolicy, gracePeriodSeconds, dryRun } = options;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    preconditions,
    propagationPolicy,
    gracePeriodSeconds,
    dryRun: dryRun === true ? ['All'] : undefined,
  };
}

async function absentAs<Result, Absent>(absent: Absent, call: Promise<Result>): Promise<Result | Absent> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error, 'absent')) return absent;
    throw error;
  }
}
