import {
  type BucketSize,
  elapse,
  fullBucket,
  giveTokenBack,
  msUntilTokens,
  type RateBucket,
  takeToken,
  throttle,
} from '../../domain/rate-bucket.ts';
import type { Clock, ScheduledTask } from '../../runtime/clock.ts';
import { StoppingError } from '../../runtime/stopping-error.ts';

/** Where a {@link Ec2Budget} and its users report to. Every call is synchronous and must not throw. */
export interface BudgetObserver {
  /** A call of this action waited so long for a token. */
  waited(action: string, durationMs: number): void;
  /** EC2 throttled a call of this action. */
  throttled(action: string): void;
}

/** What {@link Ec2Budget} needs. */
export interface Ec2BudgetDeps {
  readonly clock: Clock;
  /** Our part of the account's bucket of an action. */
  readonly sizeOf: (action: string) => BucketSize;
  readonly observer?: BudgetObserver;
  /** Ends every wait when the process stops: what would be read then is of no use to anybody. */
  readonly stop?: AbortSignal;
}

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

interface Account {
  bucket: RateBucket;
  readonly waiters: Waiter[];
  timer: ScheduledTask | undefined;
}

function isRead(action: string): boolean {
  return action.startsWith('Describe');
}

/**
 * What this process may ask of EC2: one adaptive token bucket per action, for calls that change something and for those
 * that read. The one place that counts calls; who queues for them is {@link ActionPermits}' matter.
 */
export class Ec2Budget {
  readonly #deps: Ec2BudgetDeps;
  readonly #accounts = new Map<string, Account>();

  constructor(deps: Ec2BudgetDeps) {
    this.#deps = deps;
    deps.stop?.addEventListener('abort', () => this.#refuseAll(), { once: true });
  }

  /** Takes a token, unless none is there or somebody waits in {@link admit}. */
  tryTake(action: string): boolean {
    const account = this.#account(action);
    return account.waiters.length === 0 && this.#take(account);
  }

  /** Returns a token that was taken for a call that was not made. */
  giveBack(action: string): void {
    const account = this.#account(action);
    account.bucket = giveTokenBack(account.bucket, this.#deps.clock.monotonicMs());
    this.#serve(account);
  }

  /** EC2 throttled a call: the action's bucket is emptied and slowed at once. */
  throttled(action: string): void {
    const account = this.#account(action);
    account.bucket = throttle(account.bucket, this.#deps.clock.monotonicMs());
    this.#deps.observer?.throttled(action);
  }

  /**
   * One request of an action was throttled. Reads have many callers, and the SDK repeats them unseen, so theirs are
   * counted here; those of changes are counted where their failures are concluded from.
   */
  noticeThrottle(action: string): void {
    if (isRead(action)) this.throttled(action);
  }

  /**
   * Waits until a request may go out. Describe calls wait here; the first try of a mutating call has taken its token
   * before, its repetition by the SDK takes another one, ahead of all keys that queue.
   *
   * @throws StoppingError at once when the process stops
   */
  async admit(action: string, attempt: number): Promise<void> {
    if (isRead(action) || attempt > 1) await this.takeInTurn(action);
  }

  /** Waits for a token, ahead of all keys that queue. @throws StoppingError at once when the process stops */
  async takeInTurn(action: string): Promise<void> {
    const { clock, observer, stop } = this.#deps;
    if (stop?.aborted === true) throw new StoppingError(action);
    const sinceMs = clock.monotonicMs();
    const account = this.#account(action);
    if (!this.tryTake(action)) {
      await new Promise<void>((admit, refuse) => {
        account.waiters.push({ admit, refuse });
        this.#arm(account);
      });
    }
    observer?.waited(action, clock.monotonicMs() - sinceMs);
  }

  /** Milliseconds until the action has a token; 0 when it has one. */
  msUntilToken(action: string): number {
    return msUntilTokens(this.#account(action).bucket, 1, this.#deps.clock.monotonicMs());
  }

  /** The action's bucket as it is now. */
  bucketOf(action: string): RateBucket {
    const account = this.#account(action);
    account.bucket = elapse(account.bucket, this.#deps.clock.monotonicMs());
    return account.bucket;
  }

  /** Actions that were asked for so far, and their buckets as they are now. */
  buckets(): Readonly<Record<string, RateBucket>> {
    return Object.fromEntries(Array.from(this.#accounts.keys(), (action) => [action, this.bucketOf(action)]));
  }

  #account(action: string): Account {
    const known = this.#accounts.get(action);
    if (known !== undefined) return known;
    const { clock, sizeOf } = this.#deps;
    const bucket = fullBucket(sizeOf(action), clock.monotonicMs());
    const account: Account = { bucket, waiters: [], timer: undefined };
    this.#accounts.set(action, account);
    return account;
  }

  #take(account: Account): boolean {
    const bucket = takeToken(account.bucket, this.#deps.clock.monotonicMs());
    if (bucket === undefined) return false;
    account.bucket = bucket;
    return true;
  }

  #serve(account: Account): void {
    while (account.waiters.length > 0 && this.#take(account)) account.waiters.shift()?.admit();
    this.#arm(account);
  }

  #refuseAll(): void {
    for (const [action, { waiters }] of this.#accounts) {
      for (const { refuse } of waiters.splice(0)) refuse(new StoppingError(action));
    }
  }

  #arm(account: Account): void {
    if (account.timer !== undefined || account.waiters.length === 0) return;
    const { clock } = this.#deps;
    const waitMs = msUntilTokens(account.bucket, 1, clock.monotonicMs());
    // Rounded up, and never 0: timers may fire a fraction of a millisecond early.
    account.timer = clock.schedule(Math.max(1, Math.ceil(waitMs)), () => {
      account.timer = undefined;
      this.#serve(account);
    });
  }
}
