import type { ApiObject, ListOptions, ListPage, ListWatch, WatchEvent, WatchOptions } from './list-watch.ts';

/** An object with something in it. */
export interface Pod extends ApiObject {
  readonly size: number;
}

/** A pod of that name and version. */
export function pod(
  name: string,
  resourceVersion: string,
  options: { uid?: string; size?: number } = {},
): Pod {
  return { metadata: { name, uid: options.uid ?? `${name}-uid`, resourceVersion }, size: options.size ?? 1 };
}

/** A watch that a test feeds by hand. */
export class OpenWatch {
  readonly options: WatchOptions;
  readonly #events: WatchEvent<Pod>[] = [];
  #end: { error?: Error } | undefined;
  #wake: () => void = () => undefined;

  constructor(options: WatchOptions) {
    this.options = options;
    options.signal.addEventListener('abort', () => this.close(new Error('aborted')), { once: true });
  }

  send(...events: WatchEvent<Pod>[]): void {
    this.#events.push(...events);
    this.#wake();
  }

  close(error?: Error): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake();
  }

  async *events(): AsyncGenerator<WatchEvent<Pod>, void, undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** An API server as far as a reflector sees it, for tests. */
export class FakeCollection implements ListWatch<Pod> {
  readonly lists: ListOptions[] = [];
  readonly watches: OpenWatch[] = [];
  pods: Pod[] = [];
  resourceVersion = '100';
  acceptsWatches = true;
  readonly listFailures: Error[] = [];
  readonly watchFailures: Error[] = [];

  async list(options: ListOptions): Promise<ListPage<Pod>> {
    this.lists.push(options);
    const failure = this.listFailures.shift();
    if (failure !== undefined) throw failure;
    const start = Number(options.continueToken ?? 0);
    const end = start + options.limit;
    const page = { items: this.pods.slice(start, end), resourceVersion: this.resourceVersion };
    return end < this.pods.length ? { ...page, continueToken: String(end) } : page;
  }

  watch(options: WatchOptions): AsyncIterable<WatchEvent<Pod>> {
    const watch = new OpenWatch(options);
    this.watches.push(watch);
    const failure = this.watchFailures.shift();
    if (failure !== undefined) watch.close(failure);
    else if (this.acceptsWatches) options.onOpen?.();
    return watch.events();
  }

  get lastWatch(): OpenWatch {
    const last = this.watches.at(-1);
    if (last === undefined) throw new Error('nobody watches');
    return last;
  }
}
