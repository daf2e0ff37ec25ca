import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StringPool } from './string-pool.ts';

describe('a pool of strings', () => {
  it('changes no value', () => {
    const pool = new StringPool();
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(pool.share(value)).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  it('takes any number of different strings', () => {
    const pool = new StringPool();
    for (let n = 0; n < 20_000; n += 1) expect(pool.share({ n: `value ${n}` })).toEqual({ n: `value ${n}` });
    expect(pool.share({ n: 'value 0' })).toEqual({ n: 'value 0' });
  });

  it('leaves members named like those of every object to the object', () => {
    const value: unknown = JSON.parse('{"__proto__": "a", "constructor": {"x": "b"}}');
    expect(JSON.stringify(new StringPool().share(value))).toBe('{"__proto__":"a","constructor":{"x":"b"}}');
  });
});
