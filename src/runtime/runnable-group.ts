import type { Clock } from './clock.ts';
import type { Runnable } from './runnable.ts';
import { TimeLimitError, withTimeLimit } from './time-limit.ts';

/** Runnables that start and stop together. */
export class RunnableGroup {
  readonly #runnables: readonly Runnable[];
  readonly #stop = new AbortController();
  readonly #running = new Set<Runnable>();
  readonly #ends: Promise<void>[] = [];

  constructor(runnables: readonly Runnable[]) {
    this.#runnables = runnables;
  }

  /** Starts all; `onEnd` hears of every end that nobody asked for. */
  start(onEnd: (error: unknown) => void): void {
    for (const runnable of this.#runnables) {
      this.#running.add(runnable);
      this.#ends.push(this.#follow(runnable, onEnd));
    }
  }

  /** Resolves when all are ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#runnables.map(async (runnable) => runnable.ready?.()));
  }

  /** Resolves when all that were started have finished the work at hand. */
  async drain(): Promise<void> {
    await Promise.all(Array.from(this.#running, async (runnable) => runnable.drain?.()));
  }

  /** Stops all; resolves with the names of those that have not ended within `limitMs`. */
  async stop(clock: Clock, limitMs: number): Promise<string[]> {
    this.#stop.abort();
    try {
      await withTimeLimit({ clock, limitMs }, async () => void (await Promise.all(this.#ends)));
    } catch (error) {
      if (!(error instanceof TimeLimitError)) throw error;
    }
    return Array.from(this.#running, ({ name }) => name);
  }

  async #follow(runnable: Runnable, onEnd: (error: unknown) => void): Promise<void> {
    try {
      await runnable.start(this.#stop.signal);
      if (!this.#stop.signal.aborted) onEnd(new Error(`${runnable.name} ended unexpectedly`));
    } catch (error) {
      onEnd(error);
    } finally {
      this.#running.delete(runnable);
    }
  }
}
