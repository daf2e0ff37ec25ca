import type { Eni } from '../../domain/ec2-resources.ts';
import type { ClusterIdentity } from '../../domain/ownership.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { Ec2Reader } from '../ports.ts';
import { AbsenceProofs } from './absence-proofs.ts';
import { isOfStopping } from './as-ec2-failure.ts';
import type { EniInventory } from './eni-inventory.ts';
import { Wakeup } from './wakeup.ts';

/** Ids asked for in one call: EC2's limit of values in a filter. */
const FOLLOW_BATCH = 200;
/** Time between two reads of ENIs in flight. */
const FOLLOW_PERIOD_MS = 1_000;
/** The same while many are in flight: one read answers for several. */
const SHARED_FOLLOW_PERIOD_MS = 2_000;
const MANY_FOLLOWED = 5;
/** What has been in flight for long will be for a while: the wait before the next read is so much of that time. */
const FOLLOW_PATIENCE = 0.25;
const LONGEST_FOLLOW_PERIOD_MS = 5_000;
/** Listings that questions of absence bring about are so far apart: one answers all that came meanwhile. */
const PROOF_LISTING_PERIOD_MS = 10_000;
/** An ENI that EC2 shows unchanged for so long is not in flight: who waits for it asks again. */
const FOLLOW_FOR_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

interface Followed {
  readonly keys: Set<string>;
  readonly firstAskedMs: number;
  /** No read is made for it alone before. */
  readonly readFromMs: number;
  /** When somebody last asked for it. */
  readonly sinceMs: number;
}

/** What {@link EniLister} needs. */
export interface EniListerDeps {
  readonly reader: Ec2Reader;
  readonly inventory: EniInventory;
  readonly cluster: ClusterIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between listings while nothing happens. */
  readonly resyncPeriodMs: number;
  /** Told once, when the first full listing is in the inventory. */
  readonly onFirstListing: () => void;
  /** Told after every full listing, once it is in the inventory; monotonic milliseconds. */
  readonly onListed?: (begunAtMs: number) => void;
  /** Told of every ENI whose state or certainty changed. */
  readonly onChange: (eni: Eni) => void;
  /** Told of keys given to {@link EniLister.follow} or {@link EniLister.proveAbsence} whose question is answered. */
  readonly onAnswer: (key: string) => void;
}

/**
 * The one reader of our ENIs: a full listing at start and every resync, and, for ENIs in flight only, one read by
 * id at most once a second, and less often the more of them share it or the longer they take. Whoever waits for an ENI follows it and is woken.
 */
export class EniLister implements Runnable {
  readonly name = 'eni-lister';
  readonly #deps: EniListerDeps;
  /** ENI ids asked for, oldest first, and who asked. */
  readonly #followed = new Map<string, Followed>();
  readonly #proofs: AbsenceProofs;
  readonly #wakeup: Wakeup;
  #isComplete = false;
  #listedAtMs: number | undefined;
  #lastError: Error | undefined;
  #nextListingAtMs: number;
  #followedAtMs = Number.NEGATIVE_INFINITY;
  #noFollowBeforeMs = 0;
  /** When a question of absence made, or makes, a listing come sooner. */
  #hurriedAtMs = Number.NEGATIVE_INFINITY;
  /** No question makes a listing come sooner: EC2 failed, and the back-off runs, or listings prove nothing now. */
  #noListingBeforeMs = 0;
  #retryMs = FIRST_RETRY_MS;

  constructor(deps: EniListerDeps) {
    this.#deps = deps;
    this.#wakeup = new Wakeup(deps.clock);
    this.#proofs = new AbsenceProofs();
    this.#nextListingAtMs = deps.clock.monotonicMs();
  }

  /** Whether a full listing was read. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Milliseconds since the last full listing was begun that was read; undefined before the first. */
  get listingAgeMs(): number | undefined {
    return this.#listedAtMs === undefined ? undefined : this.#deps.clock.monotonicMs() - this.#listedAtMs;
  }

  /** Why the last read failed, if it did. */
  get lastError(): Error | undefined {
    return this.#lastError;
  }

