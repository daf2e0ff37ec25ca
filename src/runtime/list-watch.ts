/** The part of a Kubernetes object that caching needs. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/** `name`, or `namespace/name`. */
export function keyOf({ metadata: { name, namespace } }: ApiObject): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Where a watch takes over; that of the last page counts. */
  readonly resourceVersion: string;
  /** Absent on the last page. */
  readonly continueToken?: string;
}

/** One event of a watch. */
export type WatchEvent<T> =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: T }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/**
 * Why a list or watch failed: `gone` = the resourceVersion or continue token is too old (HTTP 410), `unauthorized` =
 * the credentials were refused, `failed` = anything else.
 */
export type ListWatchFailure = 'gone' | 'unauthorized' | 'failed';

/** What {@link ListWatch} calls throw. */
export class ListWatchError extends Error {
  readonly failure: ListWatchFailure;
  /** The server asked to stay away so long. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: ListWatchFailure,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ListWatchError';
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What to list. */
export interface ListOptions {
  readonly limit: number;
  readonly continueToken?: string;
  readonly signal: AbortSignal;
}

/** What to watch. */
export interface WatchOptions {
  readonly resourceVersion: string;
  /** The server ends the watch after so long. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Called once when the server has accepted the watch. */
  readonly onOpen?: () => void;
}

/**
 * A collection that can be listed and watched. Both throw {@link ListWatchError}; both must end soon after their signal
 * aborts, by throwing or returning. Watches ask for bookmarks.
 */
export interface ListWatch<T> {
  list(options: ListOptions): Promise<ListPage<T>>;
  watch(options: WatchOptions): AsyncIterable<WatchEvent<T>>;
}
