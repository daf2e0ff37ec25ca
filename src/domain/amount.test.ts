import { describe, expect, it } from 'vitest';
import { amount } from './amount.ts';

describe('an amount', () => {
  it.each([
    [0, '0 ENIs'],
    [1, '1 ENI'],
    [2, '2 ENIs'],
  ])('of %i is written %s', (number, text) => {
    expect(amount(number, 'ENI')).toBe(text);
  });
});
