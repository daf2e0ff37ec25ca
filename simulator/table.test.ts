import { expect, it } from 'vitest';
import type { Vpc } from './model.ts';
import { HISTORY_MS, type Table, createTable } from './table.ts';

function vpc(id: string, sequence: number, cidrBlock: string): Vpc {
  return { id, sequence, cidrBlock, createdAtMs: 0, visibleAtMs: 0, tags: {}, ipv6CidrBlock: undefined };
}

function open(): { readonly table: Table<Vpc>; readonly setTime: (ms: number) => void } {
  let now = 0;
  const table = createTable<Vpc>({ nowMs: () => now, keysOf: (item) => [`cidr=${item.cidrBlock}`] });
  return {
    table,
    setTime: (ms) => {
      now = ms;
    },
  };
}

it('finds by key what has the key now, in creation order', () => {
  const { table } = open();
  table.put(vpc('b', 2, 'x'));
  table.put(vpc('a', 1, 'y'));
  table.put(vpc('a', 1, 'x'));
  expect(table.withKey('cidr=x').map((item) => item.id)).toEqual(['a', 'b']);
  expect(table.withKey('cidr=y')).toEqual([]);
  table.remove('b');
  expect(table.withKey('cidr=x').map((item) => item.id)).toEqual(['a']);
});

it('shows the past, also of what is gone', () => {
  const { table, setTime } = open();
  setTime(1_000);
  table.put(vpc('a', 1, 'x'));
  setTime(2_000);
  table.put(vpc('a', 1, 'y'));
  setTime(3_000);
  table.remove('a');
  const seen = [500, 1_500, 2_500, 3_500].map((ms) => table.asOf(ms).get('a')?.cidrBlock);
  expect(seen).toEqual([undefined, 'x', 'y', undefined]);
  expect(
    table
      .asOf(2_500)
      .withKey('cidr=y')
      .map((item) => item.id),
  ).toEqual(['a']);
});

it('keeps what did not change however old it is', () => {
  const { table, setTime } = open();
  table.put(vpc('old', 1, 'x'));
  setTime(10 * HISTORY_MS);
  table.put(vpc('new', 2, 'x'));
  expect(
    table
      .asOf(10 * HISTORY_MS - 1)
      .all()
      .map((item) => item.id),
  ).toEqual(['old']);
});
