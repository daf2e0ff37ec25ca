import { type Backoff, exponentialBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { DelayQueue } from './delay-queue.ts';
import type { Random } from './random.ts';

/** `high` is for deletions and for what people wait for, `low` for resyncs. */
export type Lane = 'high' | 'low';

/** Where a {@link WorkQueue} reports to. Every call is synchronous and must not throw. */
export interface QueueMetrics {
  /** Keys that are ready but not running. */
  depthChanged(depth: number): void;
  /** A key was handed out after waiting so long. */
  waited(durationMs: number): void;
  /** A key was worked on for so long. */
  worked(durationMs: number): void;
  /** A key was put back with back-off. */
  retried(): void;
}

/** What a {@link WorkQueue} needs. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics?: QueueMetrics;
  /** First wait of a failing key; default 200 ms. */
  readonly baseDelayMs?: number;
  /** Longest wait of a failing key; default 300,000 ms. */
  readonly maxDelayMs?: number;
}

interface Running {
  readonly sinceMs: number;
  /** Added again meanwhile, in this lane. */
  again: Lane | undefined;
}

/** So many keys of the high lane in a row, then one of the low lane, so that a busy high lane starves nobody. */
const highInARow = 4;

/**
 * A queue of keys with the semantics of client-go's workqueue: a key waits at most once, is never handed out twice at
 * a time, and one that is added while it runs is handed out again afterwards.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #metrics: QueueMetrics | undefined;
  readonly #noFailure: Backoff;
  /** Maps keep insertion order, which makes each a set and a first-in-first-out queue in one; value = ready since. */
  readonly #ready: Readonly<Record<Lane, Map<string, number>>> = { high: new Map(), low: new Map() };
  readonly #running = new Map<string, Running>();
  readonly #backoffs = new Map<string, Backoff>();
  readonly #delayed: DelayQueue;
  readonly #delayedLanes = new Map<string, Lane>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #idleWaiters: (() => void)[] = [];
  #highTaken = 0;
  #isShutDown = false;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#metrics = options.metrics;
    this.#noFailure = exponentialBackoff({
      baseMs: options.baseDelayMs ?? 200,
      maxMs: options.maxDelayMs ?? 300_000,
    });
    this.#delayed = new DelayQueue(options.clock, (key) => this.#addDelayed(key));
  }

  /** Keys that are ready but not running. */
  get depth(): number {
    return this.#ready.high.size + this.#ready.low.size;
  }

  /** Keys that are being worked on. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Keys that wait for their time. */
  get delayedCount(): number {
    return this.#delayed.size;
  }

  /** How long the slowest running key has been worked on; 0 when none is. */
  get longestRunningMs(): number {
    const nowMs = this.#clock.monotonicMs();
    let longestMs = 0;
    for (const { sinceMs } of this.#running.values()) longestMs = Math.max(longestMs, nowMs - sinceMs);
    return longestMs;
  }

  /** Makes `key` ready, now. A key that waits in the low lane moves up when added to the high one. */
  add(key: string, lane: Lane = 'high'): void {
    if (this.#isShutDown) return;
    const running = this.#running.get(key);
    if (running === undefined) this.#makeReady(key, lane);
    else if (running.again !== 'high') running.again = lane;
    this.#serve();
  }

  /** Makes `key` ready in `delayMs`; of two delays of one key the one that ends earlier counts. */
  addAfter(key: string, delayMs: number, lane: Lane = 'high'): void {
    if (this.#isShutDown) return;
    if (delayMs <= 0) {
      this.add(key, lane);
      return;
    }
    if (this.#delayedLanes.get(key) !== 'high') this.#delayedLanes.set(key, lane);
    this.#delayed.add(key, delayMs);
  }

  /**
   * Makes `key` ready after a wait that doubles with each call until {@link forget}; returns the wait. `leastMs`, which a
   * server asked for, comes on top, so that the jitter keeps those apart that it asked at once.
   */
  addWithBackoff(key: string, lane: Lane = 'high', leastMs = 0): number {
    if (this.#isShutDown) return 0;
    const backoff = (this.#backoffs.get(key) ?? this.#noFailure).next(this.#random);
    this.#backoffs.set(key, backoff);
    this.#metrics?.retried();
    const delayMs = leastMs + backoff.delayMs;
    this.addAfter(key, delayMs, lane);
    return delayMs;
  }

  /** The key succeeded, or is given up: its next failure waits the shortest time again. */
  forget(key: string): void {
    this.#backoffs.delete(key);
  }

  /** Failures in a row of `key`. */
  failuresOf(key: string): number {
    return this.#backoffs.get(key)?.failures ?? 0;
  }

  /** Waits for the next key, which must be given back by {@link done}. Undefined: shut down and empty. */
  async take(): Promise<string | undefined> {
    if (this.#takers.length === 0) {
      const key = this.#next();
      if (key !== undefined || this.#isShutDown) return key;
    }
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** The work on `key` is over, well or not. */
  done(key: string): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    this.#running.delete(key);
    this.#metrics?.worked(this.#clock.monotonicMs() - running.sinceMs);
    if (running.again !== undefined) this.#makeReady(key, running.again);
    this.#serve();
  }

  /** Takes no key any more and drops those that wait for their time; ready keys are still handed out. */
  shutDown(): void {
    this.#isShutDown = true;
    this.#delayed.clear();
    this.#delayedLanes.clear();
    this.#serve();
  }

  /** {@link shutDown}, and drops the ready keys too. Keys are levels, not events: the next process lists them again. */
  discard(): void {
    this.#ready.high.clear();
    this.#ready.low.clear();
    for (const running of this.#running.values()) running.again = undefined;
    this.#metrics?.depthChanged(0);
    this.shutDown();
  }

  /** Resolves when no key is ready or running. */
  async idle(): Promise<void> {
    if (this.depth === 0 && this.#running.size === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  #addDelayed(key: string): void {
    const lane = this.#delayedLanes.get(key) ?? 'high';
    this.#delayedLanes.delete(key);
    this.add(key, lane);
  }

  #makeReady(key: string, lane: Lane): void {
    if (this.#ready.high.has(key)) return;
    const sinceMs = this.#ready.low.get(key) ?? this.#clock.monotonicMs();
    if (lane === 'high') this.#ready.low.delete(key);
    this.#ready[lane].set(key, sinceMs);
    this.#metrics?.depthChanged(this.depth);
  }

  #nextLane(): Lane {
    if (this.#ready.low.size === 0) return 'high';
    if (this.#ready.high.size === 0) return 'low';
    return this.#highTaken < highInARow ? 'high' : 'low';
  }

  #next(): string | undefined {
    const lane = this.#nextLane();
    const first = this.#ready[lane].entries().next();
    if (first.done === true) return undefined;
    const [key, readySinceMs] = first.value;
    this.#ready[lane].delete(key);
    this.#highTaken = lane === 'high' ? this.#highTaken + 1 : 0;
    const nowMs = this.#clock.monotonicMs();
    this.#running.set(key, { sinceMs: nowMs, again: undefined });
    this.#metrics?.waited(nowMs - readySinceMs);
    this.#metrics?.depthChanged(this.depth);
    return key;
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#next();
      if (key === undefined && !this.#isShutDown) break;
      this.#takers.shift()?.(key);
    }
    if (this.depth > 0 || this.#running.size > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
