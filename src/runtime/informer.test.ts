import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { createInformer, type Informer, type InformerOptions } from './informer.ts';
import { FakeCollection, type Pod, pod } from './fake-list-watch.ts';
import { ListWatchError } from './list-watch.ts';
import { seededRandom } from './random.ts';
import { RecordingLogger } from './recording-logger.ts';
import type { WatchEnd } from './reflector.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly server: FakeCollection;
  readonly informer: Informer<number, 'size'>;
  readonly logger: RecordingLogger;
  readonly seen: string[];
  readonly ends: WatchEnd[];
  readonly failures: string[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

function aBench(options: Partial<InformerOptions<Pod, number, 'size'>> = {}): Bench {
  const clock = new FakeClock();
  const server = new FakeCollection();
  const logger = new RecordingLogger();
  const ends: WatchEnd[] = [];
  const failures: string[] = [];
  const seen: string[] = [];
  const informer = createInformer<Pod, number, 'size'>({
    name: 'pods',
    listWatch: server,
    transform: ({ size }) => {
      if (size < 0) throw new Error('negative size');
      return size;
    },
    indexers: { size: (size) => [String(size)] },
    clock,
    random: seededRandom(1),
    logger,
    metrics: {
      listed: () => undefined,
      ended: (end) => ends.push(end),
      handlerFailed: () => failures.push('handler'),
      transformFailed: () => failures.push('transform'),
    },
    ...options,
  });
  informer.addHandler(({ type, key }) => seen.push(`${type} ${key}`));
  const abort = new AbortController();
  let running: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    running = informer.start(abort.signal);
    await clock.advance(0);
  };
  const stop = async (): Promise<void> => {
    abort.abort();
    await clock.advance(0);
    await running;
  };
  return { clock, server, informer, logger, seen, ends, failures, start, stop };
}

const gone = (): ListWatchError => new ListWatchError('gone', 'too old resource version');
const broken = (): ListWatchError => new ListWatchError('failed', 'connection reset');

