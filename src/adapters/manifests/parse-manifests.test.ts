import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifests } from './parse-manifests.ts';

function only(text: string): unknown {
  const documents = parseManifests(text);
  expect(documents).toHaveLength(1);
  expect(documents[0]?.problems).toEqual([]);
  return documents[0]?.root?.value;
}

function problems(text: string): readonly string[] {
  return parseManifests(text).flatMap((document) =>
    document.problems.map(({ at, severity, message }) => `${at.line}:${at.column} ${severity}: ${message}`),
  );
}

describe('reading manifests', () => {
  it.each<[text: string, value: unknown]>([
    ['a: n', { a: false }],
    ['a: on', { a: true }],
    ["a: 'n'", { a: 'n' }],
    ['a: "on"', { a: 'on' }],
    ['a: 010', { a: 8 }],
    ['a: 08', { a: 8 }],
    ['a: 0x1F', { a: 31 }],
    ['a: 1_000', { a: 1000 }],
    ['a: 2.0', { a: 2 }],
    ['a: 1:30', { a: '1:30' }],
    ['a: 2026-01-01', { a: '2026-01-01' }],
    ['a: 1e400', { a: '1e400' }],
    ['a:', { a: null }],
    ['a: ~', { a: null }],
    ['a: !!str 5', { a: '5' }],
    ['a: !mine 5', { a: '5' }],
    ['a: !!binary aGVsbG8=', { a: 'hello' }],
    ['{a: [1, {b: 2}]}', { a: [1, { b: 2 }] }],
    ['{"a":\n\t"b"}', { a: 'b' }],
    ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
  ])('takes %j for what kubectl takes it for', (text, value) => {
    expect(only(text)).toEqual(value);
  });

  it('merges maps over the keys above <<, under those below it, the first of a list first', () => {
    expect(only('base: &b {x: 1, w: 2}\nabove: {x: 5, <<: *b}\nbelow: {<<: *b, x: 5}\n')).toMatchObject({
      above: { x: 1, w: 2 },
      below: { x: 5, w: 2 },
    });
    expect(only('- &b {x: 1}\n- &d {x: 7, v: 3}\n- <<: [*b, *d]\n')).toEqual([
      { x: 1 },
      { x: 7, v: 3 },
      { x: 1, v: 3 },
    ]);
  });

  it('takes an alias for what its anchor meant there, though the anchor is given anew later', () => {
    expect(only('a: &x 1\nb: &y [*x]\nc: &x 2\nd: *y\ne: *x\n&k key: *k\n')).toEqual({
      a: 1,
      b: [1],
      c: 2,
      d: [1],
      e: 2,
      key: 'key',
    });
  });

  it('reads every document, also behind a broken one', () => {
    const documents = parseManifests('a: 1\n---\nb: c: d\n---\ne: 2\n');
    expect(documents.map(({ root }) => root?.value)).toEqual([{ a: 1 }, undefined, { e: 2 }]);
  });

  it('knows where every value and key stands', () => {
    const root = parseManifests('# one\na:\n  - b: 5\n')[0]?.root;
    const item = root?.fields.get('a')?.items[0]?.fields.get('b');
    expect(root?.fields.get('a')?.keyAt).toEqual({ line: 2, column: 1 });
    expect(item?.keyAt).toEqual({ line: 3, column: 5 });
    expect(item?.at).toEqual({ line: 3, column: 8 });
  });

  it('keeps what was written, to tell people what became of it', () => {
    expect(parseManifests('a: off')[0]?.root?.fields.get('a')?.source).toBe('off');
    expect(parseManifests('a: "off"')[0]?.root?.fields.get('a')?.source).toBeUndefined();
  });

  it.each<[text: string, problem: string]>([
    [
      'a: 1\na: 2',
      '2:1 error: key "a" is set twice: kubectl silently keeps the last, kustomize and Flux refuse',
    ],
    ['y: 1', '1:1 warning: key y is read as "true" (YAML 1.1): put it in quotes'],
    ['010: 1', '1:1 warning: key 010 is read as "8" (YAML 1.1): put it in quotes'],
    ['a: .inf', '1:4 error: .inf is a number that JSON does not have'],
    ['a: !!int x', '1:10 error: "x" cannot be read as !!int'],
    ['a: !!binary "***"', '1:13 error: !!binary is not followed by base64'],
    ['a: &x [*x]', '1:8 error: anchor "x" holds itself'],
    ['~: 1', '1:1 error: a key is null: write a text'],
    ['[a]: 1', '1:1 error: a key is a list, a map or empty: write a text'],
    ['a: {<<: 5}', '1:5 error: << needs a map, or a list of maps, to merge'],
    ['%YAML 1.1\n---\na: 1', '1:1 error: %YAML directives are not understood by kubectl: remove the line'],
  ])('says what is wrong with %j, and where', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each(['a: b: c', 'a:\n\tb: 1', 'a: [1, 2', 'a: *gone', 'a: @x', 'a: "x', '- a\nb: c'])(
    'refuses %j with a place, without falling over',
    (text) => {
      const found = parseManifests(text).flatMap((document) => document.problems);
      expect(found.length).toBeGreaterThan(0);
      expect(found[0]).toMatchObject({ severity: 'error', rule: 'yaml' });
      expect(found[0]?.at.line).toBeGreaterThan(0);
      expect(found[0]?.message).not.toContain('\n');
    },
  );

  it('does not follow aliases that stand for millions of values', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
    );
    expect(problems(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('aliases stand for more than 100,000 values'),
    ]);
  });

  it('never throws, and places every problem, whatever it is given', () => {
    const piece = constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!!int ',
      '!',
      '|',
      '>',
      '"',
      "'",
      '#',
      '%',
      '---\n',
      '...\n',
      '? ',
      '<<: ',
      '\t',
      '~',
      ', ',
      '\u0000',
    );
    const text = oneof(
      array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      string(),
    );
    assert(
      property(text, (anything) => {
        for (const { at, message } of parseManifests(anything).flatMap((document) => document.problems)) {
          expect(Math.min(at.line, at.column)).toBeGreaterThan(0);
          expect(message).not.toMatch(/^$|\n/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['brackets', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['brackets that are never closed', '['.repeat(10_000)],
    ['lists', '- '.repeat(10_000)],
    [
      'aliases of aliases',
      Array.from(
        { length: 90 },
        (_, level) => `l${level}: &l${level} ${'['.repeat(200)}*l${level - 1}${']'.repeat(200)}`,
      )
        .join('\n')
        .replace('*l-1', 'x'),
    ],
  ])('refuses what is nested without end: %s', (_what, text) => {
    expect(problems(text)[0]).toMatch(/ error: maps and lists are nested too deeply$/);
  });
});
