import { Ec2Error } from './ec2-error.ts';
import type { Entity } from './model.ts';
import { type ParamNode, requiredText, structures, texts } from './params.ts';
import type { TableReader } from './table.ts';

/** The values a thing has under each filter name. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => readonly (string | undefined)[]>>;

/** One parsed filter: a thing passes when one of its values matches one of these. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
  readonly matches: (value: string) => boolean;
  /** No wildcard among the values, so an index can answer. */
  readonly isExact: boolean;
}

// EC2 user guide, "Filter resources": at most 200 values per filter.
const MAX_VALUES = 200;

function isPattern(value: string): boolean {
  return /[*?\\]/.test(value);
}

// EC2 user guide, "Filter resources": * is any text, ? is one character, a backslash escapes; case-sensitive.
function patternOf(value: string): RegExp {
  const source = value.replaceAll(/\\.|[*?]|[^\\*?]+|\\$/gs, (part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    const literal = part.startsWith('\\') && part.length === 2 ? part.slice(1) : part;
    return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`);
}

function parseFilter(node: ParamNode, known: (name: string) => boolean): Filter {
  const name = requiredText(node, 'Name');
  const values = texts(node, 'Value');
  if (!known(name)) {
    // EC2 API reference, "Error codes", InvalidParameterValue; real replies read "The filter 'x' is invalid".
    throw new Ec2Error('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
  if (values.length === 0) {
    throw new Ec2Error('InvalidParameterValue', `The filter '${name}' must have at least one value`);
  }
  if (values.length > MAX_VALUES) {
    throw new Ec2Error(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MAX_VALUES}`,
    );
  }
  const exact = new Set(values);
  const patterns = values.filter(isPattern).map(patternOf);
  return {
    name,
    values,
    isExact: patterns.length === 0,
    matches: (value) => exact.has(value) || patterns.some((pattern) => pattern.test(value)),
  };
}

/**
 * Reads `Filter.N`; a name is known when it is a field or, for taggable things, `tag:KEY`.
 * @throws Ec2Error InvalidParameterValue for an unknown name, FilterLimitExceeded for more than 200 values
 */
export function parseFilters(params: ParamNode, names: readonly string[]): readonly Filter[] {
  const known = (name: string): boolean =>
    names.includes(name) || (name.startsWith('tag:') && names.includes('tag-key'));
  return structures(params, 'Filter').map((node) => parseFilter(node, known));
}

/** Fields every taggable thing has. */
export const TAG_FIELDS: FilterFields<Entity> = {
  'tag-key': (item) => Object.keys(item.tags),
};

function valuesOf<T extends Entity>(
  item: T,
  name: string,
  fields: FilterFields<T>,
): readonly (string | undefined)[] {
  if (name.startsWith('tag:')) return [item.tags[name.slice('tag:'.length)]];
  return fields[name]?.(item) ?? [];
}

/** Whether a thing passes all filters: filters AND, values OR (EC2 user guide, "Filter resources"). */
export function passes<T extends Entity>(
  item: T,
  filters: readonly Filter[],
  fields: FilterFields<T>,
): boolean {
  return filters.every((filter) =>
    valuesOf(item, filter.name, fields).some((value) => value !== undefined && filter.matches(value)),
  );
}

function candidates<T extends Entity>(
  reader: TableReader<T>,
  filters: readonly Filter[],
  indexed: readonly string[],
): readonly T[] {
  const usable = filters.filter(
    (filter) => filter.isExact && (filter.name.startsWith('tag:') || indexed.includes(filter.name)),
  );
  let best: readonly T[] | undefined;
  for (const filter of usable) {
    const found = new Map<string, T>();
    for (const value of new Set(filter.values)) {
      for (const item of reader.withKey(`${filter.name}=${value}`)) found.set(item.id, item);
    }
    if (best === undefined || found.size < best.length) {
      best = [...found.values()].sort((left, right) => left.sequence - right.sequence);
    }
  }
  return best ?? reader.all();
}

/** All things that pass, in creation order; `indexed` names filters the table has keys for. */
export function select<T extends Entity>(
  reader: TableReader<T>,
  filters: readonly Filter[],
  kind: { readonly fields: FilterFields<T>; readonly indexed: readonly string[] },
): readonly T[] {
  return candidates(reader, filters, kind.indexed).filter((item) => passes(item, filters, kind.fields));
}
