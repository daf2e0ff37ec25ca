import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { CachedDirectory, type Spacing } from './cached-directory.ts';

const AGE = { maxAgeMs: 60_000, maxAbsentAgeMs: 10_000 };
const signal = new AbortController().signal;

/** A directory of what is in `truth`, read in 100 ms, batched over 50 ms. */
function world(
  truth: Record<string, string> = { a: '1', b: '2', c: '3' },
  options: { readonly spacing?: Spacing } = {},
): {
  readonly clock: FakeClock;
  readonly directory: CachedDirectory<string>;
  readonly truth: Record<string, string>;
  readonly reads: (readonly string[])[];
  readonly failures: Error[];
  readonly load: (...keys: string[]) => Promise<Record<string, string>>;
} {
  const clock = new FakeClock();
  const reads: (readonly string[])[] = [];
  const failures: Error[] = [];
  const directory = new CachedDirectory<string>({
    clock,
    batchMs: 50,
    ...options,
    read: async (keys, given) => {
      reads.push(keys);
      const found = new Map(Object.entries(truth).filter(([key]) => keys.includes(key)));
      await new Promise<void>((resolve) => {
        clock.schedule(100, resolve);
      });
      given.throwIfAborted();
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return found;
    },
  });
  return {
    clock,
    directory,
    truth,
    reads,
    failures,
    load: async (...keys) => {
      const loaded = directory.load(keys, AGE, signal);
      // Observed here too, so that a rejection while the clock advances is not unhandled.
      loaded.catch(() => undefined);
      await clock.advance(150);
      return Object.fromEntries(await loaded);
    },
  };
}

describe('a directory', () => {
  it('does not keep for ever what nobody asks for any more, as the instances of a cluster that grows and shrinks', async () => {
    const { clock, directory, reads, load } = world({ a: '1', b: '2' });
    const hour = 3_600_000;
    await load('a', 'b');
    for (let hours = 0; hours < 24; hours += 1) {
      await clock.advance(hour);
      const kept = await directory.load(['b'], { maxAgeMs: Infinity, maxAbsentAgeMs: 10_000 }, signal);
      expect(kept.get('b')).toBe('2');
    }
    expect(directory.peek('a')).toBeUndefined();
    expect(reads).toEqual([['a', 'b']]);
    expect(await load('a')).toEqual({ a: '1' });
  });

  it('asks once for what many ask within a moment', async () => {
    const { clock, directory, reads } = world();
    const first = directory.load(['a', 'b'], AGE, signal);
    await clock.advance(40);
    const second = directory.load(['b', 'c'], AGE, signal);
    await clock.advance(110);
    expect(Object.fromEntries(await first)).toEqual({ a: '1', b: '2' });
    expect(Object.fromEntries(await second)).toEqual({ b: '2', c: '3' });
    expect(reads).toEqual([['a', 'b', 'c']]);
  });

  it('asks at once after a pause, and for all that came since while it asks often', async () => {
    const truth = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, 'here']));
    const { clock, directory, reads } = world(truth, { spacing: { afterLastMs: 500, belowKeys: 10 } });
    const answers = [];
    for (const key of Object.keys(truth)) {
      answers.push(directory.load([key], AGE, signal));
      await clock.advance(60);
    }
    await clock.advance(600);
    expect((await Promise.all(answers)).map((answer) => answer.size)).toEqual(answers.map(() => 1));
    expect(reads.map((keys) => keys.length)).toEqual([1, 9, 8, 2]);
    await clock.advance(60_000);
    const late = directory.load(['k0'], AGE, signal);
    await clock.advance(150);
    expect((await late).size).toBe(1);
  });

  it('asks at once for what is worth a call of its own', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const truth = Object.fromEntries(keys.map((key) => [key, 'here']));
    const { clock, directory, reads } = world(truth, { spacing: { afterLastMs: 500, belowKeys: 10 } });
    const answers = [directory.load(['k0'], AGE, signal)];
    await clock.advance(60);
    answers.push(directory.load(keys, AGE, signal));
    await clock.advance(150);
    expect((await Promise.all(answers)).map((answer) => answer.size)).toEqual([1, 20]);
    expect(reads.map((asked) => asked.length)).toEqual([1, 19]);
  });

  it('never asks twice for what is being asked already', async () => {
    const { clock, directory, reads } = world();
    const first = directory.load(['a'], AGE, signal);
    await clock.advance(60);
    const second = directory.load(['a', 'b'], AGE, signal);
    await clock.advance(500);
    expect(Object.fromEntries(await first)).toEqual({ a: '1' });
    expect(Object.fromEntries(await second)).toEqual({ a: '1', b: '2' });
    expect(reads).toEqual([['a'], ['b']]);
  });

  it('remembers answers for as long as the asker accepts', async () => {
    const { clock, directory, load, reads, truth } = world();
    await load('a');
    truth['a'] = 'new';
    await clock.advance(59_000);
    expect(await load('a')).toEqual({ a: '1' });
    await clock.advance(1_000);
    expect(await load('a')).toEqual({ a: 'new' });
    expect(reads).toHaveLength(2);
    await directory.load(['a'], { maxAgeMs: Infinity, maxAbsentAgeMs: 0 }, signal);
    expect(reads).toHaveLength(2);
  });

  it('remembers that there is none, for a shorter time', async () => {
    const { clock, load, reads, truth } = world();
    expect(await load('x')).toEqual({});
    expect(await load('x')).toEqual({});
    expect(reads).toHaveLength(1);
    truth['x'] = 'made';
    await clock.advance(10_000);
    expect(await load('x')).toEqual({ x: 'made' });
  });

  it('dates an answer by when its read began', async () => {
    const { clock, directory, load, reads } = world();
    await load('a');
    const young = { maxAgeMs: 150, maxAbsentAgeMs: 150 };
    await clock.advance(50);
    void directory.load(['a'], young, signal);
    await clock.advance(200);
    expect(reads).toHaveLength(2);
  });

  it('asks only for the keys it does not know', async () => {
    const { load, reads } = world();
    await load('a');
    expect(await load('a', 'b')).toEqual({ a: '1', b: '2' });
    expect(reads).toEqual([['a'], ['b']]);
  });

  it('shows what it knows without asking, and forgets on demand', async () => {
    const { clock, directory, load, reads } = world();
    expect(directory.peek('a')).toBeUndefined();
    await load('a');
    await clock.advance(1_000_000);
    expect(directory.peek('a')).toBe('1');
    directory.invalidate('a');
    expect(directory.peek('a')).toBeUndefined();
    expect(await load('a')).toEqual({ a: '1' });
    expect(reads).toHaveLength(2);
  });
});

