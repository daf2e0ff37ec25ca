import type { Clock, ScheduledTask } from './clock.ts';
import { delay } from './delay.ts';
import { type Fence, LeadershipLostError } from './fence.ts';
import {
  claimedRecord,
  isSameRecord,
  type LeaseClaim,
  type LeaseStore,
  releasedRecord,
  type StoredLease,
} from './lease.ts';
import { linkAbort } from './linked-abort.ts';
import type { Logger } from './logger.ts';
import type { Random } from './random.ts';
import type { Runnable } from './runnable.ts';
import { withTimeLimit } from './time-limit.ts';

/** Where an elector reports to. */
interface LeaderMetrics {
  leadingChanged(isLeading: boolean): void;
  /** An attempt to acquire or renew the Lease failed. */
  attemptFailed(): void;
}

/** What a {@link LeaderElector} needs. */
export interface LeaderElectorOptions {
  readonly store: LeaseStore;
  /** Unique to this process: a restarted container is another one. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics?: LeaderMetrics;
  /** How long others respect the Lease after its last renewal; default 15,000 ms. The other times follow from it. */
  readonly leaseDurationMs?: number;
  /** How long we trust it ourselves; default 2/3 of the lease. */
  readonly renewDeadlineMs?: number;
  /** Time between attempts; default 2/15 of the lease. */
  readonly retryPeriodMs?: number;
}

interface Renewal {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** What an attempt read or wrote; `sentAt` only when it took or renewed the Lease. */
interface Attempt {
  readonly lease: StoredLease;
  readonly sentAt: Renewal | undefined;
}

interface Observation {
  readonly lease: StoredLease;
  /** When we first saw this record, on our own monotonic clock. */
  readonly sinceMs: number;
}

/**
 * Elects one leader among the processes that share a Lease.
 *
 * A Lease is taken for expired when its record has not changed for its duration *as seen by our own monotonic clock*;
 * what the record says about time is only for people. We trust our own hold from the moment before the renewing request
 * was sent, and for a shorter time (`renewDeadlineMs`). So whatever the clocks of the others say, and whichever replies
 * are lost, nobody takes over while {@link Fence.isHeld} can be true.
 */
export class LeaderElector implements Runnable {
  readonly name = 'leader-elector';
  readonly #options: LeaderElectorOptions;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  readonly #logger: Logger;
  readonly #acquired = Promise.withResolvers<void>();
  readonly #ended = new AbortController();
  readonly #fence: Fence;
  #observation: Observation | undefined;
  /** False after a failure: what we know of the Lease may be out of date. */
  #isObservationFresh = false;
  #lastRenewal: Renewal | undefined;
  #lastRenewTimeMs = 0;
  #mayRelease = true;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? (this.#leaseDurationMs * 2) / 3;
    this.#retryPeriodMs = options.retryPeriodMs ?? (this.#leaseDurationMs * 2) / 15;
    if (!(this.#retryPeriodMs * 2 < this.#renewDeadlineMs && this.#renewDeadlineMs < this.#leaseDurationMs)) {
      throw new RangeError(
        `leader election needs 2 x retryPeriodMs (${this.#retryPeriodMs}) < renewDeadlineMs ` +
          `(${this.#renewDeadlineMs}) < leaseDurationMs (${this.#leaseDurationMs})`,
      );
    }
    this.#logger = options.logger.child({ identity: options.identity });
    this.#fence = { isHeld: (budgetMs) => this.#isHeld(budgetMs), signal: this.#ended.signal };
  }

  /** The right to act; not held before {@link ready} and after the end. */
  fence(): Fence {
    return this.#fence;
  }

  /** Who leads, as far as we know; undefined while nobody does or nothing has been read. */
  get holderIdentity(): string | undefined {
    const holder = this.#observation?.lease.record.holderIdentity;
    return holder === '' ? undefined : holder;
  }

  /** True while this process leads. */
  get isLeading(): boolean {
    return this.#isHeld(0);
  }

  /** Resolves when this process leads. */
  ready(): Promise<void> {
    return this.#acquired.promise;
  }

  /** At the end leave the Lease to expire: something may still be at work that could not be stopped. */
  keepLease(): void {
    this.#mayRelease = false;
  }

  /**
   * Waits for the leadership and keeps it until `signal` aborts, then releases the Lease. Runs once.
   *
   * @throws LeadershipLostError when it is lost.
   */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#acquire(signal);
      if (this.#lastRenewal === undefined) return;
      this.#options.metrics?.leadingChanged(true);
      this.#logger.info({}, 'leadership acquired');
      this.#acquired.resolve();
      await this.#hold(signal);
    } finally {
      const wasLeading = this.#lastRenewal !== undefined;
      this.#lastRenewal = undefined;
      this.#ended.abort();
      if (wasLeading) this.#options.metrics?.leadingChanged(false);
    }
    if (this.#mayRelease) await this.#release();
  }

