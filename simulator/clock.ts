/** Source of time. Everything in the simulator that waits or reads the time does so through one of these. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never goes back. */
  nowMs(): number;
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running every timer that falls due, in order. */
  advance(ms: number): void;
}

/** Real time. It is monotonic: a step of the system clock does not reach the simulated states. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Math.floor(performance.timeOrigin + performance.now()),
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** Virtual time starting at `startMs` (default 2026-01-01T00:00:00Z). */
export function createVirtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startMs;
  let sequence = 0;
  const timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  const nextDue = (untilMs: number): number | undefined => {
    let best: { readonly id: number; readonly atMs: number } | undefined;
    for (const [id, timer] of timers) {
      if (timer.atMs <= untilMs && (best === undefined || timer.atMs < best.atMs))
        best = { id, atMs: timer.atMs };
    }
    return best?.id;
  };
  return {
    nowMs: () => now,
    setTimer: (delayMs, callback) => {
      const id = (sequence += 1);
      timers.set(id, { atMs: now + Math.max(0, delayMs), callback });
      return () => void timers.delete(id);
    },
    advance: (ms) => {
      const untilMs = now + ms;
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (timer === undefined) continue;
        now = Math.max(now, timer.atMs);
        timer.callback();
      }
      now = untilMs;
    },
  };
}
