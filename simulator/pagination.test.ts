import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { paginate } from './pagination.ts';
import { parseParams } from './params.ts';

const LIMITS = { min: 5, max: 1000, idParam: 'NetworkInterfaceId' };

function itemsOf(sequences: readonly number[]): { readonly sequence: number }[] {
  return sequences.map((sequence) => ({ sequence }));
}

function pageOf(
  items: readonly { readonly sequence: number }[],
  fields: Readonly<Record<string, string>>,
): ReturnType<typeof paginate<{ readonly sequence: number }>> {
  return paginate(items, parseParams(Object.entries(fields)), LIMITS);
}

it('gives each item exactly once, and what stays is given although others come and go between pages', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 500 }), { maxLength: 80 }),
      fc.integer({ min: 5, max: 20 }),
      fc.func(fc.boolean()),
      (numbers, size, isRemoved) => {
        let items = itemsOf(numbers.toSorted((left, right) => left - right));
        const lasting = new Set(items.filter((item) => !isRemoved(item.sequence)));
        const seen: number[] = [];
        let token: string | undefined = '';
        while (token !== undefined) {
          const page = pageOf(items, { MaxResults: String(size), NextToken: token });
          expect(page.items.length).toBeLessThanOrEqual(size);
          seen.push(...page.items.map((item) => item.sequence));
          token = page.nextToken;
          items = [...items.filter((item) => lasting.has(item)), { sequence: 1_000 + seen.length }];
        }
        expect(new Set(seen).size).toBe(seen.length);
        for (const { sequence } of lasting) expect(seen).toContain(sequence);
      },
    ),
    { numRuns: 200 },
  );
});

it('gives everything at once without a page size', () => {
  const items = itemsOf(Array.from({ length: 2_000 }, (_, index) => index));
  expect(pageOf(items, {})).toEqual({ items, nextToken: undefined });
});

it.each([
  [{ MaxResults: '4' }, 'InvalidParameterValue'],
  [{ MaxResults: '1001' }, 'InvalidParameterValue'],
  [{ MaxResults: 'ten' }, 'InvalidParameterValue'],
  [{ MaxResults: '5', 'NetworkInterfaceId.1': 'eni-1' }, 'InvalidParameterCombination'],
  [{ NextToken: 'nonsense' }, 'InvalidNextToken'],
])('refuses %j with %s', (fields, code) => {
  expect(() => pageOf([], fields)).toThrow(expect.objectContaining({ code }));
});
