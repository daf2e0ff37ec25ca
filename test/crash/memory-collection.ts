import type { Clock } from '../../src/runtime/clock.ts';
import { delay } from '../../src/runtime/delay.ts';
import type { ApiObject, ListPage, ListWatch, WatchEvent } from '../../src/runtime/list-watch.ts';

interface LoggedEvent<T> {
  readonly atMs: number;
  readonly version: number;
  readonly event: Extract<WatchEvent<T>, { object: T }>;
}

/** How one process sees a collection. */
export interface CollectionView {
  readonly clock: Clock;
  /** How late the next event of a watch is, milliseconds. */
  readonly lagMs: () => number;
}

/** The API server sends a bookmark about every minute. */
const BOOKMARK_MS = 60_000;

/** A kind as the API server stores it: every change gets a resourceVersion and goes to all watches, in order. */
export class MemoryCollection<T extends ApiObject> {
  readonly #objects = new Map<string, T>();
  readonly #log: LoggedEvent<T>[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #nextVersion: () => number;
  readonly #nowMs: () => number;

  constructor(options: { readonly nextVersion: () => number; readonly nowMs: () => number }) {
    this.#nextVersion = options.nextVersion;
    this.#nowMs = options.nowMs;
  }

  get(name: string): T | undefined {
    return this.#objects.get(name);
  }

  all(): T[] {
    return [...this.#objects.values()];
  }

  /** Every version that was ever stored, in order. */
  history(): T[] {
    return this.#log.map(({ event }) => event.object);
  }

  /** Stores an object under a new resourceVersion. */
  put(object: T): T {
    const isNew = !this.#objects.has(object.metadata.name);
    const stored = this.#stamp(object);
    this.#objects.set(stored.metadata.name, stored);
    this.#tell(isNew ? 'added' : 'modified', stored);
    return stored;
  }

  remove(name: string): void {
    const stored = this.#objects.get(name);
    if (stored === undefined) return;
    this.#objects.delete(name);
    this.#tell('deleted', this.#stamp(stored));
  }

  /** What an informer of one process reads from. */
  listWatch(view: CollectionView): ListWatch<T> {
    return {
      list: async (): Promise<ListPage<T>> => {
        await delay(view.clock, view.lagMs());
        return { items: this.all(), resourceVersion: String(this.#nextVersion()) };
      },
      watch: ({ resourceVersion, signal, onOpen }) => {
        onOpen?.();
        return this.#watch(Number(resourceVersion), view, signal);
      },
    };
  }

  async *#watch(from: number, view: CollectionView, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    let next = this.#log.findIndex(({ version }) => version > from);
    if (next === -1) next = this.#log.length;
    let arrivedAtMs = 0;
    let version = from;
    while (!signal.aborted) {
      const logged = this.#log[next];
      if (logged === undefined) {
        const isNews = await this.#news(view.clock, signal);
        if (!isNews && !signal.aborted) yield { type: 'bookmark', resourceVersion: String(version) };
        continue;
      }
      arrivedAtMs = Math.max(arrivedAtMs, logged.atMs + view.lagMs());
      await delay(view.clock, arrivedAtMs - this.#nowMs(), signal);
      if (signal.aborted) return;
      yield logged.event;
      next += 1;
      ({ version } = logged);
    }
  }

  /** Waits for the next event; false when a bookmark is due first. */
  async #news(clock: Clock, signal: AbortSignal): Promise<boolean> {
    const news = Promise.withResolvers<boolean>();
    const onNews = (): void => news.resolve(true);
    const onAbort = (): void => news.resolve(false);
    const timer = clock.schedule(BOOKMARK_MS, onAbort);
    this.#waiting.add(onNews);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await news.promise;
    } finally {
      timer.cancel();
      this.#waiting.delete(onNews);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #stamp(object: T): T {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#nextVersion()) } };
  }

  #tell(type: 'added' | 'modified' | 'deleted', object: T): void {
    const version = Number(object.metadata.resourceVersion);
    this.#log.push({ atMs: this.#nowMs(), version, event: { type, object } });
    for (const wake of this.#waiting) wake();
  }
}
