import type { Clock, ScheduledTask } from './clock.ts';

interface Task {
  readonly dueAtMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Lets everything run that waits for promises only. */
export function flushPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A clock for tests: time passes only in {@link FakeClock.advance}. */
export class FakeClock implements Clock {
  readonly #tasks = new Set<Task>();
  #monotonicMs = 0;
  #wallMs: number;
  #order = 0;

  /** `wallMs`: the wall clock at the start, epoch milliseconds. */
  constructor(wallMs: number = Date.UTC(2026, 0, 1)) {
    this.#wallMs = wallMs;
  }

  /** Callbacks that wait. */
  get pendingCount(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  schedule(delayMs: number, callback: () => void): ScheduledTask {
    this.#order += 1;
    const task: Task = { dueAtMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order, callback };
    this.#tasks.add(task);
    return { cancel: () => void this.#tasks.delete(task) };
  }

  /** Moves the wall clock alone, as an administrator or NTP may. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Lets `ms` pass: runs what falls due in order, and lets promises settle before, between and after. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await flushPromises();
    for (let task = this.#firstDue(endMs); task !== undefined; task = this.#firstDue(endMs)) {
      this.#moveTo(task.dueAtMs);
      this.#tasks.delete(task);
      task.callback();
      await flushPromises();
    }
    this.#moveTo(endMs);
    await flushPromises();
  }

  #moveTo(ms: number): void {
    const stepMs = Math.max(0, ms - this.#monotonicMs);
    this.#monotonicMs += stepMs;
    this.#wallMs += stepMs;
  }

  #firstDue(endMs: number): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueAtMs > endMs) continue;
      if (first === undefined || task.dueAtMs < first.dueAtMs) first = task;
      else if (task.dueAtMs === first.dueAtMs && task.order < first.order) first = task;
    }
    return first;
  }
}
