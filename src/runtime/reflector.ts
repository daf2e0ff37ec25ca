import { type Backoff, decorrelatedBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { delay } from './delay.ts';
import { linkAbort } from './linked-abort.ts';
import {
  type ApiObject,
  type ListWatch,
  ListWatchError,
  type ListWatchFailure,
  type WatchEvent,
} from './list-watch.ts';
import type { Logger } from './logger.ts';
import type { Random } from './random.ts';

/** Why a watch is over: `closed` by the server as agreed, `stalled` = silent for too long, or a failure. */
export type WatchEnd = ListWatchFailure | 'closed' | 'stalled';

/** Where a reflector reports to. */
export interface ReflectorMetrics {
  /** A whole list was read. */
  listed(itemCount: number, durationMs: number): void;
  /** A list or watch is over and will be tried again. */
  ended(end: WatchEnd): void;
}

/** Who receives what a {@link Reflector} reads. Neither method may throw. */
interface ReflectorSink<T> {
  /** The whole collection, as of one resourceVersion. */
  replace(objects: readonly T[]): void;
  apply(event: Extract<WatchEvent<T>, { object: T }>): void;
}

/** What a {@link Reflector} needs. */
export interface ReflectorOptions<T extends ApiObject> {
  /** For logs. */
  readonly name: string;
  readonly listWatch: ListWatch<T>;
  readonly sink: ReflectorSink<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: ReflectorMetrics;
  /** Objects a page; default 500. */
  readonly pageSize?: number;
  /**
   * A watch without event or bookmark for so long is taken for dead and opened anew; default 75,000 ms. The API server
   * sends a bookmark about every 60 s, but of a collection that has not changed since the server started the first one
   * may take two minutes or more (measured on 1.36); to open such a watch anew costs one request and loses nothing.
   */
  readonly idleTimeoutMs?: number;
  /** Bounds of the wait between attempts; default 800 to 30,000 ms. */
  readonly minBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

interface RoundEnd {
  readonly end: WatchEnd;
  readonly retryAfterMs?: number | undefined;
  readonly error?: unknown;
}

const shortestWatchSeconds = 300;
/** A watch that the server closed earlier than this, without an event, is a failure in disguise. */
const shortestGoodWatchMs = 10_000;

/**
 * Follows a collection for ever: list in pages, hand it over whole, watch from there, and begin again wherever that
 * breaks. Every end of a watch is waited out with decorrelated jitter, unless it was due.
 */
export class Reflector<T extends ApiObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #idleTimeoutMs: number;
  readonly #noFailure: Backoff;
  #resourceVersion: string | undefined;
  #lastProgressAtMs: number;
  /** Something arrived since the last wait. */
  #hasProgressed = false;
  /** The server accepted the watch of this round. */
  #isOpen = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 75_000;
    this.#noFailure = decorrelatedBackoff({
      baseMs: options.minBackoffMs ?? 800,
      maxMs: options.maxBackoffMs ?? 30_000,
    });
    this.#lastProgressAtMs = options.clock.monotonicMs();
  }

  /** Milliseconds since the server last sent a page, event or bookmark, or accepted a watch. Beyond twice the idle limit something is wrong. */
  get lastProgressAgeMs(): number {
    return this.#options.clock.monotonicMs() - this.#lastProgressAtMs;
  }

  /** Runs until `signal` aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    let backoff = this.#noFailure;
    while (!signal.aborted) {
      this.#hasProgressed = false;
      this.#isOpen = false;
      const round = await this.#round(signal);
      if (signal.aborted) return;
      this.#report(round, backoff.failures);
      const isDue = this.#isDue(round.end);
      if (isDue || this.#hasProgressed) backoff = this.#noFailure;
      if (!isDue) backoff = backoff.next(random);
      await delay(clock, Math.max(round.retryAfterMs ?? 0, backoff.delayMs), signal);
    }
  }

  /** Ends that are part of the game: the next round follows at once. */
  #isDue(end: WatchEnd): boolean {
    // A collection that never changes looks like a dead connection; the idle limit itself paces those rounds.
    if (end === 'stalled') return this.#isOpen;
    return this.#hasProgressed && (end === 'closed' || end === 'gone');
  }

  #report({ end, error }: RoundEnd, failures: number): void {
    const { name, logger, metrics } = this.#options;
    metrics?.ended(end);
    const fields = { reflector: name, end, failures, ...(error === undefined ? {} : { err: error }) };
    if (end === 'closed' || end === 'gone' || this.#isDue(end)) logger.debug(fields, 'watch ended');
    else logger.warn(fields, 'watch broke, reconnecting');
  }

  async #round(signal: AbortSignal): Promise<RoundEnd> {
    try {
      this.#resourceVersion ??= await this.#list(signal);
      return { end: await this.#watch(this.#resourceVersion, signal) };
    } catch (error) {
      if (!(error instanceof ListWatchError)) return { end: 'failed', error };
      if (error.failure === 'gone') this.#resourceVersion = undefined;
      return { end: error.failure, retryAfterMs: error.retryAfterMs, error };
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { listWatch, sink, clock, metrics } = this.#options;
    const limit = this.#options.pageSize ?? 500;
    const startedAtMs = clock.monotonicMs();
    const objects: T[] = [];
    let page = await listWatch.list({ limit, signal });
    objects.push(...page.items);
    while (page.continueToken !== undefined) {
      this.#lastProgressAtMs = clock.monotonicMs();
      page = await listWatch.list({ limit, continueToken: page.continueToken, signal });
      objects.push(...page.items);
    }
    this.#lastProgressAtMs = clock.monotonicMs();
    sink.replace(objects);
    metrics?.listed(objects.length, clock.monotonicMs() - startedAtMs);
    return page.resourceVersion;
  }

  async #watch(from: string, signal: AbortSignal): Promise<WatchEnd> {
    const { listWatch, clock, random } = this.#options;
    const link = linkAbort(signal);
    const openedAtMs = clock.monotonicMs();
    let lastByteAtMs = openedAtMs;
    let isStalled = false;
    const checkIdle = (): void => {
      const idleMs = clock.monotonicMs() - lastByteAtMs;
      isStalled = idleMs >= this.#idleTimeoutMs;
      if (isStalled) link.abort();
      else timer = clock.schedule(this.#idleTimeoutMs - idleMs, checkIdle);
    };
    let timer = clock.schedule(this.#idleTimeoutMs, checkIdle);
    try {
      const timeoutSeconds = Math.round(shortestWatchSeconds * (1 + random()));
      const { signal } = link;
      const onOpen = (): void => this.#open();
      for await (const event of listWatch.watch({ resourceVersion: from, timeoutSeconds, signal, onOpen })) {
        lastByteAtMs = clock.monotonicMs();
        this.#receive(event);
      }
    } catch (error) {
      if (!isStalled) throw error;
    } finally {
      timer.cancel();
      link.dispose();
    }
    if (isStalled) return 'stalled';
    if (clock.monotonicMs() - openedAtMs >= shortestGoodWatchMs) this.#hasProgressed = true;
    return 'closed';
  }

  #open(): void {
    this.#isOpen = true;
    this.#lastProgressAtMs = this.#options.clock.monotonicMs();
  }

  #receive(event: WatchEvent<T>): void {
    this.#lastProgressAtMs = this.#options.clock.monotonicMs();
    this.#hasProgressed = true;
    if (event.type === 'bookmark') {
      this.#resourceVersion = event.resourceVersion;
      return;
    }
    this.#options.sink.apply(event);
    this.#resourceVersion = event.object.metadata.resourceVersion;
  }
}
