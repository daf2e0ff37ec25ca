import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument, root, tableRows } from './documents.ts';

interface Lesson {
  readonly promise: string;
  readonly file: string;
  readonly name: string;
}

function lessons(): readonly Lesson[] {
  return tableRows(readDocument('docs/development/lessons-of-the-reference.md').text)
    .filter(([, , test]) => test !== 'test')
    .map(([, promise = '', test = '']) => {
      const [, file = '', name = ''] = /^\[`(.+?)`\]\(.+?\): `(.+)`$/.exec(test) ?? [];
      return { promise, file, name };
    });
}

/** Titles of the tests of a file as its source has them, formats of tables of cases included. */
function testTitles(file: string): readonly string[] {
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const source = readFileSync(path, 'utf8');
  const title = /(?:\bit|\btest|[\])])\(\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`|"([^"]*)")\s*,/gm;
  return Array.from(source.matchAll(title), ([, single, template, double]) =>
    (single ?? template ?? double ?? '').replaceAll(String.raw`\'`, "'"),
  );
}

describe('the lessons of the reference', () => {
  it('name a test for each promise', () => {
    const unnamed = lessons().filter(({ file, name }) => file === '' || name === '');
    expect(unnamed).toEqual([]);
    expect(lessons().length).toBeGreaterThanOrEqual(63);
    expect(new Set(lessons().map(({ promise }) => promise)).size).toBe(lessons().length);
  });

  it.each(lessons())('"$promise" is kept by a test that exists', ({ file, name }) => {
    expect(testTitles(file)).toContain(name);
  });

  it('would notice a test that is gone', () => {
    const [first] = lessons();
    expect(testTitles(first?.file ?? '')).not.toContain(`${first?.name}, or so`);
    expect(testTitles('test/no-such.test.ts')).toEqual([]);
  });
});
