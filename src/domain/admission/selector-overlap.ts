/**
 * What two selectors of label pairs have to do with each other, whatever nodes there are:
 * `disjoint` when a key has different values, so that no node can match both; `implied` when one holds all pairs
 * of the other, so that every node of the narrower one matches both; else `possible`.
 */
export type SelectorOverlap = 'disjoint' | 'implied' | 'possible';

/** Decides the {@link SelectorOverlap} of two selectors, each with at least one pair. */
export function selectorOverlap(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): SelectorOverlap {
  let shared = 0;
  let pairsOfA = 0;
  for (const key in a) {
    pairsOfA += 1;
    if (!Object.hasOwn(b, key)) continue;
    if (a[key] !== b[key]) return 'disjoint';
    shared += 1;
  }
  return shared === pairsOfA || shared === Object.keys(b).length ? 'implied' : 'possible';
}

const MAX_SELECTOR_TEXT = 80;

/** A selector as kubectl writes it, `a=1,b=2`; shortened when it would fill a message. */
export function describeSelector(selector: Readonly<Record<string, string>>): string {
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(',');
  return text.length > MAX_SELECTOR_TEXT ? `${text.slice(0, MAX_SELECTOR_TEXT - 1)}…` : text;
}
