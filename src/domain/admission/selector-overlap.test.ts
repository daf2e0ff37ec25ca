import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSelector } from '../node-selection.ts';
import { describeSelector, selectorOverlap } from './selector-overlap.ts';

const pairs = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), fc.constantFrom('1', '2', ''), {
  noNullPrototype: true,
});
const selector = pairs.filter((all) => Object.keys(all).length > 0);

describe('two selectors', () => {
  it('are disjoint exactly when no labels satisfy both', () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        const union = { ...a, ...b };
        const isMet = matchesSelector(a, union) && matchesSelector(b, union);
        expect(selectorOverlap(a, b) === 'disjoint').toBe(!isMet);
      }),
    );
  });

  it('are implied exactly when labels that satisfy one always satisfy the other', () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        expect(selectorOverlap(a, b) === 'implied').toBe(matchesSelector(a, b) || matchesSelector(b, a));
      }),
    );
  });

  it('overlap in the same way seen from either', () => {
    fc.assert(
      fc.property(selector, selector, (a, b) => {
        expect(selectorOverlap(a, b)).toBe(selectorOverlap(b, a));
      }),
    );
  });

  it('are written as kubectl writes them, and never fill a message', () => {
    expect(describeSelector({ b: '1', a: '2' })).toBe('a=2,b=1');
    expect(describeSelector({ ['k'.repeat(200)]: 'v' })).toHaveLength(80);
  });
});
