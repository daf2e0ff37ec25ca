import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Document, fencedBlocks, proseOf, readDocument, readDocuments, root } from './documents.ts';

interface Link {
  readonly text: string;
  readonly target: string;
}

/** Links and pictures outside code. */
function linksOf(document: Document): readonly Link[] {
  const prose = proseOf(document).replaceAll(/`[^`\n]*`/g, 'code');
  return Array.from(prose.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g), ([, text = '', target = '']) => ({
    text,
    target,
  }));
}

/** Anchors as GitHub makes them of headings: repeated ones get a number. */
function anchorsOf(document: Document): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(document).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function problemOf(document: Document, { target }: Link): string | undefined {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? document.path : normalize(join(dirname(document.path), file));
  if (path.startsWith('..')) return `${target} leaves the repository`;
  if (!existsSync(join(root, path))) return `${target} does not exist`;
  if (anchor === undefined) return undefined;
  if (statSync(join(root, path)).isDirectory()) return `${target} is a folder and has no anchors`;
  return anchorsOf(readDocument(path)).has(anchor) ? undefined : `${target} names no heading`;
}

const documents = readDocuments();

describe.each(documents)('$path', (document) => {
  const internal = linksOf(document).filter(({ target }) => !/^[a-z]+:/.test(target));

  it('links only to what is there', () => {
    expect(internal.map((link) => problemOf(document, link)).filter(Boolean)).toEqual([]);
  });

  it('closes every code block', () => {
    const fences = document.text.split('\n').filter((line) => line.startsWith('```'));
    expect(fences).toHaveLength(fencedBlocks(document).length * 2);
  });
});

describe('the check of links', () => {
  const page: Document = { path: 'docs/page.md', text: '# One thing\n\n## `a` & b\n\n## One thing\n' };

  it('finds what is missing, and nothing in code', () => {
    const text =
      '[a](gone.md) `[b](gone.md)` [c](adr)\n```sh\n[d](gone.md)\n```\n[e](../../x) [f](adr/README.md#no)';
    const document = { path: 'docs/page.md', text };
    expect(linksOf(document).map((link) => problemOf(document, link))).toEqual([
      'gone.md does not exist',
      undefined,
      '../../x leaves the repository',
      'adr/README.md#no names no heading',
    ]);
  });

  it('knows the anchors that GitHub makes', () => {
    expect([...anchorsOf(page)]).toEqual(['one-thing', 'a--b', 'one-thing-1']);
  });
});

describe('the pictures', () => {
  it.each(['architecture.svg', 'life-of-an-eni.svg'])(
    '%s is shown in a page, with words in its place',
    (name) => {
      const links = documents.flatMap((document) => linksOf(document));
      const shown = links.filter(({ target }) => target.endsWith(`images/${name}`));
      expect(shown.map(({ text }) => text.length > 20)).toEqual([true]);
    },
  );
});
