import { describe, expect, it } from 'vitest';
import { isStale } from './build-if-stale.ts';

describe('isStale', () => {
  it('builds when a bundle is missing or older than a source, and only then', () => {
    expect(isStale([20, undefined], 10)).toBe(true);
    expect(isStale([20, 9], 10)).toBe(true);
    expect(isStale([20, 10], 10)).toBe(false);
  });
});