describe('a read that fails', () => {
  it('fails everybody who waits for it, and leaves what was known', async () => {
    const { clock, directory, load, failures, truth } = world();
    await load('a');
    truth['a'] = 'new';
    await clock.advance(60_000);
    failures.push(new Error('EC2 is down'));
    await expect(load('a')).rejects.toThrow('EC2 is down');
    expect(directory.peek('a')).toBe('1');
    expect(await load('a')).toEqual({ a: 'new' });
  });

  it('does not say that anything is absent', async () => {
    const { load, failures } = world();
    failures.push(new Error('EC2 is down'));
    await expect(load('a')).rejects.toThrow('EC2 is down');
    expect(await load('a')).toEqual({ a: '1' });
  });
});

describe('a read that began before an invalidation', () => {
  it('is not remembered as an answer to later questions', async () => {
    const { clock, directory, load, truth } = world();
    const early = directory.load(['a'], AGE, signal);
    await clock.advance(60);
    truth['a'] = 'new';
    directory.invalidate('a');
    await clock.advance(100);
    expect(Object.fromEntries(await early)).toEqual({ a: '1' });
    expect(await load('a')).toEqual({ a: 'new' });
  });

  it('does not answer a question that comes after it', async () => {
    const { clock, directory, load, truth } = world();
    void directory.load(['a'], AGE, signal);
    await clock.advance(60);
    truth['a'] = 'new';
    directory.invalidate('a');
    expect(await load('a')).toEqual({ a: 'new' });
  });
});

it('goes on for the others when the one who asked first gives up', async () => {
  const { clock, directory } = world();
  const impatient = new AbortController();
  const first = directory.load(['a'], AGE, impatient.signal);
  first.catch(() => undefined);
  const second = directory.load(['b'], AGE, signal);
  second.catch(() => undefined);
  impatient.abort(new Error('took too long'));
  await clock.advance(500);
  expect(Object.fromEntries(await second)).toEqual({ b: '2' });
});
