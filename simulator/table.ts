import type { Entity } from './model.ts';

/** Reading side of a table: either as it is, or as it was a moment ago. */
export interface TableReader<T extends Entity> {
  get(id: string): T | undefined;
  /** All, in creation order. */
  all(): readonly T[];
  /** Those with the index key, such as `subnet-id=subnet-1`, in creation order. */
  withKey(key: string): readonly T[];
}

/** Things by id with secondary indexes and a short history. */
export interface Table<T extends Entity> extends TableReader<T> {
  readonly size: number;
  put(entity: T): void;
  remove(id: string): void;
  /** The table as it stood at `atMs`, at most `HISTORY_MS` ago. */
  asOf(atMs: number): TableReader<T>;
}

/** How far back {@link Table.asOf} can look, in milliseconds. */
export const HISTORY_MS: number = 60_000;

interface Version<T> {
  readonly atMs: number;
  readonly value: T | undefined;
}

interface TableDeps<T> {
  readonly nowMs: () => number;
  /** Index keys of a thing, `name=value`. */
  readonly keysOf: (entity: T) => readonly string[];
}

function bySequence(left: Entity, right: Entity): number {
  return left.sequence - right.sequence;
}

function versionAt<T>(versions: readonly Version<T>[], atMs: number): T | undefined {
  return versions.findLast((version) => version.atMs <= atMs)?.value;
}

function readerOf<T extends Entity>(entities: readonly T[], keysOf: TableDeps<T>['keysOf']): TableReader<T> {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  let byKey: Map<string, T[]> | undefined;
  const index = (): Map<string, T[]> => {
    const built = new Map<string, T[]>();
    for (const entity of entities) {
      for (const key of keysOf(entity)) built.set(key, [...(built.get(key) ?? []), entity]);
    }
    return built;
  };
  return {
    get: (id) => byId.get(id),
    all: () => entities,
    withKey: (key) => (byKey ??= index()).get(key) ?? [],
  };
}

/** Opens an empty table. */
export function createTable<T extends Entity>(deps: TableDeps<T>): Table<T> {
  const current = new Map<string, T>();
  const index = new Map<string, Set<string>>();
  const history = new Map<string, Version<T>[]>();
  const removed: { readonly id: string; readonly atMs: number }[] = [];

  const unindex = (entity: T): void => {
    for (const key of deps.keysOf(entity)) {
      const ids = index.get(key);
      ids?.delete(entity.id);
      if (ids?.size === 0) index.delete(key);
    }
  };
  const remember = (id: string, value: T | undefined): void => {
    const nowMs = deps.nowMs();
    const versions = history.get(id) ?? [];
    versions.push({ atMs: nowMs, value });
    while ((versions[1]?.atMs ?? Infinity) <= nowMs - HISTORY_MS) versions.shift();
    history.set(id, versions);
    for (let oldest = removed[0]; oldest !== undefined; oldest = removed[0]) {
      if (oldest.atMs > nowMs - HISTORY_MS) break;
      if (!current.has(oldest.id)) history.delete(oldest.id);
      removed.shift();
    }
  };

  return {
    get size() {
      return current.size;
    },
    get: (id) => current.get(id),
    all: () => [...current.values()],
    withKey: (key) => {
      const entities: T[] = [];
      for (const id of index.get(key) ?? []) {
        const entity = current.get(id);
        if (entity !== undefined) entities.push(entity);
      }
      return entities.sort(bySequence);
    },
    put: (entity) => {
      const previous = current.get(entity.id);
      if (previous !== undefined) unindex(previous);
      current.set(entity.id, entity);
      for (const key of deps.keysOf(entity)) {
        const ids = index.get(key);
        if (ids === undefined) index.set(key, new Set([entity.id]));
        else ids.add(entity.id);
      }
      remember(entity.id, entity);
    },
    remove: (id) => {
      const previous = current.get(id);
      if (previous === undefined) return;
      unindex(previous);
      current.delete(id);
      removed.push({ id, atMs: deps.nowMs() });
      remember(id, undefined);
    },
    asOf: (atMs) => {
      const entities: T[] = [];
      for (const versions of history.values()) {
        const value = versionAt(versions, atMs);
        if (value !== undefined) entities.push(value);
      }
      return readerOf(entities.sort(bySequence), deps.keysOf);
    },
  };
}
