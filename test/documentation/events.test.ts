import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONDITION_REASONS } from '../../api/v1alpha1/conditions.ts';
import { NEWS_TYPES } from '../../api/v1alpha1/event-reasons.ts';
import { PROGRESS_REASONS } from '../../src/domain/report-delay.ts';
import { readDocument, root, sectionOf, tableRows } from './documents.ts';

const page = readDocument('docs/reference/events.md');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, 'src', name), 'utf8') }));
const programs = sources.filter(({ name }) => !name.endsWith('.test.ts'));
const tests = [
  ...sources.filter(({ name }) => name.endsWith('.test.ts')),
  ...readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('documentation'))
    .map((name) => ({ name, text: readFileSync(join(root, 'test', name), 'utf8') })),
];

/** Whether some text has the name as a word of its own in a string. */
function isNamedIn(texts: readonly { readonly text: string }[], name: string): boolean {
  return texts.some(({ text }) => new RegExp(`['"\`=][^'"\`\\n]*\\b${name}\\b`).test(text));
}

const turns = CONDITION_REASONS.filter((reason) => !PROGRESS_REASONS.has(reason));

describe('the page of events', () => {
  it('lists every reason of an event that tells of something that happened, with its type', () => {
    const rows = tableRows(sectionOf(page, '## What happened')).slice(1);
    expect(rows.map(([reason = '', type]) => [reason.replaceAll('`', ''), type])).toEqual(
      Object.entries(NEWS_TYPES),
    );
  });

  it('leads to the explanation of every reason that a NodeENI can turn to', () => {
    const section = sectionOf(page, '## What a NodeENI turned to');
    const linked = Array.from(
      section.matchAll(/\[`(\w+)`\]\(..\/troubleshooting.md#(\w+)\)/g),
      ([, name, anchor]) => [name, anchor],
    );
    expect(linked).toEqual(turns.toSorted().map((reason) => [reason, reason.toLowerCase()]));
  });
});

describe('every reason', () => {
  const reasons = [...new Set([...CONDITION_REASONS, ...Object.keys(NEWS_TYPES)])];

  it.each(reasons)('%s is one that a program can give', (reason) => {
    expect(isNamedIn(programs, reason)).toBe(true);
  });

  it.each(reasons)('%s is produced in a test', (reason) => {
    expect(isNamedIn(tests, reason)).toBe(true);
  });

  it('would be missed if no test named it', () => {
    expect(isNamedIn(tests, ['NoSuch', 'Reason'].join(''))).toBe(false);
  });
});
