import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock, flushPromises } from './fake-clock.ts';
import { seededRandom } from './random.ts';
import { type QueueMetrics, WorkQueue } from './work-queue.ts';

function aQueue(clock: FakeClock, metrics?: QueueMetrics): WorkQueue {
  return new WorkQueue({ clock, random: seededRandom(1), ...(metrics === undefined ? {} : { metrics }) });
}

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) {
    const key = await queue.take();
    if (key === undefined) break;
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe('a work queue', () => {
  it('hands out a key once, however often it was added', async () => {
    const queue = aQueue(new FakeClock());
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(await takeAll(queue)).toEqual(['a', 'b']);
  });

  it('never hands out a running key, and hands it out once more after it was added meanwhile', async () => {
    const queue = aQueue(new FakeClock());
    queue.add('a');
    expect(await queue.take()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
    expect(queue.depth).toBe(0);
  });

  it('wakes a worker that waits', async () => {
    const queue = aQueue(new FakeClock());
    const waiting = queue.take();
    queue.add('a');
    expect(await waiting).toBe('a');
  });

  it('runs a delayed key at the earlier of two deadlines, once', async () => {
    const clock = new FakeClock();
    const queue = aQueue(clock);
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 9_000);
    await clock.advance(999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await takeAll(queue)).toEqual(['a']);
    await clock.advance(20_000);
    expect(queue.depth).toBe(0);
    expect(clock.pendingCount).toBe(0);
  });

  it('runs delayed keys in the order of their deadlines with one timer', async () => {
    const clock = new FakeClock();
    const queue = aQueue(clock);
    const order = [7, 3, 9, 1, 5, 8, 2, 6, 4];
    for (const second of order) queue.addAfter(`k${second}`, second * 1_000);
    expect(clock.pendingCount).toBe(1);
    await clock.advance(10_000);
    expect(await takeAll(queue)).toEqual(order.toSorted((a, b) => a - b).map((second) => `k${second}`));
  });

  it('makes a failing key wait longer each time, until it succeeds', () => {
    const queue = aQueue(new FakeClock());
    const waits = Array.from({ length: 14 }, () => queue.addWithBackoff('a'));
    expect(waits[0]).toBeLessThanOrEqual(200);
    expect(waits.at(-1)).toBeGreaterThan(240_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
    expect(queue.failuresOf('a')).toBe(14);
    queue.forget('a');
    expect(queue.addWithBackoff('a')).toBeLessThanOrEqual(200);
  });

  it('serves what people wait for before a resync, and the resync all the same', async () => {
    const queue = aQueue(new FakeClock());
    for (let index = 0; index < 10; index += 1) queue.add(`low${index}`, 'low');
    for (let index = 0; index < 10; index += 1) queue.add(`high${index}`, 'high');
    const order = await takeAll(queue);
    expect(order.slice(0, 6)).toEqual(['high0', 'high1', 'high2', 'high3', 'low0', 'high4']);
    expect(order).toHaveLength(20);
  });

  it('moves a key up that waits in the low lane', async () => {
    const queue = aQueue(new FakeClock());
    queue.add('a', 'low');
    queue.add('b', 'low');
    queue.add('b', 'high');
    expect(await takeAll(queue)).toEqual(['b', 'a']);
  });

  it('still hands out ready keys after shutdown, drops delayed ones and then ends its workers', async () => {
    const clock = new FakeClock();
    const queue = aQueue(clock);
    queue.add('ready');
    queue.addAfter('later', 1_000);
    queue.shutDown();
    queue.add('too late');
    expect(await queue.take()).toBe('ready');
    const end = queue.take();
    let isIdle = false;
    const waitForIdle = async (): Promise<void> => {
      await queue.idle();
      isIdle = true;
    };
    const idle = waitForIdle();
    await flushPromises();
    expect(isIdle).toBe(false);
    queue.done('ready');
    await idle;
    expect(await end).toBeUndefined();
    expect(clock.pendingCount).toBe(0);
  });

  it('tells how deep it is, how long keys waited and how long they ran', async () => {
    const clock = new FakeClock();
    const seen: Record<string, number[]> = { depth: [], waited: [], worked: [], retried: [] };
    const queue = aQueue(clock, {
      depthChanged: (depth) => seen['depth']?.push(depth),
      waited: (ms) => seen['waited']?.push(ms),
      worked: (ms) => seen['worked']?.push(ms),
      retried: () => seen['retried']?.push(1),
    });
    queue.add('a');
    await clock.advance(300);
    await queue.take();
    await clock.advance(50);
    expect(queue.longestRunningMs).toBe(50);
    queue.done('a');
    queue.addWithBackoff('a');
    expect(seen).toEqual({ depth: [1, 0], waited: [300], worked: [50], retried: [1] });
    expect(queue.longestRunningMs).toBe(0);
  });
});

type Step =
  | { readonly type: 'add'; readonly key: string; readonly lane: 'high' | 'low' }
  | { readonly type: 'retry'; readonly key: string; readonly lane: 'high' | 'low' }
  | { readonly type: 'addAfter'; readonly key: string; readonly delayMs: number }
  | { readonly type: 'advance'; readonly ms: number };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const lane = fc.constantFrom<'high' | 'low'>('high', 'low');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('add' as const), key, lane }),
  fc.record({ type: fc.constant('retry' as const), key, lane }),
  fc.record({ type: fc.constant('addAfter' as const), key, delayMs: fc.integer({ min: 0, max: 2_000 }) }),
  fc.record({ type: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 500 }) }),
);

/** Runs the steps against workers of random speed; tells for each key when it was last asked for and last started. */
async function simulate(steps: readonly Step[], seed: number): Promise<{ overlaps: number; lost: string[] }> {
  const clock = new FakeClock();
  const queue = aQueue(clock);
  const random = seededRandom(seed);
  const running = new Set<string>();
  const askedAt = new Map<string, number>();
  const startedAt = new Map<string, number>();
  let overlaps = 0;
  let order = 0;
  const ask = (asked: string): void => void askedAt.set(asked, (order += 1));
  const worker = async (): Promise<void> => {
    for (let taken = await queue.take(); taken !== undefined; taken = await queue.take()) {
      const current = taken;
      if (running.has(current)) overlaps += 1;
      running.add(current);
      startedAt.set(current, (order += 1));
      await new Promise<void>((resolve) => clock.schedule(random() * 300, resolve));
      running.delete(current);
      queue.done(current);
    }
  };
  const workers = [worker(), worker(), worker()];
  await flushPromises();
  for (const current of steps) {
    if (current.type === 'advance') await clock.advance(current.ms);
    else {
      ask(current.key);
      if (current.type === 'add') queue.add(current.key, current.lane);
      else if (current.type === 'retry') queue.addWithBackoff(current.key, current.lane);
      else queue.addAfter(current.key, current.delayMs);
    }
  }
  await clock.advance(400_000);
  queue.shutDown();
  await Promise.all(workers);
  const lost = [...askedAt]
    .filter(([asked, at]) => (startedAt.get(asked) ?? -1) < at)
    .map(([asked]) => asked);
  return { overlaps, lost };
}

describe('any use of a work queue', () => {
  it('never runs a key twice at a time and never loses one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer(), async (steps, seed) => {
        expect(await simulate(steps, seed)).toEqual({ overlaps: 0, lost: [] });
      }),
      { numRuns: 100 },
    );
  });
});