  /**
   * Asks for an ENI by id until its state changes; then `key` is woken through `onChange` or `onAnswer`. Gives up when
   * EC2 has shown it unchanged for 30 s since it was last asked for, and on one that cannot be understood: listings look
   * at that. What cannot have changed before `notBeforeMs`
   * from now is not read sooner on its own account.
   */
  follow(eniId: string, key: string, notBeforeMs = 0): void {
    if (this.#deps.inventory.unreadable.has(eniId)) return;
    const nowMs = this.#deps.clock.monotonicMs();
    const known = this.#followed.get(eniId);
    this.#followed.set(eniId, {
      keys: (known?.keys ?? new Set()).add(key),
      firstAskedMs: known?.firstAskedMs ?? nowMs,
      readFromMs: Math.min(known?.readFromMs ?? Infinity, nowMs + notBeforeMs),
      sinceMs: nowMs,
    });
    this.#wakeup.wake();
  }

  /**
   * Whether two listings at least 30 s apart, both begun after the first question, were read; the caller looks into
   * the inventory for what they showed. `key` is woken when the answer becomes true.
   */
  proveAbsence(key: string): boolean {
    const { clock } = this.#deps;
    const dueAtMs = this.#proofs.ask(key, clock.monotonicMs());
    if (dueAtMs === undefined) return true;
    this.#hurryListing(dueAtMs);
    this.#wakeup.wake();
    return false;
  }

  /** The question of {@link proveAbsence} is no longer of interest. */
  forgetAbsence(key: string): void {
    this.#proofs.forget(key);
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const dueAtMs = Math.min(this.#nextListingAtMs, this.#nextFollowAtMs());
      const waitMs = dueAtMs - clock.monotonicMs();
      if (waitMs > 0) await this.#wakeup.wait(waitMs, signal);
      else await this.#read(signal);
    }
  }

  #hurryListing(dueAtMs: number): void {
    const soonestMs = Math.max(this.#hurriedAtMs + PROOF_LISTING_PERIOD_MS, this.#noListingBeforeMs);
    const atMs = Math.max(dueAtMs, soonestMs);
    if (atMs >= this.#nextListingAtMs) return;
    this.#nextListingAtMs = atMs;
    this.#hurriedAtMs = atMs;
  }

  /** When the next read of what is followed is due. */
  #nextFollowAtMs(): number {
    let [soonestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { firstAskedMs, readFromMs } of this.#followed.values()) {
      soonestMs = Math.min(soonestMs, readFromMs);
      newestMs = Math.max(newestMs, firstAskedMs);
    }
    const { size } = this.#followed;
    if (size === 0) return Number.POSITIVE_INFINITY;
    const isShared = size >= MANY_FOLLOWED && size <= FOLLOW_BATCH;
    const patienceMs = Math.min((this.#followedAtMs - newestMs) * FOLLOW_PATIENCE, LONGEST_FOLLOW_PERIOD_MS);
    const periodMs = Math.max(isShared ? SHARED_FOLLOW_PERIOD_MS : FOLLOW_PERIOD_MS, patienceMs);
    return Math.max(soonestMs, this.#followedAtMs + periodMs, this.#noFollowBeforeMs);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clock, logger, resyncPeriodMs } = this.#deps;
    const begunAtMs = clock.monotonicMs();
    const isListing = begunAtMs >= this.#nextListingAtMs;
    try {
      const isProof = isListing ? await this.#list(begunAtMs, signal) : undefined;
      if (!isListing) await this.#readFollowed(begunAtMs, signal);
      this.#retryMs = FIRST_RETRY_MS;
      this.#lastError = undefined;
      // What proves nothing now will hardly do so a moment later.
      this.#noListingBeforeMs = isProof === false ? begunAtMs + LONGEST_RETRY_MS : 0;
      if (isListing) {
        this.#nextListingAtMs = begunAtMs + resyncPeriodMs;
        this.#hurryListing(this.#proofs.nextDueAtMs(Infinity));
      } else this.#followedAtMs = begunAtMs;
    } catch (error) {
      if (signal.aborted) return;
      this.#lastError = error instanceof Error ? error : new Error(String(error));
      const severity = isOfStopping(error) ? 'debug' : 'warn';
      logger[severity]({ err: error, retryInMs: this.#retryMs }, 'cannot read network interfaces');
      this.#noFollowBeforeMs = clock.monotonicMs() + this.#retryMs;
      this.#noListingBeforeMs = clock.monotonicMs() + this.#retryMs;
      if (isListing) this.#nextListingAtMs = this.#noListingBeforeMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  /** Returns whether the listing can prove that an ENI does not exist. */
  async #list(begunAtMs: number, signal: AbortSignal): Promise<boolean> {
    const { reader, inventory, cluster } = this.#deps;
    const unreadable = new Map<string, Error>();
    const enis = await reader.listOwnedEnis(cluster, signal, (eniId, error) => unreadable.set(eniId, error));
    this.#tellUnreadable(unreadable);
    const unreadableIds = new Set(unreadable.keys());
    const { changed, doubtful } = inventory.merge({ begunAtMs, enis, unreadableIds });
    for (const eniId of doubtful) this.follow(eniId, '');
    if (!this.#isComplete) this.#deps.onFirstListing();
    this.#isComplete = true;
    this.#listedAtMs = begunAtMs;
    // One that nobody has seen before could be anybody's: this listing proves no absence.
    const isProof = [...unreadable.keys()].every((eniId) => inventory.get(eniId) !== undefined);
    for (const key of isProof ? this.#proofs.listed(begunAtMs) : []) this.#deps.onAnswer(key);
    for (const eni of changed) this.#deps.onChange(eni);
    this.#deps.onListed?.(begunAtMs);
    return isProof;
  }

  async #readFollowed(begunAtMs: number, signal: AbortSignal): Promise<void> {
    const { reader, inventory } = this.#deps;
    const asked = [...this.#followed.keys()].slice(0, FOLLOW_BATCH);
    const unreadable = new Map<string, Error>();
    const enis = await reader.describeEnis(asked, signal, (eniId, error) => unreadable.set(eniId, error));
    this.#tellUnreadable(unreadable);
    const unreadableIds = new Set(unreadable.keys());
    const askedIds = new Set(asked);
    const { changed, doubtful, settled } = inventory.merge({ begunAtMs, enis, askedIds, unreadableIds });
    const answered = [...changed.map((eni) => eni.eniId), ...settled];
    const keys = new Set(answered.flatMap((eniId) => [...(this.#followed.get(eniId)?.keys ?? [])]));
    for (const eniId of answered) this.#followed.delete(eniId);
    for (const { eniId } of enis) this.#giveUp(eniId, begunAtMs);
    // The next listing shows it again; asking every second would not make it clearer.
    for (const eniId of unreadableIds) this.#followed.delete(eniId);
    this.#rotate(asked);
    for (const eniId of doubtful) this.follow(eniId, '');
    for (const eni of changed) this.#deps.onChange(eni);
    for (const key of keys) if (key !== '') this.#deps.onAnswer(key);
  }

  /** Once for each, for as long as it lasts. */
  #tellUnreadable(unreadable: ReadonlyMap<string, Error>): void {
    const { inventory, logger } = this.#deps;
    for (const [eniId, err] of unreadable) {
      if (!inventory.unreadable.has(eniId))
        logger.warn({ eniId, err }, 'cannot understand a network interface');
    }
  }

  #giveUp(eniId: string, nowMs: number): void {
    const followed = this.#followed.get(eniId);
    if (followed !== undefined && nowMs - followed.sinceMs >= FOLLOW_FOR_MS) this.#followed.delete(eniId);
  }

  /** Puts what was asked for behind what was not, so that more ids than one call takes have their turn. */
  #rotate(asked: readonly string[]): void {
    for (const eniId of asked) {
      const followed = this.#followed.get(eniId);
      if (followed === undefined) continue;
      this.#followed.delete(eniId);
      this.#followed.set(eniId, followed);
    }
  }
}
