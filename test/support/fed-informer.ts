import type { Informer, InformerEvent } from '../../src/runtime/informer.ts';
import { type Indexers, ObjectStore } from '../../src/runtime/object-store.ts';

/** An informer that a test feeds. */
export interface FedInformer<T, IndexName extends string> {
  readonly informer: Informer<T, IndexName>;
  readonly store: ObjectStore<T, IndexName>;
  readonly tell: (events: readonly InformerEvent<T>[]) => void;
}

/** Makes an informer that has synced, and that nobody but the test feeds. */
export function fedInformer<T, IndexName extends string>(
  name: string,
  indexers: Indexers<T, IndexName>,
): FedInformer<T, IndexName> {
  const store = new ObjectStore<T, IndexName>(indexers);
  const handlers: ((event: InformerEvent<T>) => void)[] = [];
  return {
    store,
    tell: (events) => events.forEach((event) => handlers.forEach((handler) => handler(event))),
    informer: {
      name,
      cache: store,
      hasSynced: true,
      lastProgressAgeMs: 0,
      addHandler: (handler) => void handlers.push(handler),
      ready: () => Promise.resolve(),
      start: () => Promise.resolve(),
    },
  };
}
