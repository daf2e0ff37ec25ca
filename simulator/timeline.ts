import type { Clock } from './clock.ts';

/** Future changes of state in order of time. */
export interface Timeline {
  /** Plans a change; plans of one instant run in the order they were made. */
  schedule(atMs: number, run: () => void): void;
  /** Runs all that is due. Called before every read, so a state never lags behind the clock. */
  settle(): void;
  /** Forgets all plans and stops the timer. */
  close(): void;
}

interface Plan {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

function isEarlier(left: Plan, right: Plan): boolean {
  return left.atMs === right.atMs ? left.sequence < right.sequence : left.atMs < right.atMs;
}

function insertionPoint(plans: readonly Plan[], plan: Plan): number {
  let low = 0;
  let high = plans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = plans[middle];
    if (candidate !== undefined && isEarlier(candidate, plan)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Opens an empty timeline on a clock; it keeps one timer for the earliest plan. */
export function createTimeline(clock: Clock): Timeline {
  const plans: Plan[] = [];
  let sequence = 0;
  let timer: { readonly atMs: number; readonly cancel: () => void } | undefined;

  const arm = (): void => {
    const first = plans[0];
    if (timer !== undefined && timer.atMs === first?.atMs) return;
    timer?.cancel();
    timer =
      first === undefined
        ? undefined
        : {
            atMs: first.atMs,
            cancel: clock.setTimer(Math.max(0, first.atMs - clock.nowMs()), () => {
              timer = undefined;
              settle();
            }),
          };
  };
  const settle = (): void => {
    for (let first = plans[0]; first !== undefined && first.atMs <= clock.nowMs(); first = plans[0]) {
      plans.shift();
      first.run();
    }
    arm();
  };

  return {
    schedule: (atMs, run) => {
      const plan: Plan = { atMs, sequence: (sequence += 1), run };
      plans.splice(insertionPoint(plans, plan), 0, plan);
      arm();
    },
    settle,
    close: () => {
      plans.length = 0;
      timer?.cancel();
      timer = undefined;
    },
  };
}
