import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClaimHolder,
  claimKeys,
  compareRanks,
  judgeHolder,
  type Ranked,
  rankOf,
  settleClaims,
} from './index-claims.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

function lineOf(all: readonly Ranked[]): string[] {
  const find = (name: string): Ranked | undefined => all.find((one) => one.name === name);
  return all
    .map((one) => ({ name: one.name, rank: rankOf(one, find) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank))
    .map(({ name }) => name);
}

const nodeEnis = fc
  .uniqueArray(
    fc.record(
      {
        name: fc.constantFrom(...NAMES),
        createdAtMs: fc.integer({ min: 1, max: 3 }),
        replaces: fc.constantFrom(...NAMES),
      },
      { requiredKeys: ['name', 'createdAtMs'] },
    ),
    { selector: ({ name }) => name },
  )
  .map((all) =>
    all.map(({ name, createdAtMs, replaces }): Ranked => ({
      name,
      createdAtMs,
      ...(replaces === undefined ? {} : { replaces }),
    })),
  );

function holder(overrides: Partial<ClaimHolder> = {}): ClaimHolder {
  return {
    name: 'att-a',
    uid: 'uid-a',
    resourceVersion: '1',
    nodeEniName: 'a',
    createdAtMs: 1_000,
    keys: ['i-1 card 0 index 2'],
    isEngaged: false,
    isReleasing: false,
    ...overrides,
  };
}

const claim = (name: string, ...keys: string[]) => ({
  nodeEniName: name,
  rank: [{ createdAtMs: 0, name }],
  keys,
});

describe('the line of NodeENIs', () => {
  it('goes by age, then by name', () => {
    expect(
      lineOf([
        { name: 'b', createdAtMs: 1 },
        { name: 'c', createdAtMs: 0 },
        { name: 'a', createdAtMs: 1 },
      ]),
    ).toEqual(['c', 'a', 'b']);
  });

  it('has who replaces another right behind it, even if older', () => {
    expect(
      lineOf([
        { name: 'new', createdAtMs: 1, replaces: 'old' },
        { name: 'old', createdAtMs: 2 },
        { name: 'last', createdAtMs: 3 },
      ]),
    ).toEqual(['old', 'new', 'last']);
  });

  it('is one line for everybody, whatever replaces whatever, and in whatever order they are looked at', () => {
    fc.assert(
      fc.property(nodeEnis, (all) => {
        const line = lineOf(all);
        expect(line).toEqual(lineOf(all.toReversed()));
        const find = (name: string): Ranked | undefined => all.find((one) => one.name === name);
        for (const [at, name] of line.entries()) {
          for (const later of line.slice(at + 1)) {
            const ranks = [name, later].map((one) =>
              rankOf(find(one) ?? { name: one, createdAtMs: 0 }, find),
            );
            expect(compareRanks(ranks[0] ?? [], ranks[1] ?? [])).toBeLessThan(0);
          }
        }
      }),
    );
  });
});

describe('claims', () => {
  it('are granted in the order of the line', () => {
    const [a, b] = [claim('a', 'k'), claim('b', 'k')];
    expect([...settleClaims([b, a], new Map())]).toEqual([[b, { key: 'k', winner: 'a' }]]);
  });

  it('lose to an attachment that exists, even of one who comes later', () => {
    const a = claim('a', 'k');
    expect(settleClaims([a], new Map([['k', 'z']])).get(a)).toEqual({ key: 'k', winner: 'z' });
  });

  it('do not lose to an attachment of their own, which the cache may just have shown', () => {
    const [a, b] = [claim('a', 'k'), claim('b', 'k')];
    expect([...settleClaims([a, b], new Map([['k', 'b']])).keys()]).toEqual([a]);
  });

  it('of an index and a PCI address get both or none, and keep nobody from what they do not get', () => {
    const both = claim('a', 'index', 'pci');
    const index = claim('b', 'index');
    const losses = settleClaims([both, index], new Map([['pci', 'z']]));
    expect(losses.get(both)).toEqual({ key: 'pci', winner: 'z' });
    expect(losses.get(index)).toBeUndefined();
  });

  it('of one address on two instances, or of one index on two cards, do not meet', () => {
    const place = { networkCardIndex: 0, deviceIndex: 2, pciAddress: '0000:00:07.0' };
    const keys = [
      claimKeys('i-1', place),
      claimKeys('i-2', place),
      claimKeys('i-1', { networkCardIndex: 1, deviceIndex: 2 }),
    ].flat();
    expect(new Set(keys).size).toBe(5);
  });
});

describe('two attachments of one key', () => {
  it('let the one stay that EC2 may have been called for', () => {
    const engaged = holder({ uid: 'uid-z', nodeEniName: 'z', createdAtMs: 9_000, isEngaged: true });
    expect(judgeHolder(holder(), [holder(), engaged])).toEqual({ kind: 'beaten', by: engaged });
  });

  it('let the older one stay, else that of the first name', () => {
    const older = holder({ uid: 'uid-z', nodeEniName: 'z', createdAtMs: 500 });
    const sameAge = holder({ uid: 'uid-b', nodeEniName: 'b' });
    expect(judgeHolder(holder(), [holder(), older])).toEqual({ kind: 'beaten', by: older });
    expect(judgeHolder(holder(), [holder(), sameAge])).toEqual({ kind: 'first', rivals: [sameAge] });
    expect(judgeHolder(sameAge, [holder(), sameAge]).kind).toBe('beaten');
  });

  it('do not meet when one is going, or is elsewhere', () => {
    const going = holder({ uid: 'uid-z', isReleasing: true });
    const elsewhere = holder({ uid: 'uid-y', keys: ['i-2 card 0 index 2'] });
    expect(judgeHolder(holder(), [holder(), going, elsewhere])).toEqual({ kind: 'sole' });
  });
});
