import type { Clock } from '../../runtime/clock.ts';
import { delay } from '../../runtime/delay.ts';

interface Answer<V> {
  readonly value: V | undefined;
  readonly readAtMs: number;
  readonly isOutdated?: true;
}

/** How old an answer may be. */
export interface AnswerAge {
  readonly maxAgeMs: number;
  /** For "there is none". */
  readonly maxAbsentAgeMs: number;
  /** What {@link CachedDirectory.outdate} was told of does not matter to the asker; an infinite age implies it. */
  readonly acceptsOutdated?: boolean;
}

/** Keys that are read together, from the first question to the reply. */
interface Batch {
  readonly keys: Set<string>;
  readonly answer: Promise<void>;
  /** Aborts the read; only when nobody waits for it any more. */
  readonly stop: AbortController;
  waiting: number;
}

/** What {@link CachedDirectory} needs. */
export interface CachedDirectoryOptions<V> {
  readonly clock: Clock;
  /** Reads many at once; keys missing from the result do not exist. */
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, V>>;
  /** Questions that come within so long of each other are asked together. */
  readonly batchMs: number;
  readonly spacing?: Spacing;
  readonly readAhead?: ReadAhead;
}

/** Reads of few keys begin at least so long after the last one: what is asked meanwhile is asked together. */
export interface Spacing {
  readonly afterLastMs: number;
  /** So many are worth a call of their own at once. */
  readonly belowKeys: number;
}

/** Keys that will be asked for soon ride along in a call that is made anyway. */
export interface ReadAhead {
  /** The next ones first. */
  readonly keys: () => Iterable<string>;
  /** Keys that one call of EC2 takes; only a call that has room left is filled up. */
  readonly callSize: number;
  /** Answers that are younger need no refreshing yet. */
  readonly olderThanMs: number;
}

/** Everything that is in use is asked for at least once a resync. */
const FORGOTTEN_AFTER_MS = 6 * 3_600_000;

/**
 * A look-up table in front of a Describe call: remembers answers, also "there is none", asks for many keys in one call,
 * and never asks twice for what is being asked already.
 */
