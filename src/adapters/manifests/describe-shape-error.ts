import type { ErrorObject } from 'ajv';

const shownCharacters = 80;

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text ${shown(value)}`;
  return `the ${typeof value} ${shown(value)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}

const wantedTypes: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

/** Unquoted words and digits that were meant as texts, and quoted ones that were not. */
function quoteHint(type: string, data: unknown, source: string | undefined): string {
  const isScalar = typeof data === 'boolean' || typeof data === 'number';
  if (type !== 'string') return typeof data === 'string' && source === undefined ? ': remove the quotes' : '';
  if (!isScalar || source === undefined) return '';
  const isMeantSo = source === String(data);
  const reading = isMeantSo ? '' : `Kubernetes reads YAML 1.1, where ${source} without quotes is no text; `;
  return `: ${reading}write "${source}"`;
}

function describeType({ data, params }: ErrorObject, source: string | undefined): string {
  const type = String(Object(params).type);
  return `must be ${wantedTypes[type] ?? type}, but is ${nameOfType(data)}${quoteHint(type, data, source)}`;
}

function countOf(data: unknown): number {
  if (typeof data === 'string') return Array.from(data).length;
  return Object.keys(Object(data)).length;
}

const describers: Readonly<Record<string, (error: ErrorObject, limit: string) => string>> = {
  enum: ({ data, params }) => {
    const allowed: unknown[] = Object(params).allowedValues;
    return `${shown(data)} is not one of ${allowed.map((value) => String(value)).join(', ')}`;
  },
  pattern: ({ data, params }) => `${shown(data)} does not match ${String(Object(params).pattern)}`,
  format: ({ data, params }) => `${shown(data)} is no ${String(Object(params).format)}`,
  minimum: ({ data }, limit) => `${shown(data)} is too small: use at least ${limit}`,
  maximum: ({ data }, limit) => `${shown(data)} is too large: use at most ${limit}`,
  minLength: ({ data }, limit) => `the text has ${countOf(data)} characters: use at least ${limit}`,
  maxLength: ({ data }, limit) => `the text has ${countOf(data)} characters: use at most ${limit}`,
  maxItems: ({ data }, limit) => `the list has ${countOf(data)} entries: use at most ${limit}`,
  minProperties: ({ data }, limit) => `the map has ${countOf(data)} entries: use at least ${limit}`,
  maxProperties: ({ data }, limit) => `the map has ${countOf(data)} entries: use at most ${limit}`,
};

/**
 * Says what is wrong with a value and what would be right.
 * @param source the value as it is written, where it is written without quotes.
 */
export function describeShapeError(error: ErrorObject, source: string | undefined): string {
  if (error.keyword === 'type') return describeType(error, source);
  const describe = describers[error.keyword];
  if (describe !== undefined) return describe(error, String(Object(error.params).limit));
  return error.message ?? error.keyword;
}
