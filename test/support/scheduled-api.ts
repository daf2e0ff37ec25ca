import type { Scheduler } from 'fast-check';
import type { Clock } from '../../src/runtime/clock.ts';
import type { FedInformer } from './fed-informer.ts';

/** Waits so long are rechecks and time limits, on which no winner may depend: they never end. */
const LONG_MS = 30_000;

/** An object of the API server. */
export interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly finalizers?: string[];
    readonly deletionTimestamp?: string;
  };
}

/** The refusal of a write that came too late. */
export function conflict(name: string): Error {
  return Object.assign(new Error(`${name} has changed`), { kind: 'conflict' });
}

/** RFC 3339 in whole seconds, as the API server writes it. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Objects of one kind on the API server, and the watches that follow them. */
export class ScheduledCollection<T extends Stored> {
  readonly #objects = new Map<string, T>();
  readonly #log: { readonly type: 'put' | 'removed'; readonly object: T }[] = [];
  readonly #watches: (() => void)[] = [];
  readonly #nextVersion: () => string;

  constructor(nextVersion: () => string) {
    this.#nextVersion = nextVersion;
  }

  all(): T[] {
    return [...this.#objects.values()];
  }

  get(name: string): T | undefined {
    return this.#objects.get(name);
  }

  put(object: T): T {
    const resourceVersion = this.#nextVersion();
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion } };
    this.#objects.set(stored.metadata.name, stored);
    this.#tell({ type: 'put', object: stored });
    return stored;
  }

  /** What a change of finalizers or a deletion leaves: nothing, once it is deleted and no finalizer holds it. */
  putOrRemove(object: T): void {
    const { deletionTimestamp, finalizers = [], name } = object.metadata;
    if (deletionTimestamp === undefined || finalizers.length > 0) {
      this.put(object);
      return;
    }
    this.#objects.delete(name);
    this.#tell({ type: 'removed', object });
  }

  /** Feeds an informer with every event, in order, each as late as the scheduler likes. */
  watch(scheduler: Scheduler, { store, tell }: Pick<FedInformer<T, never>, 'store' | 'tell'>): void {
    let next = 0;
    let isDelivering = false;
    const deliver = async (): Promise<void> => {
      if (isDelivering) return;
      isDelivering = true;
      for (let event = this.#log[next]; event !== undefined; event = this.#log[next]) {
        next += 1;
        await scheduler.schedule(Promise.resolve(), 'watch event');
        const { object } = event;
        const { name: key, uid, resourceVersion } = object.metadata;
        tell(
          event.type === 'put' ? store.put({ key, uid, resourceVersion, object }) : store.remove(key, uid),
        );
      }
      isDelivering = false;
    };
    const wake = (): void => void deliver();
    this.#watches.push(wake);
    wake();
  }

  #tell(event: { readonly type: 'put' | 'removed'; readonly object: T }): void {
    this.#log.push(event);
    for (const watch of this.#watches) watch();
  }
}

/** What takes a request to its effect, and the reply back, each as late as the scheduler likes. */
export type ScheduledCall = <R>(label: string, act: () => R) => Promise<R>;

/** Makes calls of which nobody knows when they arrive. */
export function scheduledCall(scheduler: Scheduler): ScheduledCall {
  return async <R>(label: string, act: () => R): Promise<R> => {
    await scheduler.schedule(Promise.resolve(), `request ${label}`);
    let failure: unknown;
    let result: R | undefined;
    try {
      result = act();
    } catch (error) {
      failure = error;
    }
    await scheduler.schedule(Promise.resolve(), `reply ${label}`);
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error('no error');
    // What `act` returned; undefined belongs to R where it did.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return result as R;
  };
}

/** A clock whose timers end in any order, and whose time is what has been waited for. */
export function scheduledClock(scheduler: Scheduler): Clock {
  let elapsedMs = 0;
  return {
    now: () => 1_000_000,
    monotonicMs: () => elapsedMs,
    schedule: (delayMs, callback) => {
      const dueMs = elapsedMs + delayMs;
      let isCancelled = delayMs >= LONG_MS;
      const wait = async (): Promise<void> => {
        await scheduler.schedule(Promise.resolve(), 'timer');
        if (isCancelled) return;
        elapsedMs = Math.max(elapsedMs, dueMs);
        callback();
      };
      if (!isCancelled) void wait();
      return { cancel: () => void (isCancelled = true) };
    },
  };
}
