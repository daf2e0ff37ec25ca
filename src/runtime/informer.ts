import type { Clock } from './clock.ts';
import { type ApiObject, keyOf, type ListWatch, type WatchEvent } from './list-watch.ts';
import type { Logger } from './logger.ts';
import {
  type Indexers,
  type ObjectCache,
  ObjectStore,
  type StoreChange,
  type StoreEntry,
} from './object-store.ts';
import type { Random } from './random.ts';
import { Reflector, type ReflectorMetrics } from './reflector.ts';
import type { Runnable } from './runnable.ts';

/** What a handler hears of: a change of the cache, or (`resynced`) that an unchanged object is due for a look. */
export type InformerEvent<T> =
  StoreChange<T> | { readonly type: 'resynced'; readonly key: string; readonly object: T };

/** Where an informer reports to. */
interface InformerMetrics extends ReflectorMetrics {
  handlerFailed(): void;
  /** An object could not be transformed; the cache keeps what it had under that key. */
  transformFailed(): void;
}

/** What {@link createInformer} needs. `T` is the API object, `S` what is kept of it. */
export interface InformerOptions<T extends ApiObject, S, IndexName extends string> {
  readonly name: string;
  readonly listWatch: ListWatch<T>;
  /** What to keep of an object: less is less memory. */
  readonly transform: (object: T) => S;
  /** Must not throw. */
  readonly indexers: Indexers<S, IndexName>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: InformerMetrics;
  /** Tells handlers of every object so often, from the cache, without a list; default: never. */
  readonly resyncPeriodMs?: number;
  /** See `ReflectorOptions`. */
  readonly idleTimeoutMs?: number;
  readonly pageSize?: number;
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** A cache that follows a collection, and tells of its changes. */
export interface Informer<S, IndexName extends string = never> extends Runnable {
  readonly cache: ObjectCache<S, IndexName>;
  /** True once a whole list is in the cache; stays true. */
  readonly hasSynced: boolean;
  /** Milliseconds since the server last sent anything or accepted a watch. */
  readonly lastProgressAgeMs: number;
  /**
   * Calls `handler` for every event, after the cache has it. What it throws is logged and counted. Handlers come
   * before `start`, so that none misses the first list.
   *
   * @throws Error when the informer has been started.
   */
  addHandler(handler: (event: InformerEvent<S>) => void): void;
  /** Resolves once a whole list is in the cache and handlers know. */
  ready(): Promise<void>;
}

/** Creates an informer; it does nothing before `start`. */
export function createInformer<T extends ApiObject, S, IndexName extends string = never>(
  options: InformerOptions<T, S, IndexName>,
): Informer<S, IndexName> {
  const { name, clock, metrics } = options;
  const logger = options.logger.child({ informer: name });
  const store = new ObjectStore<S, IndexName>(options.indexers);
  const handlers: ((event: InformerEvent<S>) => void)[] = [];
  const synced = Promise.withResolvers<void>();
  let hasSynced = false;
  let isStarted = false;

  function notify(event: InformerEvent<S>): void {
    for (const handler of handlers) {
      try {
        handler(event);
      } catch (error) {
        metrics?.handlerFailed();
        logger.error({ key: event.key, event: event.type, err: error }, 'informer handler failed');
      }
    }
  }

  function toEntry(object: T): StoreEntry<S> | undefined {
    const { uid, resourceVersion } = object.metadata;
    const key = keyOf(object);
    try {
      return { key, uid, resourceVersion, object: options.transform(object) };
    } catch (error) {
      metrics?.transformFailed();
      logger.error({ key, uid, err: error }, 'cannot read object, keeping its last state');
      return undefined;
    }
  }

  function replace(objects: readonly T[]): void {
    const entries: StoreEntry<S>[] = [];
    const unreadable = new Set<string>();
    for (const object of objects) {
      const entry = toEntry(object);
      if (entry === undefined) unreadable.add(keyOf(object));
      else entries.push(entry);
    }
    for (const change of store.replace(entries, unreadable)) notify(change);
    hasSynced = true;
    synced.resolve();
  }

  function apply({ type, object }: Extract<WatchEvent<T>, { object: T }>): void {
    if (type === 'deleted') {
      for (const change of store.remove(keyOf(object), object.metadata.uid)) notify(change);
      return;
    }
    const entry = toEntry(object);
    if (entry === undefined) return;
    for (const change of store.put(entry)) notify(change);
  }

  function resyncEvery(periodMs: number, signal: AbortSignal): void {
    const resync = (): void => {
      for (const key of store.keys()) {
        const object = store.get(key);
        if (object !== undefined) notify({ type: 'resynced', key, object });
      }
      task = clock.schedule(periodMs, resync);
    };
    let task = clock.schedule(periodMs, resync);
    signal.addEventListener('abort', () => task.cancel(), { once: true });
  }

  const reflector = new Reflector<T>({ ...options, logger, sink: { replace, apply } });

  return {
    name,
    cache: store,
    get hasSynced() {
      return hasSynced;
    },
    get lastProgressAgeMs() {
      return reflector.lastProgressAgeMs;
    },
    addHandler(handler) {
      if (isStarted) throw new Error(`informer ${name} is running, add handlers before start`);
      handlers.push(handler);
    },
    async start(signal) {
      isStarted = true;
      const { resyncPeriodMs } = options;
      if (resyncPeriodMs !== undefined && !signal.aborted) resyncEvery(resyncPeriodMs, signal);
      await reflector.run(signal);
    },
    ready: () => synced.promise,
  };
}
