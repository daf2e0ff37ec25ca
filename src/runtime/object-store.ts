/** An object in a store, with the identity of what it was made of. */
export interface StoreEntry<T> {
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly object: T;
}

/** What happened to one key. */
export type StoreChange<T> =
  | { readonly type: 'added'; readonly key: string; readonly object: T }
  | { readonly type: 'updated'; readonly key: string; readonly old: T; readonly object: T }
  | {
      readonly type: 'deleted';
      readonly key: string;
      /** The last state known. */
      readonly old: T;
      /** True when the deletion itself was missed and `old` may be out of date. */
      readonly isTombstone: boolean;
    };

/** How objects are found by something else than their key: the values under which each is filed. */
export type Indexers<T, IndexName extends string> = Readonly<
  Record<IndexName, (object: T) => readonly string[]>
>;

/** The reading half of an {@link ObjectStore}. */
export interface ObjectCache<T, IndexName extends string = never> {
  readonly size: number;
  get(key: string): T | undefined;
  list(): T[];
  keys(): string[];
  /** Objects filed under `value`, in no particular order. */
  byIndex(index: IndexName, value: string): T[];
}

/**
 * Objects by key, with secondary indexes. Objects of one key with different uids are different objects: replacing one
 * by the other is a deletion and an addition.
 */
export class ObjectStore<T, IndexName extends string = never> implements ObjectCache<T, IndexName> {
  readonly #entries = new Map<string, StoreEntry<T>>();
  readonly #indexers: ReadonlyMap<string, (object: T) => readonly string[]>;
  /** Index name → value → keys. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexers: Indexers<T, IndexName>) {
    this.#indexers = new Map(Object.entries<(object: T) => readonly string[]>(indexers));
    for (const name of this.#indexers.keys()) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.object;
  }

  list(): T[] {
    return Array.from(this.#entries.values(), ({ object }) => object);
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  byIndex(index: IndexName, value: string): T[] {
    const found: T[] = [];
    for (const key of this.#indexes.get(index)?.get(value) ?? []) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) found.push(entry.object);
    }
    return found;
  }

  /** Stores an object that was added or modified; returns what that means, in order. */
  put(entry: StoreEntry<T>): StoreChange<T>[] {
    const { key, object } = entry;
    const known = this.#entries.get(key);
    if (known !== undefined && known.uid === entry.uid) {
      if (known.resourceVersion === entry.resourceVersion) return [];
      this.#set(entry);
      return [{ type: 'updated', key, old: known.object, object }];
    }
    const deletions = known === undefined ? [] : [this.#remove(known, true)];
    this.#set(entry);
    return [...deletions, { type: 'added', key, object }];
  }

  /** Removes the object `uid`; what has another uid stays. */
  remove(key: string, uid: string): StoreChange<T>[] {
    const known = this.#entries.get(key);
    return known === undefined || known.uid !== uid ? [] : [this.#remove(known, false)];
  }

  /** Makes `entries` the whole content, except that `unreadable` keys stay as they are. Deletions come first. */
  replace(entries: readonly StoreEntry<T>[], unreadable: ReadonlySet<string> = new Set()): StoreChange<T>[] {
    const wanted = new Set(entries.map(({ key }) => key));
    const changes: StoreChange<T>[] = [];
    for (const known of this.#entries.values()) {
      if (!wanted.has(known.key) && !unreadable.has(known.key)) changes.push(this.#remove(known, true));
    }
    for (const entry of entries) changes.push(...this.put(entry));
    return changes;
  }

  #set(entry: StoreEntry<T>): void {
    const known = this.#entries.get(entry.key);
    if (known !== undefined) this.#unfile(known);
    this.#entries.set(entry.key, entry);
    for (const [name, valuesOf] of this.#indexers) {
      for (const value of valuesOf(entry.object)) this.#file(name, value, entry.key);
    }
  }

  #remove(entry: StoreEntry<T>, isTombstone: boolean): StoreChange<T> {
    this.#unfile(entry);
    this.#entries.delete(entry.key);
    return { type: 'deleted', key: entry.key, old: entry.object, isTombstone };
  }

  #file(name: string, value: string, key: string): void {
    const index = this.#indexes.get(name);
    const keys = index?.get(value);
    if (keys === undefined) index?.set(value, new Set([key]));
    else keys.add(key);
  }

  #unfile({ key, object }: StoreEntry<T>): void {
    for (const [name, valuesOf] of this.#indexers) {
      const index = this.#indexes.get(name);
      for (const value of valuesOf(object)) {
        const keys = index?.get(value);
        keys?.delete(key);
        if (keys?.size === 0) index?.delete(value);
      }
    }
  }
}
