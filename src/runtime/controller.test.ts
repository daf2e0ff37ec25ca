import { describe, expect, it } from 'vitest';
import { createController, type ReconcileResult } from './controller.ts';
import { FakeClock, flushPromises } from './fake-clock.ts';
import { done, type ReconcileOutcome, requeueAfter, TerminalError } from './outcome.ts';
import { seededRandom } from './random.ts';
import { RecordingLogger } from './recording-logger.ts';
import type { Runnable } from './runnable.ts';
import { WorkQueue } from './work-queue.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly queue: WorkQueue;
  readonly logger: RecordingLogger;
  readonly controller: Runnable;
  readonly results: ReconcileResult[];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

function run(reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileOutcome>, workers = 1): Bench {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, random: seededRandom(1) });
  const logger = new RecordingLogger();
  const results: ReconcileResult[] = [];
  const stop = new AbortController();
  const metrics = { reconciled: (result: ReconcileResult): void => void results.push(result) };
  const controller = createController({ name: 'test', queue, workers, reconcile, clock, logger, metrics });
  return { clock, queue, logger, controller, results, stop, ended: controller.start(stop.signal) };
}

async function end({ stop, ended }: Bench): Promise<void> {
  stop.abort();
  await ended;
}

describe('a controller', () => {
  it('looks again after the time an outcome asks for', async () => {
    const seenAt: number[] = [];
    const bench = run(async () => {
      seenAt.push(bench.clock.monotonicMs());
      return seenAt.length < 3 ? requeueAfter(5_000, 'instance is starting') : done;
    });
    bench.queue.add('a');
    await bench.clock.advance(60_000);
    expect(seenAt).toEqual([0, 5_000, 10_000]);
    expect(bench.results).toEqual(['requeued', 'requeued', 'done']);
    await end(bench);
  });

  it('outlives a reconcile that throws, retries it with growing waits and logs each failure once', async () => {
    let failures = 0;
    const bench = run(async (key) => {
      if (key === 'bad' && failures < 3) {
        failures += 1;
        throw new Error('api server said no');
      }
      return done;
    });
    bench.queue.add('bad');
    bench.queue.add('good');
    await bench.clock.advance(2_000);
    expect(bench.results).toEqual(['failed', 'done', 'failed', 'failed', 'done']);
    expect(bench.logger.messages('error')).toEqual([
      'reconcile failed',
      'reconcile failed',
      'reconcile failed',
    ]);
    expect(bench.queue.failuresOf('bad')).toBe(0);
    await end(bench);
  });

  it('comes back no earlier than the server asked for', async () => {
    const seenAt: number[] = [];
    const clock = new FakeClock();
    const queue = new WorkQueue({ clock, random: seededRandom(1) });
    const controller = createController({
      name: 'test',
      queue,
      workers: 1,
      reconcile: async () => {
        seenAt.push(clock.monotonicMs());
        if (seenAt.length === 1) throw Object.assign(new Error('too many requests'), { waitMs: 30_000 });
        return done;
      },
      clock,
      logger: new RecordingLogger(),
      retryAfterMsOf: (error) => {
        const waitMs: unknown = error instanceof Error ? Reflect.get(error, 'waitMs') : undefined;
        return typeof waitMs === 'number' ? waitMs : undefined;
      },
    });
    const stop = new AbortController();
    const ended = controller.start(stop.signal);
    queue.add('a');
    await clock.advance(29_999);
    expect(seenAt).toHaveLength(1);
    await clock.advance(500);
    expect(seenAt).toHaveLength(2);
    stop.abort();
    await ended;
  });

  it('survives a reconcile that throws before it returns a promise', async () => {
    const bench = run(() => {
      throw new Error('synchronous');
    });
    bench.queue.add('a');
    await bench.clock.advance(0);
    expect(bench.results).toEqual(['failed']);
    await end(bench);
  });

  it('does not retry what can only fail again', async () => {
    const bench = run(async () => {
      throw new TerminalError('SubnetNotFound', 'no subnet subnet-1');
    });
    bench.queue.add('a');
    await bench.clock.advance(3_600_000);
    expect(bench.results).toEqual(['terminal']);
    expect(bench.logger.lines[0]).toMatchObject({ fields: { key: 'a', reason: 'SubnetNotFound' } });
    await end(bench);
  });

  it('works on as many keys at a time as it has workers', async () => {
    let running = 0;
    let most = 0;
    const bench = run(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => bench.clock.schedule(100, resolve));
      running -= 1;
      return done;
    }, 3);
    for (const key of ['a', 'b', 'c', 'd', 'e']) bench.queue.add(key);
    await bench.clock.advance(1_000);
    expect(most).toBe(3);
    expect(bench.results).toHaveLength(5);
    await end(bench);
  });

  it('aborts a reconcile that takes too long, and tries it again', async () => {
    let calls = 0;
    const bench = run((_key, signal) => {
      calls += 1;
      if (calls > 1) return Promise.resolve(done);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    });
    bench.queue.add('a');
    await bench.clock.advance(121_000);
    expect(bench.results).toEqual(['failed', 'done']);
    await end(bench);
  });

  it('finishes the work at hand when drained, and begins no other', async () => {
    const finished: string[] = [];
    const bench = run(async (key) => {
      await new Promise<void>((resolve) => bench.clock.schedule(100, resolve));
      finished.push(key);
      return done;
    });
    bench.queue.add('a');
    bench.queue.add('b');
    await flushPromises();
    const drained = bench.controller.drain?.();
    bench.queue.add('a');
    bench.queue.add('late');
    await bench.clock.advance(1_000);
    await drained;
    expect(finished).toEqual(['a']);
    await bench.ended;
  });

  it('aborts running reconciles and starts no other when told to stop now', async () => {
    const started: string[] = [];
    const bench = run((key, signal) => {
      started.push(key);
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('cut off')), { once: true });
      });
    });
    bench.queue.add('a');
    bench.queue.add('b');
    await flushPromises();
    await end(bench);
    expect(started).toEqual(['a']);
    expect(bench.results).toEqual(['cancelled']);
    expect(bench.logger.messages('error')).toEqual([]);
  });
});
