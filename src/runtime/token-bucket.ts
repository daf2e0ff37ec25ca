import type { Clock, ScheduledTask } from './clock.ts';

/** Rate of a {@link TokenBucket}. */
export interface TokenBucketOptions {
  readonly clock: Clock;
  readonly tokensPerSecond: number;
  /** Tokens at the start and at most. */
  readonly burst: number;
}

interface Waiter {
  readonly resolve: (isTaken: boolean) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
}

/** A token bucket that serves waiters in the order they came. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #tokensPerMs: number;
  readonly #burst: number;
  readonly #waiters: Waiter[] = [];
  #tokens: number;
  #refilledAtMs: number;
  #timer: ScheduledTask | undefined;

  constructor({ clock, tokensPerSecond, burst }: TokenBucketOptions) {
    if (!(tokensPerSecond > 0) || !(burst >= 1)) {
      throw new RangeError(
        `token bucket needs tokensPerSecond > 0 and burst >= 1, got ${tokensPerSecond} and ${burst}`,
      );
    }
    this.#clock = clock;
    this.#tokensPerMs = tokensPerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#refilledAtMs = clock.monotonicMs();
  }

  /** Takes a token if one is there and nobody waits for it. */
  tryTake(): boolean {
    this.#refill();
    if (this.#waiters.length > 0 || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Waits for a token. False: `signal` aborted first and no token was used. */
  async take(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted === true) return false;
    if (this.tryTake()) return true;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        resolve,
        signal,
        onAbort: () => {
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          resolve(false);
        },
      };
      signal?.addEventListener('abort', waiter.onAbort, { once: true });
      this.#waiters.push(waiter);
      this.#arm();
    });
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#refilledAtMs) * this.#tokensPerMs);
    this.#refilledAtMs = nowMs;
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#waiters.length === 0) return;
    // Rounded up, and never 0: timers may fire a fraction of a millisecond early.
    const waitMs = Math.max(1, Math.ceil((1 - this.#tokens) / this.#tokensPerMs));
    this.#timer = this.#clock.schedule(waitMs, () => {
      this.#timer = undefined;
      this.#refill();
      this.#serve();
      this.#arm();
    });
  }

  #serve(): void {
    while (this.#tokens >= 1) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) return;
      this.#tokens -= 1;
      waiter.signal?.removeEventListener('abort', waiter.onAbort);
      waiter.resolve(true);
    }
  }
}
