import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../test/builders/ec2-resources.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { createTypeLimits } from './type-limits.ts';

const { signal } = new AbortController();
const DENIED = Object.assign(new Error('not authorized'), {
  kind: 'rejected',
  code: 'UnauthorizedOperation',
  reason: 'Unauthorized',
});

describe('interface limits for the status', () => {
  it('are left out where EC2 knows none', async () => {
    const known = new Map([['m5.large', limitsOf(3)]]);
    const read = createTypeLimits({
      directories: { limits: async (type) => known.get(type) },
      clock: new FakeClock(),
    });
    expect(await read(['m5.large', 'x'], signal)).toEqual([limitsOf(3)]);
  });

  it('that EC2 refuses to tell keep nobody from anything, and are asked for again after ten minutes', async () => {
    const clock = new FakeClock();
    let asked = 0;
    const limits = async () => {
      asked += 1;
      throw DENIED;
    };
    const read = createTypeLimits({ directories: { limits }, clock });
    expect(await read(['m5.large'], signal)).toEqual([]);
    await clock.advance(599_000);
    await read(['m5.large'], signal);
    expect(asked).toBe(1);
    await clock.advance(2_000);
    await read(['m5.large'], signal);
    expect(asked).toBe(2);
  });

  it('do not hide what is no answer of EC2', async () => {
    const bug = new TypeError('bug');
    const limits = (): Promise<never> => Promise.reject(bug);
    const read = createTypeLimits({ directories: { limits }, clock: new FakeClock() });
    await expect(read(['m5.large'], signal)).rejects.toThrow('bug');
  });
});