describe('an informer', () => {
  it('has synced only when every page of the list is in the cache', async () => {
    const bench = aBench({ pageSize: 2 });
    bench.server.pods = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, '1'));
    expect(bench.informer.hasSynced).toBe(false);
    await bench.start();
    await bench.informer.ready();
    expect(bench.informer.cache.keys()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(bench.server.lists.map(({ continueToken }) => continueToken)).toEqual([undefined, '2', '4']);
    expect(bench.server.lastWatch.options.resourceVersion).toBe('100');
    await bench.stop();
  });

  it('follows the watch and keeps what its transform returns', async () => {
    const bench = aBench();
    bench.server.pods = [pod('a', '1')];
    await bench.start();
    bench.server.lastWatch.send(
      { type: 'added', object: pod('b', '101', { size: 7 }) },
      { type: 'modified', object: pod('a', '102', { size: 7 }) },
      { type: 'deleted', object: pod('b', '103', { size: 7 }) },
    );
    await bench.clock.advance(0);
    expect(bench.seen).toEqual(['added a', 'added b', 'updated a', 'deleted b']);
    expect(bench.informer.cache.byIndex('size', '7')).toEqual([7]);
    await bench.stop();
  });

  it('asks the server to end each watch after five to ten minutes and goes on from the last event at once', async () => {
    const bench = aBench();
    await bench.start();
    const { timeoutSeconds } = bench.server.lastWatch.options;
    expect(timeoutSeconds).toBeGreaterThanOrEqual(300);
    expect(timeoutSeconds).toBeLessThanOrEqual(600);
    bench.server.lastWatch.send(
      { type: 'added', object: pod('b', '140') },
      { type: 'bookmark', resourceVersion: '150' },
    );
    await bench.clock.advance(0);
    bench.server.lastWatch.close();
    await bench.clock.advance(0);
    expect(bench.server.watches).toHaveLength(2);
    expect(bench.server.lastWatch.options.resourceVersion).toBe('150');
    expect(bench.server.lists).toHaveLength(1);
    expect(bench.logger.messages('warn')).toEqual([]);
    await bench.stop();
  });

  it('opens a watch anew that is silent, and not one that only gets bookmarks', async () => {
    const bench = aBench();
    await bench.start();
    for (let minute = 0; minute < 5; minute += 1) {
      bench.server.lastWatch.send({ type: 'bookmark', resourceVersion: `${200 + minute}` });
      await bench.clock.advance(61_000);
    }
    expect(bench.server.watches).toHaveLength(1);
    await bench.clock.advance(20_000);
    expect(bench.ends).toEqual(['stalled']);
    expect(bench.server.watches).toHaveLength(2);
    expect(bench.server.watches[0]?.options.signal.aborted).toBe(true);
    expect(bench.server.lastWatch.options.resourceVersion).toBe('204');
    await bench.stop();
  });

  it('opens the watch of a collection that never changes anew, silently, at once and for ever', async () => {
    const bench = aBench();
    await bench.start();
    for (let step = 0; step < 60; step += 1) {
      await bench.clock.advance(10_000);
      expect(bench.informer.lastProgressAgeMs).toBeLessThanOrEqual(75_000);
    }
    expect(bench.server.watches).toHaveLength(9);
    expect(bench.server.lists).toHaveLength(1);
    expect(bench.logger.messages('warn')).toEqual([]);
    await bench.stop();
  });

  it('backs off and warns when its watches are not even accepted', async () => {
    const bench = aBench();
    bench.server.acceptsWatches = false;
    await bench.start();
    await bench.clock.advance(300_000);
    expect(bench.logger.messages('warn').length).toBeGreaterThan(1);
    expect(bench.informer.lastProgressAgeMs).toBe(300_000);
    await bench.stop();
  });

  it('lists again when its version is gone and tells what it missed, a recreated object as deleted and added', async () => {
    const bench = aBench();
    bench.server.pods = [pod('same', '1'), pod('recreated', '2'), pod('deleted', '3')];
    await bench.start();
    bench.seen.length = 0;
    bench.server.pods = [pod('same', '1'), pod('recreated', '160', { uid: 'another' }), pod('new', '161')];
    bench.server.resourceVersion = '170';
    bench.server.lastWatch.send({ type: 'bookmark', resourceVersion: '101' });
    await bench.clock.advance(0);
    bench.server.lastWatch.close(gone());
    await bench.clock.advance(0);
    expect(bench.seen).toEqual(['deleted deleted', 'deleted recreated', 'added recreated', 'added new']);
    expect(bench.server.lastWatch.options.resourceVersion).toBe('170');
    await bench.stop();
  });

  it('does not storm a server that answers every watch with gone', async () => {
    const bench = aBench();
    bench.server.watchFailures.push(...Array.from({ length: 500 }, gone));
    await bench.start();
    await bench.clock.advance(300_000);
    expect(bench.server.lists.length).toBeLessThan(60);
    expect(bench.server.lists.length).toBeGreaterThan(5);
    await bench.stop();
  });

  it('does not storm a server that closes every watch at once', async () => {
    const bench = aBench();
    await bench.start();
    for (let second = 0; second < 60; second += 1) {
      bench.server.lastWatch.close();
      await bench.clock.advance(1_000);
    }
    expect(bench.server.watches.length).toBeLessThan(20);
    await bench.stop();
  });

  it('begins a list again whose continue token expired', async () => {
    const bench = aBench({ pageSize: 1 });
    bench.server.pods = [pod('a', '1'), pod('b', '2')];
    const list = bench.server.list.bind(bench.server);
    let isFirst = true;
    bench.server.list = async (options) => {
      const page = await list(options);
      if (options.continueToken === undefined || !isFirst) return page;
      isFirst = false;
      throw gone();
    };
    await bench.start();
    await bench.clock.advance(30_000);
    expect(bench.informer.cache.keys()).toEqual(['a', 'b']);
    expect(bench.seen).toEqual(['added a', 'added b']);
    await bench.stop();
  });

  it('survives failing lists and broken watches, backs off, and never loses its cache', async () => {
    const bench = aBench();
    bench.server.pods = [pod('a', '1')];
    bench.server.listFailures.push(broken(), broken(), new Error('unforeseen'));
    await bench.start();
    expect(bench.informer.hasSynced).toBe(false);
    await bench.clock.advance(60_000);
    expect(bench.informer.hasSynced).toBe(true);
    bench.server.lastWatch.close(broken());
    await bench.clock.advance(700);
    expect(bench.informer.cache.get('a')).toBe(1);
    await bench.clock.advance(60_000);
    expect(bench.server.lastWatch.options.signal.aborted).toBe(false);
    expect(bench.server.lists).toHaveLength(4);
    await bench.stop();
  });

  it('stays away as long as the server asks', async () => {
    const bench = aBench();
    bench.server.listFailures.push(
      new ListWatchError('failed', 'too many requests', { retryAfterMs: 45_000 }),
    );
    await bench.start();
    await bench.clock.advance(44_999);
    expect(bench.server.lists).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.server.lists).toHaveLength(2);
    await bench.stop();
  });

  it('counts and logs a handler that throws and tells the others all the same', async () => {
    const bench = aBench();
    bench.informer.addHandler(() => {
      throw new Error('bug in a handler');
    });
    const after: string[] = [];
    bench.informer.addHandler(({ key }) => after.push(key));
    bench.server.pods = [pod('a', '1')];
    await bench.start();
    bench.server.lastWatch.send({ type: 'added', object: pod('b', '101') });
    await bench.clock.advance(0);
    expect(after).toEqual(['a', 'b']);
    expect(bench.failures).toEqual(['handler', 'handler']);
    expect(bench.logger.messages('error')).toEqual(['informer handler failed', 'informer handler failed']);
    await bench.stop();
  });

  it('keeps the last readable state of an object it cannot read instead of calling it deleted', async () => {
    const bench = aBench();
    bench.server.pods = [pod('a', '1', { size: 5 })];
    await bench.start();
    bench.server.lastWatch.send({ type: 'modified', object: pod('a', '101', { size: -1 }) });
    bench.server.pods = [pod('a', '101', { size: -1 })];
    await bench.clock.advance(0);
    bench.server.lastWatch.close(gone());
    await bench.clock.advance(1_000);
    expect(bench.informer.cache.get('a')).toBe(5);
    expect(bench.failures).toEqual(['transform', 'transform']);
    expect(bench.seen).toEqual(['added a']);
    await bench.stop();
  });

  it('shows every object again at each resync without asking the server', async () => {
    const bench = aBench({ resyncPeriodMs: 60_000, idleTimeoutMs: 600_000 });
    bench.server.pods = [pod('a', '1'), pod('b', '2')];
    await bench.start();
    await bench.clock.advance(120_000);
    expect(bench.seen.slice(2)).toEqual(['resynced a', 'resynced b', 'resynced a', 'resynced b']);
    expect(bench.server.lists).toHaveLength(1);
    await bench.stop();
    expect(bench.clock.pendingCount).toBe(0);
  });

  it('tells how long nothing has arrived', async () => {
    const bench = aBench();
    bench.server.listFailures.push(...Array.from({ length: 100 }, broken));
    await bench.start();
    await bench.clock.advance(100_000);
    expect(bench.informer.lastProgressAgeMs).toBe(100_000);
    await bench.stop();
  });

  it('refuses a handler that would miss the first list', async () => {
    const bench = aBench();
    await bench.start();
    expect(() => bench.informer.addHandler(() => undefined)).toThrow(/before start/);
    await bench.stop();
  });
});
