import type { Clock as SimulatorClock } from '../../simulator/clock.ts';
import type { Clock, ScheduledTask } from '../../src/runtime/clock.ts';
import { flushPromises } from '../../src/runtime/fake-clock.ts';

interface Task {
  readonly dueAtMs: number;
  readonly order: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

function isBefore(a: Task, b: Task): boolean {
  return a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order < b.order);
}

const START_MS = Date.UTC(2026, 0, 1);

/** One time for everything in a world: it stands still unless {@link VirtualTime.runFor} is told to let it pass. */
export class VirtualTime implements Clock {
  readonly #heap: Task[] = [];
  #elapsedMs = 0;
  #order = 0;

  now(): number {
    return START_MS + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  /** Due times are whole milliseconds, so that what is due together is run together. */
  schedule(delayMs: number, callback: () => void): ScheduledTask {
    this.#order += 1;
    const dueAtMs = this.#elapsedMs + Math.max(0, Math.ceil(delayMs));
    const task: Task = { dueAtMs, order: this.#order, callback, isCancelled: false };
    this.#push(task);
    return {
      cancel: () => {
        task.isCancelled = true;
      },
    };
  }

  /** The same time, as the simulator wants it. */
  readonly simulatorClock: SimulatorClock = {
    nowMs: () => this.now(),
    setTimer: (delayMs, callback) => {
      const task = this.schedule(delayMs, callback);
      return () => task.cancel();
    },
  };

  /** Lets so many milliseconds pass; promises settle before time moves on. */
  async runFor(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await flushPromises();
    for (let first = this.#first(); first !== undefined && first.dueAtMs <= endMs; first = this.#first()) {
      this.#elapsedMs = Math.max(this.#elapsedMs, first.dueAtMs);
      const dueAtMs = first.dueAtMs;
      while (this.#first()?.dueAtMs === dueAtMs) this.#pop()?.callback();
      await flushPromises();
    }
    this.#elapsedMs = endMs;
  }

  #first(): Task | undefined {
    while (this.#heap[0]?.isCancelled === true) this.#pop();
    return this.#heap[0];
  }

  #push(task: Task): void {
    let index = this.#heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #pop(): Task | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [this.#heap[left], this.#heap[left + 1]];
      const child = a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left;
      if (!this.#swapIfBefore(child, index)) return first;
      index = child;
    }
  }

  #swapIfBefore(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[other]];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    this.#heap[index] = b;
    this.#heap[other] = a;
    return true;
  }
}

/** A clock whose timers die with the process that set them. */
export interface MortalClock extends Clock {
  /** No timer fires any more, and none can be set. */
  stop(): void;
}

/** The clock of one process in a world. */
export function createMortalClock(time: VirtualTime): MortalClock {
  let isStopped = false;
  return {
    now: () => time.now(),
    monotonicMs: () => time.monotonicMs(),
    schedule(delayMs, callback) {
      if (isStopped) return { cancel: () => undefined };
      return time.schedule(delayMs, () => {
        if (!isStopped) callback();
      });
    },
    stop() {
      isStopped = true;
    },
  };
}
