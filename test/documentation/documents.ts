import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const root: string = join(import.meta.dirname, '..', '..');

/** A page of documentation. */
export interface Document {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced code block. */
export interface FencedBlock {
  /** First word after the fence. */
  readonly language: string;
  /** The words after it. */
  readonly attributes: readonly string[];
  readonly content: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** Reads one page. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** Every page: those in the root, and all under docs. */
export function readDocuments(): readonly Document[] {
  const pages = readdirSync(root).filter((name) => name.endsWith('.md'));
  const nested = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...pages, ...nested].map((path) => readDocument(path));
}

const fencePattern = /^```(.*)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a page, in order. */
export function fencedBlocks({ text }: Document): readonly FencedBlock[] {
  return Array.from(text.matchAll(fencePattern), (match) => {
    const [, info = '', content = ''] = match;
    const [language = '', ...attributes] = info.trim().split(/\s+/);
    return { language, attributes, content, line: text.slice(0, match.index).split('\n').length };
  });
}

/** The page without its fenced blocks. */
export function proseOf({ text }: Document): string {
  return text.replaceAll(fencePattern, '');
}

/** The cells of every table row of a text, one list a row; header rows are among them, the lines below them are not. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** The text of a section, from its heading to the next one of the same or a higher level. */
export function sectionOf({ path, text }: Document, heading: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`${path} has no heading "${heading}"`);
  const level = heading.indexOf(' ');
  const isNext = (line: string): boolean => new RegExp(`^#{1,${level}} `).test(line);
  const end = lines.findIndex((line, index) => index > start && isNext(line));
  return lines.slice(start, end === -1 ? undefined : end).join('\n');
}
