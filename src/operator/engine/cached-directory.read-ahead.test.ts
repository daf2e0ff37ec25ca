import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { CachedDirectory } from './cached-directory.ts';

const AGE = { maxAgeMs: 60_000, maxAbsentAgeMs: 10_000 };
const OLDER_MS = 2_000;
const signal = new AbortController().signal;

/** A directory in which every key exists, five to a call; its value is the time of the read. */
function world(soon: readonly string[] = []): {
  readonly clock: FakeClock;
  readonly directory: CachedDirectory<number>;
  readonly reads: string[];
  readonly load: (
    keys: readonly string[],
    age?: Partial<typeof AGE & { acceptsOutdated: boolean }>,
  ) => Promise<number[]>;
} {
  const clock = new FakeClock();
  const reads: string[] = [];
  const directory = new CachedDirectory<number>({
    clock,
    batchMs: 50,
    readAhead: { keys: () => soon, callSize: 5, olderThanMs: OLDER_MS },
    read: async (keys) => {
      reads.push(keys.join(' '));
      return new Map(keys.map((key) => [key, clock.monotonicMs()]));
    },
  });
  return {
    clock,
    directory,
    reads,
    load: async (keys, age = {}) => {
      const loaded = directory.load(keys, { ...AGE, ...age }, signal);
      await clock.advance(50);
      return [...(await loaded).values()];
    },
  };
}

describe('keys that are needed soon', () => {
  it('ride along in a call that is made anyway, the next ones first, as many as it takes', async () => {
    const { load, reads } = world(['b', 'c', 'a', 'd', 'e', 'f']);
    await load(['a']);
    expect(reads).toEqual(['a b c d e']);
    await load(['b', 'c', 'd', 'e']);
    expect(reads).toHaveLength(1);
  });

  it('cause no call of their own', async () => {
    const { clock, load, reads } = world(['b']);
    await load(['a']);
    await clock.advance(59_000);
    await load(['a']);
    expect(reads).toEqual(['a b']);
  });

  it('are left out while their answers are young', async () => {
    const { clock, load, reads } = world(['b', 'c']);
    await load(['b']);
    await load(['a']);
    await clock.advance(OLDER_MS);
    await load(['d']);
    expect(reads).toEqual(['b c', 'a', 'd b c']);
  });

  it('do not make a full call longer', async () => {
    const { load, reads } = world(['z']);
    await load(['a', 'b', 'c', 'd', 'e']);
    expect(reads).toEqual(['a b c d e']);
  });
});

describe('an outdated answer', () => {
  it('is asked for again by those to whom it matters', async () => {
    const { load, directory, reads } = world();
    await load(['a']);
    directory.outdate('a');
    expect(await load(['a'])).toEqual([100]);
    expect(reads).toEqual(['a', 'a']);
    await load(['a']);
    expect(reads).toHaveLength(2);
  });

  it('serves those to whom it makes no difference, or to whom no age does', async () => {
    const { load, directory, reads } = world();
    await load(['a']);
    directory.outdate('a');
    expect(await load(['a'], { acceptsOutdated: true })).toEqual([50]);
    expect(await load(['a'], { maxAgeMs: Number.POSITIVE_INFINITY })).toEqual([50]);
    expect(directory.peek('a')).toBe(50);
    expect(reads).toEqual(['a']);
  });

  it('grows too old for them as any other does', async () => {
    const { clock, load, directory, reads } = world();
    await load(['a']);
    directory.outdate('a');
    await clock.advance(60_000);
    await load(['a'], { acceptsOutdated: true });
    expect(reads).toEqual(['a', 'a']);
  });

  it('is not made good by a read that began before', async () => {
    const clock = new FakeClock();
    const replies: ((value: ReadonlyMap<string, number>) => void)[] = [];
    const directory = new CachedDirectory<number>({
      clock,
      batchMs: 50,
      read: () => new Promise((resolve) => replies.push(resolve)),
    });
    const first = directory.load(['a'], AGE, signal);
    await clock.advance(50);
    directory.outdate('a');
    replies[0]?.(new Map([['a', 1]]));
    expect((await first).get('a')).toBe(1);
    const second = directory.load(['a'], AGE, signal);
    await clock.advance(50);
    replies[1]?.(new Map([['a', 2]]));
    expect((await second).get('a')).toBe(2);
  });
});
