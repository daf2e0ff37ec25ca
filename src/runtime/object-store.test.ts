import { describe, expect, it } from 'vitest';
import { ObjectStore, type StoreEntry } from './object-store.ts';

interface Node {
  readonly name: string;
  readonly zones: readonly string[];
}

function entry(
  name: string,
  version: string,
  options: { uid?: string; zones?: string[] } = {},
): StoreEntry<Node> {
  const object = { name, zones: options.zones ?? ['a'] };
  return { key: name, uid: options.uid ?? `${name}-uid`, resourceVersion: version, object };
}

function aStore(): ObjectStore<Node, 'zone'> {
  return new ObjectStore<Node, 'zone'>({ zone: ({ zones }) => zones });
}

function names(objects: readonly Node[]): string[] {
  return objects.map(({ name }) => name).sort();
}

describe('an object store', () => {
  it('tells an addition, an update with both states, and a deletion', () => {
    const store = aStore();
    const first = entry('n1', '1');
    const second = entry('n1', '2', { zones: ['b'] });
    expect(store.put(first)).toEqual([{ type: 'added', key: 'n1', object: first.object }]);
    expect(store.put(second)).toEqual([
      { type: 'updated', key: 'n1', old: first.object, object: second.object },
    ]);
    expect(store.remove('n1', 'n1-uid')).toEqual([
      { type: 'deleted', key: 'n1', old: second.object, isTombstone: false },
    ]);
    expect(store.size).toBe(0);
  });

  it('says nothing of a version it has', () => {
    const store = aStore();
    store.put(entry('n1', '1'));
    expect(store.put(entry('n1', '1'))).toEqual([]);
    expect(store.replace([entry('n1', '1')])).toEqual([]);
  });

  it('takes an object of the same name with another uid for a deletion and an addition', () => {
    const store = aStore();
    const old = entry('n1', '1', { uid: 'old' });
    const born = entry('n1', '9', { uid: 'new' });
    store.put(old);
    expect(store.replace([born])).toEqual([
      { type: 'deleted', key: 'n1', old: old.object, isTombstone: true },
      { type: 'added', key: 'n1', object: born.object },
    ]);
    expect(store.remove('n1', 'old')).toEqual([]);
    expect(store.get('n1')).toBe(born.object);
  });

  it('replaces everything, deletions first, but keeps what could not be read', () => {
    const store = aStore();
    for (const name of ['gone', 'kept', 'unreadable']) store.put(entry(name, '1'));
    const changes = store.replace([entry('new', '2'), entry('kept', '1')], new Set(['unreadable']));
    expect(changes.map(({ type, key }) => `${type} ${key}`)).toEqual(['deleted gone', 'added new']);
    expect(store.keys().sort()).toEqual(['kept', 'new', 'unreadable']);
  });

  it('finds objects by every value of an index, and no longer once they changed or left', () => {
    const store = aStore();
    store.put(entry('n1', '1', { zones: ['a', 'b'] }));
    store.put(entry('n2', '1', { zones: ['b'] }));
    expect(names(store.byIndex('zone', 'b'))).toEqual(['n1', 'n2']);
    store.put(entry('n1', '2', { zones: ['c'] }));
    store.remove('n2', 'n2-uid');
    expect(store.byIndex('zone', 'b')).toEqual([]);
    expect(names(store.byIndex('zone', 'c'))).toEqual(['n1']);
  });
});
