import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { LocatedValue, Position, SourceProblem } from '../../cli/ports.ts';
import { readScalar } from './plain-scalar.ts';

/** What stays the same throughout a document. */
interface Reading {
  readonly lines: LineCounter;
  readonly problems: SourceProblem[];
  /** Nodes by anchor, as far as they stand before the place that is read. */
  readonly anchors: Map<string, unknown>;
  /** What each alias meant where it stands: an anchor may be given anew later. */
  readonly targets: Map<Alias, unknown>;
  /** Nodes whose alias is being expanded right now, to notice one that holds itself. */
  readonly open: Set<unknown>;
  /** How many more values aliases may bring, and how deep the reading is in maps and lists. */
  readonly budget: { left: number; depth: number };
}

/** A few kilobytes of nested aliases can stand for gigabytes; go-yaml has a limit for the same reason. */
const maxAliasedValues = 100_000;

/** The parser takes about as many; aliases could multiply them. */
const maxDepth = 1_000;

const nothing = { fields: new Map<string, LocatedValue>(), items: [] };

function positionOf(node: unknown, { lines }: Reading): Position {
  const offset = isNodeWithRange(node) ? node.range[0] : 0;
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function isNodeWithRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function report(reading: Reading, problem: Omit<SourceProblem, 'at'>, node: unknown): void {
  reading.problems.push({ ...problem, at: positionOf(node, reading) });
}

function failure(reading: Reading, node: unknown, message: string): undefined {
  report(reading, { severity: 'error', rule: 'yaml', message }, node);
  return undefined;
}

function textOf(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
}

function locateScalar(scalar: Scalar, reading: Reading): LocatedValue | undefined {
  const isPlain = scalar.type === 'PLAIN' || scalar.type === undefined;
  const result = readScalar(textOf(scalar), isPlain, scalar.tag);
  if ('problem' in result) return failure(reading, scalar, result.problem);
  const source = isPlain ? { source: textOf(scalar) } : {};
  return { value: result.value, at: positionOf(scalar, reading), ...source, ...nothing };
}

function rememberAnchor(node: unknown, { anchors, open }: Reading): void {
  const isFirstReading = open.size === 0;
  if (isFirstReading && (isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
    anchors.set(node.anchor, node);
  }
}

function targetOf(alias: Alias, { anchors, targets }: Reading): unknown {
  if (!targets.has(alias)) targets.set(alias, anchors.get(alias.source));
  return targets.get(alias);
}

function locateAlias(alias: Alias, reading: Reading): LocatedValue | undefined {
  const target = targetOf(alias, reading);
  if (target === undefined)
    return failure(reading, alias, `anchor "${alias.source}" is not known before here`);
  if (reading.open.has(target)) return failure(reading, alias, `anchor "${alias.source}" holds itself`);
  reading.open.add(target);
  const located = locateNode(target, reading);
  reading.open.delete(target);
  // What is wrong in an alias is best mended where the alias is used.
  return located === undefined ? undefined : { ...located, at: positionOf(alias, reading) };
}

/** JSON keys are texts: kubectl writes numbers and booleans as such, and cannot do so with null or collections. */
function readKey(pair: Pair, reading: Reading): string | undefined {
  rememberAnchor(pair.key, reading);
  const key: unknown = isAlias(pair.key) ? targetOf(pair.key, reading) : pair.key;
  if (!isScalar(key)) return failure(reading, pair.key, 'a key is a list, a map or empty: write a text');
  const value = locateScalar(key, reading)?.value;
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    return value === null ? failure(reading, pair.key, 'a key is null: write a text') : undefined;
  }
  if (String(value) !== textOf(key)) {
    const message = `key ${textOf(key)} is read as "${value}" (YAML 1.1): put it in quotes`;
    report(reading, { severity: 'warning', rule: 'convertedKey', message }, key);
  }
  return String(value);
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

/** The entries behind `<<`, those that win last. Each wins over the same key above it, as in go-yaml 2. */
function mergedEntries(pair: Pair, reading: Reading): readonly (readonly [string, LocatedValue])[] {
  const located = locateNode(pair.value, reading);
  if (located === undefined) return [];
  const maps = Array.isArray(located.value) ? located.items.toReversed() : [located];
  if (maps.every(({ value }) => isPlainObject(value))) return maps.flatMap(({ fields }) => [...fields]);
  failure(reading, pair.key, '<< needs a map, or a list of maps, to merge');
  return [];
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function locateMap(map: YAMLMap, reading: Reading): LocatedValue {
  const fields = new Map<string, LocatedValue>();
  const written = new Set<string>();
  for (const pair of map.items) {
    if (isMergeKey(pair.key)) {
      for (const [key, value] of mergedEntries(pair, reading)) fields.set(key, value);
      continue;
    }
    const key = readKey(pair, reading);
    const value = locateNode(pair.value, reading) ?? emptyAt(pair.key, reading);
    if (key === undefined) continue;
    if (written.has(key)) reportDuplicate(key, pair, reading);
    written.add(key);
    fields.set(key, { ...value, keyAt: positionOf(pair.key, reading) });
  }
  const value = Object.fromEntries(Array.from(fields, ([key, field]) => [key, field.value]));
  return { value, at: positionOf(map, reading), fields, items: [] };
}

function reportDuplicate(key: string, pair: Pair, reading: Reading): void {
  const message = `key ${JSON.stringify(key)} is set twice: kubectl silently keeps the last, kustomize and Flux refuse`;
  report(reading, { severity: 'error', rule: 'duplicateKey', message }, pair.key);
}

function emptyAt(node: unknown, reading: Reading): LocatedValue {
  return { value: null, at: positionOf(node, reading), source: '', ...nothing };
}

function locateSeq(list: YAMLSeq, reading: Reading): LocatedValue {
  const items = list.items.map((item) => locateNode(item, reading) ?? emptyAt(item, reading));
  const { fields } = nothing;
  return { value: items.map(({ value }) => value), at: positionOf(list, reading), fields, items };
}

function locateKind(node: unknown, reading: Reading): LocatedValue | undefined {
  if (isAlias(node)) return locateAlias(node, reading);
  if (isMap(node)) return locateMap(node, reading);
  if (isScalar(node)) return locateScalar(node, reading);
  return isSeq(node) ? locateSeq(node, reading) : undefined;
}

/**
 * Turns a node into the JSON that kubectl would send, every part with its place. What is wrong is added to the
 * problems of the reading; undefined then, and where there is no node.
 */
function locateNode(node: unknown, reading: Reading): LocatedValue | undefined {
  const { budget, open } = reading;
  if (open.size > 0 && (budget.left -= 1) < 0) {
    if (budget.left === -1) failure(reading, node, 'aliases stand for more than 100,000 values');
    return undefined;
  }
  if (budget.depth >= maxDepth) return failure(reading, node, 'maps and lists are nested too deeply');
  rememberAnchor(node, reading);
  budget.depth += 1;
  const located = locateKind(node, reading);
  budget.depth -= 1;
  return located;
}

/** What a parsed document means to kubectl, and what is wrong with it besides its syntax. */
export function locateDocument(
  document: Document,
  lines: LineCounter,
): { readonly root?: LocatedValue; readonly problems: readonly SourceProblem[] } {
  const reading: Reading = {
    lines,
    problems: [],
    anchors: new Map(),
    targets: new Map(),
    open: new Set(),
    budget: { left: maxAliasedValues, depth: 0 },
  };
  const root = locateNode(document.contents, reading);
  return { problems: reading.problems, ...(root === undefined ? {} : { root }) };
}