export class CachedDirectory<V> {
  readonly #options: CachedDirectoryOptions<V>;
  readonly #answers = new Map<string, Answer<V>>();
  /** When each answer was asked for last. */
  readonly #usedAtMs = new Map<string, number>();
  #sweptAtMs: number;
  /** Batches that wait or are being read, by key. */
  readonly #batches = new Map<string, Batch>();
  /** The batch that still takes keys. */
  #open: Batch | undefined;
  #lastReadAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: CachedDirectoryOptions<V>) {
    this.#options = options;
    this.#sweptAtMs = options.clock.monotonicMs();
  }

  /**
   * The values of the keys that exist. Answers older than `maxAgeMs`, or `maxAbsentAgeMs` for "there is none", are asked
   * for again.
   *
   * @throws whatever `read` throws; answers that were known stay known.
   */
  async load(keys: readonly string[], age: AnswerAge, signal: AbortSignal): Promise<ReadonlyMap<string, V>> {
    const nowMs = this.#options.clock.monotonicMs();
    for (const key of keys) this.#usedAtMs.set(key, nowMs);
    this.#sweep(nowMs);
    const stale = keys.filter((key) => !this.#isFresh(key, nowMs, age));
    if (stale.length > 0) await this.#ask(stale, signal);
    const found = new Map<string, V>();
    for (const key of keys) {
      const value = this.#answers.get(key)?.value;
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** The value as last read, however old. */
  peek(key: string): V | undefined {
    return this.#answers.get(key)?.value;
  }

  /** Forgets an answer that has turned out to be out of date; a read under way does not count either. */
  invalidate(key: string): void {
    this.#answers.delete(key);
    this.#leaveBatch(key);
  }

  /** Likewise, but the answer still serves those to whom it makes no difference. */
  outdate(key: string): void {
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.#answers.set(key, { ...answer, isOutdated: true });
    this.#leaveBatch(key);
  }

  /** Nodes come and go for as long as the process lives: what nobody asks for any more is not kept. */
  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < FORGOTTEN_AFTER_MS) return;
    this.#sweptAtMs = nowMs;
    for (const key of [...this.#answers.keys(), ...this.#usedAtMs.keys()]) {
      if (nowMs - (this.#usedAtMs.get(key) ?? 0) < FORGOTTEN_AFTER_MS || this.#batches.has(key)) continue;
      this.#answers.delete(key);
      this.#usedAtMs.delete(key);
    }
  }

  #leaveBatch(key: string): void {
    if (this.#open?.keys.has(key) !== true) this.#batches.delete(key);
  }

  #isFresh(key: string, nowMs: number, age: AnswerAge): boolean {
    const answer = this.#answers.get(key);
    if (answer === undefined) return false;
    const isAccepted = age.acceptsOutdated === true || age.maxAgeMs === Number.POSITIVE_INFINITY;
    if (answer.isOutdated === true && !isAccepted) return false;
    return nowMs - answer.readAtMs < (answer.value === undefined ? age.maxAbsentAgeMs : age.maxAgeMs);
  }

  async #ask(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const batches = new Set(keys.map((key) => this.#batchOf(key)));
    await Promise.all(Array.from(batches, (batch) => this.#waitFor(batch, signal)));
  }

  #batchOf(key: string): Batch {
    const known = this.#batches.get(key);
    if (known !== undefined) return known;
    this.#open ??= this.#newBatch();
    this.#open.keys.add(key);
    this.#batches.set(key, this.#open);
    return this.#open;
  }

  async #waitFor(batch: Batch, signal: AbortSignal): Promise<void> {
    const leave = (): void => {
      batch.waiting -= 1;
      if (batch.waiting > 0) return;
      this.#close(batch);
      batch.stop.abort(signal.reason);
    };
    batch.waiting += 1;
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      await batch.answer;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #newBatch(): Batch {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const batch: Batch = { keys: new Set(), answer: promise, stop: new AbortController(), waiting: 0 };
    this.#readSoon(batch).then(resolve, reject);
    return batch;
  }

  async #readSoon(batch: Batch): Promise<void> {
    const { clock, read, batchMs, spacing } = this.#options;
    const { signal } = batch.stop;
    await delay(clock, batchMs, signal);
    if (spacing !== undefined && batch.keys.size < spacing.belowKeys) {
      const dueAtMs = this.#lastReadAtMs + spacing.afterLastMs;
      if (dueAtMs > clock.monotonicMs()) await delay(clock, dueAtMs - clock.monotonicMs(), signal);
    }
    if (this.#open === batch) this.#open = undefined;
    const begunAtMs = clock.monotonicMs();
    this.#lastReadAtMs = begunAtMs;
    this.#fillUp(batch, begunAtMs);
    try {
      const values = await read([...batch.keys], signal);
      for (const key of batch.keys)
        this.#remember(key, batch, { value: values.get(key), readAtMs: begunAtMs });
    } finally {
      this.#close(batch);
    }
  }

  #fillUp(batch: Batch, nowMs: number): void {
    const { readAhead } = this.#options;
    if (readAhead === undefined) return;
    const { keys, callSize, olderThanMs } = readAhead;
    let room = (callSize - (batch.keys.size % callSize)) % callSize;
    if (room === 0) return;
    for (const key of keys()) {
      const readAtMs = this.#answers.get(key)?.readAtMs ?? Number.NEGATIVE_INFINITY;
      if (nowMs - readAtMs < olderThanMs || this.#batches.has(key)) continue;
      batch.keys.add(key);
      this.#batches.set(key, batch);
      room -= 1;
      if (room === 0) return;
    }
  }

  /** What was invalidated since the read began serves those who wait for it, and nobody after them. */
  #remember(key: string, batch: Batch, answer: Answer<V>): void {
    if (this.#batches.get(key) === batch) this.#answers.set(key, answer);
    else if (!this.#answers.has(key)) {
      this.#answers.set(key, { value: answer.value, readAtMs: Number.NEGATIVE_INFINITY });
    }
  }

  /** Takes no key and no question any more. */
  #close(batch: Batch): void {
    if (this.#open === batch) this.#open = undefined;
    for (const key of batch.keys) if (this.#batches.get(key) === batch) this.#batches.delete(key);
  }
}
