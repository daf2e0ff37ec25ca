import type { LocatedValue, Position } from '../ports.ts';

/** A path as the API server writes it: `spec.subnetIDs[1]`. */
export function fieldText(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

interface Step {
  readonly next: LocatedValue;
  readonly rest: string;
}

/** Keys may hold dots and slashes themselves, so the longest one that the path goes on with is meant. */
function step(node: LocatedValue, field: string): Step | undefined {
  const [index, position] = /^\[(\d+)\]/.exec(field) ?? [];
  const item = index === undefined ? undefined : node.items[Number(position)];
  if (index !== undefined && item !== undefined) return { next: item, rest: field.slice(index.length) };
  const path = field.replace(/^\./, '');
  const found = Array.from(node.fields)
    .filter(([key]) => path.startsWith(key) && /^($|[.[])/.test(path.slice(key.length)))
    .sort(([one], [other]) => other.length - one.length)[0];
  return found === undefined ? undefined : { next: found[1], rest: path.slice(found[0].length) };
}

/** Where a person would look: scalars at their value, maps and lists at the key that holds them. */
function placeOf(node: LocatedValue): Position {
  const isScalar = typeof node.value !== 'object' || node.value === null;
  return isScalar ? node.at : (node.keyAt ?? node.at);
}

/** The value of a field, or the innermost map or list around it that is there. */
function innermost(root: LocatedValue, field: string): LocatedValue {
  const taken = field === '' ? undefined : step(root, field);
  return taken === undefined ? root : innermost(taken.next, taken.rest);
}

/**
 * The place of a field, or of the innermost map or list around it that is there.
 * @param key of the map that the field is, where one of its keys is meant.
 */
export function placeOfField(root: LocatedValue, field: string, key?: string): Position {
  const node = innermost(root, field);
  const atKey = key === undefined ? undefined : node.fields.get(key)?.keyAt;
  return atKey ?? placeOf(node);
}