  #isHeld(budgetMs: number): boolean {
    const renewal = this.#lastRenewal;
    if (renewal === undefined) return false;
    const { clock } = this.#options;
    // The monotonic clock stands still while a machine is suspended; then the wall clock tells.
    const ageMs = Math.max(clock.monotonicMs() - renewal.monotonicMs, clock.now() - renewal.wallMs);
    return ageMs + budgetMs < this.#renewDeadlineMs;
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(signal)) return;
      await delay(clock, this.#retryPeriodMs * (1 + random()), signal);
    }
  }

  async #hold(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const deadline = linkAbort(signal);
    let timer: ScheduledTask | undefined;
    const armDeadline = (): void => {
      timer?.cancel();
      timer = clock.schedule(this.#untilDeadlineMs(), () => {
        deadline.abort(new LeadershipLostError(`lease not renewed within ${this.#renewDeadlineMs} ms`));
      });
    };
    try {
      armDeadline();
      while (!deadline.signal.aborted) {
        await delay(clock, this.#retryPeriodMs * (1 + random() / 10), deadline.signal);
        if (!deadline.signal.aborted && (await this.#attempt(deadline.signal))) armDeadline();
        if (this.#isTakenByOther()) throw new LeadershipLostError(`lease is held by ${this.holderIdentity}`);
      }
      if (!signal.aborted) throw deadline.signal.reason;
    } finally {
      timer?.cancel();
      deadline.dispose();
    }
  }

  #untilDeadlineMs(): number {
    const renewedAtMs = this.#lastRenewal?.monotonicMs ?? 0;
    return Math.max(0, renewedAtMs + this.#renewDeadlineMs - this.#options.clock.monotonicMs());
  }

  #isTakenByOther(): boolean {
    const holder = this.holderIdentity;
    return this.#isObservationFresh && holder !== undefined && holder !== this.#options.identity;
  }

  /** One try, limited in time; false when it failed or somebody else leads. Never throws. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { clock, metrics } = this.#options;
    try {
      // Whatever a late reply says is ignored; a late commit is covered by the resourceVersion of the next attempt.
      const limit = { clock, limitMs: this.#renewDeadlineMs / 2, signal };
      return this.#accept(await withTimeLimit(limit, (signal) => this.#acquireOrRenew(signal)));
    } catch (error) {
      this.#isObservationFresh = false;
      if (signal.aborted) return false;
      metrics?.attemptFailed();
      this.#logger.warn({ err: error }, 'cannot acquire or renew lease');
      return false;
    }
  }

  #accept({ lease, sentAt }: Attempt): boolean {
    this.#observe(lease);
    if (sentAt === undefined) return false;
    // A hold that was trusted no longer may have been another's meanwhile, and a reply that comes after its own
    // deadline renews nothing.
    const nowMs = this.#options.clock.monotonicMs();
    const isTooLate = (renewal: Renewal | undefined): boolean =>
      renewal !== undefined && nowMs - renewal.monotonicMs >= this.#renewDeadlineMs;
    if (isTooLate(this.#lastRenewal) || isTooLate(sentAt)) return false;
    this.#lastRenewal = sentAt;
    return true;
  }

  #observe(lease: StoredLease): void {
    const known = this.#observation;
    const isUnchanged = known !== undefined && isSameRecord(known.lease.record, lease.record);
    this.#observation = { lease, sinceMs: isUnchanged ? known.sinceMs : this.#options.clock.monotonicMs() };
    this.#isObservationFresh = true;
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<Attempt> {
    const { store, identity } = this.#options;
    const isKnown = this.#isObservationFresh && this.#lastRenewal !== undefined;
    const lease = isKnown ? this.#observation?.lease : await store.get(signal);
    signal.throwIfAborted();
    if (lease === undefined) {
      const sentAt = this.#timestamp();
      return { lease: await store.create(claimedRecord(undefined, this.#claim()), signal), sentAt };
    }
    this.#observe(lease);
    const { holderIdentity } = lease.record;
    if (holderIdentity !== '' && holderIdentity !== identity && !this.#isExpired()) {
      return { lease, sentAt: undefined };
    }
    const sentAt = this.#timestamp();
    const record = claimedRecord(lease.record, this.#claim());
    return { lease: await store.update(lease.resourceVersion, record, signal), sentAt };
  }

  #isExpired(): boolean {
    const observation = this.#observation;
    if (observation === undefined) return false;
    const { leaseDurationSeconds } = observation.lease.record;
    const durationMs = leaseDurationSeconds > 0 ? leaseDurationSeconds * 1000 : this.#leaseDurationMs;
    return this.#options.clock.monotonicMs() - observation.sinceMs >= durationMs;
  }

  #timestamp(): Renewal {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.now() };
  }

  #claim(): LeaseClaim {
    const { identity } = this.#options;
    return { identity, leaseDurationMs: this.#leaseDurationMs, renewTimeMs: this.#nextRenewTimeMs() };
  }

  /**
   * Strictly later each time: with a wall clock that stands still an update would change nothing, the API server would
   * write nothing, and the others would see no renewal.
   */
  #nextRenewTimeMs(): number {
    this.#lastRenewTimeMs = Math.max(this.#options.clock.now(), this.#lastRenewTimeMs + 1);
    return this.#lastRenewTimeMs;
  }

  /** Lets the next leader start at once. It is no loss when it fails: the Lease expires. */
  async #release(): Promise<void> {
    const { store, identity, clock } = this.#options;
    try {
      await withTimeLimit({ clock, limitMs: this.#retryPeriodMs * 2 }, async (signal) => {
        const lease = await store.get(signal);
        if (lease?.record.holderIdentity !== identity) return;
        const record = releasedRecord(lease.record, this.#nextRenewTimeMs());
        await store.update(lease.resourceVersion, record, signal);
        this.#logger.info({}, 'leadership released');
      });
    } catch (error) {
      this.#logger.warn({ err: error }, 'cannot release lease, it will expire');
    }
  }
}
