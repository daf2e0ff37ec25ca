import type { Clock } from '../../runtime/clock.ts';
import { delay } from '../../runtime/delay.ts';

interface Answer<V> {
  readonly value: V | undefined;
  readonly readAtMs: number;
}

interface Batch {
  readonly keys: Set<string>;
  readonly answer: Promise<void>;
}

/** What {@link CachedDirectory} needs. */
export interface CachedDirectoryOptions<V> {
  readonly clock: Clock;
  /** Reads many at once; keys missing from the result do not exist. */
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, V>>;
  /** Questions that come within so long of each other are asked together. */
  readonly batchMs: number;
}

/**
 * A look-up table in front of a Describe call: remembers answers, also "there is none", asks for many keys in one call,
 * and never asks twice for what is being asked already.
 */
export class CachedDirectory<V> {
  readonly #options: CachedDirectoryOptions<V>;
  readonly #answers = new Map<string, Answer<V>>();
  #open: Batch | undefined;

  constructor(options: CachedDirectoryOptions<V>) {
    this.#options = options;
  }

  /**
   * The values of the keys that exist. Answers older than `maxAgeMs`, or `maxAbsentAgeMs` for "there is none", are asked
   * for again.
   *
   * @throws whatever `read` throws; answers that were known stay known.
   */
  async load(
    keys: readonly string[],
    age: { readonly maxAgeMs: number; readonly maxAbsentAgeMs: number },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, V>> {
    const nowMs = this.#options.clock.monotonicMs();
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

  /** Forgets an answer that has turned out to be out of date. */
  invalidate(key: string): void {
    this.#answers.delete(key);
  }

  #isFresh(
    key: string,
    nowMs: number,
    age: { readonly maxAgeMs: number; readonly maxAbsentAgeMs: number },
  ): boolean {
    const answer = this.#answers.get(key);
    if (answer === undefined) return false;
    return nowMs - answer.readAtMs < (answer.value === undefined ? age.maxAbsentAgeMs : age.maxAgeMs);
  }

  async #ask(keys: readonly string[], signal: AbortSignal): Promise<void> {
    this.#open ??= this.#newBatch(signal);
    for (const key of keys) this.#open.keys.add(key);
    await this.#open.answer;
  }

  #newBatch(signal: AbortSignal): Batch {
    const keys = new Set<string>();
    return { keys, answer: this.#readSoon(keys, signal) };
  }

  async #readSoon(keys: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { clock, read, batchMs } = this.#options;
    await delay(clock, batchMs, signal);
    this.#open = undefined;
    const begunAtMs = clock.monotonicMs();
    const asked = [...keys];
    const values = await read(asked, signal);
    for (const key of asked) this.#answers.set(key, { value: values.get(key), readAtMs: begunAtMs });
  }
}
