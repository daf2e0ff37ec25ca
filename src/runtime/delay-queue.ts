import type { Clock, ScheduledTask } from './clock.ts';

interface Entry {
  readonly key: string;
  readonly dueAtMs: number;
  /** Equal deadlines come out in the order they went in. */
  readonly order: number;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order < b.order);
}

/** Keys that come due later: one binary heap, one timer, and of two deadlines for one key the earlier one. */
export class DelayQueue {
  readonly #clock: Clock;
  readonly #onDue: (key: string) => void;
  readonly #heap: Entry[] = [];
  /** The entry that counts for each key; others in the heap are leftovers of later deadlines. */
  readonly #current = new Map<string, Entry>();
  #order = 0;
  #timer: { readonly task: ScheduledTask; readonly dueAtMs: number } | undefined;

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Keys that wait. */
  get size(): number {
    return this.#current.size;
  }

  /** `onDue(key)` runs in `delayMs`, or at the deadline the key already has if that is earlier. */
  add(key: string, delayMs: number): void {
    const dueAtMs = this.#clock.monotonicMs() + Math.max(0, delayMs);
    const known = this.#current.get(key);
    if (known !== undefined && known.dueAtMs <= dueAtMs) return;
    this.#order += 1;
    const entry: Entry = { key, dueAtMs, order: this.#order };
    this.#current.set(key, entry);
    this.#push(entry);
    this.#arm();
  }

  /** Forgets every key. */
  clear(): void {
    this.#timer?.task.cancel();
    this.#timer = undefined;
    this.#heap.length = 0;
    this.#current.clear();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || (this.#timer !== undefined && this.#timer.dueAtMs <= first.dueAtMs)) return;
    this.#timer?.task.cancel();
    const task = this.#clock.schedule(Math.max(0, first.dueAtMs - this.#clock.monotonicMs()), () => {
      this.#timer = undefined;
      this.#releaseDue();
      this.#arm();
    });
    this.#timer = { task, dueAtMs: first.dueAtMs };
  }

  #releaseDue(): void {
    const nowMs = this.#clock.monotonicMs();
    for (let first = this.#heap[0]; first !== undefined && first.dueAtMs <= nowMs; first = this.#heap[0]) {
      this.#removeFirst();
      if (this.#current.get(first.key) !== first) continue;
      this.#current.delete(first.key);
      this.#onDue(first.key);
    }
  }

  #push(entry: Entry): void {
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#earlierOf(left, left + 1);
      if (!this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  #earlierOf(left: number, right: number): number {
    const a = this.#heap[left];
    const b = this.#heap[right];
    return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
  }

  #swapIfBefore(index: number, other: number): boolean {
    const a = this.#heap[index];
    const b = this.#heap[other];
    if (a === undefined || b === undefined || !isBefore(a, b)) return false;
    this.#heap[index] = b;
    this.#heap[other] = a;
    return true;
  }
}
