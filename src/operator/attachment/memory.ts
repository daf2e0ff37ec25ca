import type { RefusedStep } from '../../domain/eni-drift.ts';
import type { Ec2Failure } from '../../domain/failure.ts';
import type { Attempt } from '../ports.ts';

/** A refused attempt. */
export interface Rejection {
  readonly attempt: Attempt;
  readonly failure: Ec2Failure;
  /** When it may be tried anew with the same inputs; monotonic milliseconds. */
  readonly retryAtMs: number;
  /** Refusals in a row. */
  readonly count: number;
}

/** A change of an ENI that EC2 refused. */
interface Refusal {
  readonly key: string;
  readonly failure: Ec2Failure;
  readonly retryAtMs: number;
  readonly count: number;
}

/** An attachment as read. */
interface ObjectVersion {
  readonly name: string;
  readonly resourceVersion: string;
}

function waitMs(count: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (count - 1), LONGEST_RETRY_MS);
}

/** A watch that is later than this is in trouble: then the API server tells by a conflict what is out of date. */
const CACHE_LAG_LIMIT_MS = 5_000;

const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 600_000;

/**
 * What this process remembers of attempts that went wrong. It may be lost at any time: then a refused attempt is
 * sent once more, with the same token and the same result.
 */
export class AttemptMemory {
  readonly #rejections = new Map<string, Rejection>();
  readonly #mismatches = new Map<string, number>();
  /** Attempts of which every create so far is known to have failed. */
  readonly #clean = new Map<string, number>();
  readonly #refusals = new Map<string, ReadonlyMap<string, Refusal>>();

  /** Which detach was first seen under way when, or was last forced then. */
  readonly #detaches = new Map<string, { readonly attachmentId: string; readonly sinceMs: number }>();

  /** What people were told once already. */
  readonly #told = new Set<string>();
  /** Since when the stored status does not tell what is true; monotonic milliseconds. */
  readonly #untold = new Map<string, number>();
  /** Over which version of the attachment of that name we wrote last. */
  readonly #written = new Map<string, { readonly resourceVersion: string; readonly atMs: number }>();

  /** The status is not written yet; returns since when that is so. */
  untoldSince(uid: string, nowMs: number): number {
    const sinceMs = this.#untold.get(uid) ?? nowMs;
    this.#untold.set(uid, sinceMs);
    return sinceMs;
  }

  /** The stored status tells what is true. */
  told(uid: string): void {
    this.#untold.delete(uid);
  }

  /** We wrote over this version of the attachment. */
  wrote({ name, resourceVersion }: ObjectVersion, nowMs: number): void {
    this.#written.set(name, { resourceVersion, atMs: nowMs });
  }

  /** Whether this version of the attachment is the one before our own last write, which the cache will show soon. */
  isOvertaken({ name, resourceVersion }: ObjectVersion, nowMs: number): boolean {
    const written = this.#written.get(name);
    return written?.resourceVersion === resourceVersion && nowMs - written.atMs < CACHE_LAG_LIMIT_MS;
  }

  /** This process froze the attempt: nothing of it was sent yet. */
  begin(uid: string, attempt: number): void {
    this.#clean.set(uid, attempt);
  }

  /** A create of the attempt was not answered: it may have made an ENI. */
  doubt(uid: string, attempt: number): void {
    if (this.#clean.get(uid) === attempt) this.#clean.delete(uid);
  }

  /** Whether a refusal proves that the attempt made no ENI. */
  isClean(uid: string, attempt: number): boolean {
    return this.#clean.get(uid) === attempt;
  }

  /** EC2 refused the attempt for good: no ENI was made. */
  reject(uid: string, attempt: Attempt, failure: Ec2Failure, nowMs: number): void {
    const count = (this.#rejections.get(uid)?.count ?? 0) + 1;
    this.#rejections.set(uid, { attempt, failure, count, retryAtMs: nowMs + waitMs(count) });
  }

  rejection(uid: string): Rejection | undefined {
    return this.#rejections.get(uid);
  }

  /** The attempt's token is of no use any more, but may have made an ENI. */
  mismatch(uid: string, attempt: number): void {
    this.#mismatches.set(uid, attempt);
  }

  isMismatched(uid: string, attempt: number): boolean {
    return this.#mismatches.get(uid) === attempt;
  }

  /** The ENI is seen detaching; returns since when this process has seen that, monotonic milliseconds. */
  detachingSince(uid: string, attachmentId: string, nowMs: number): number {
    const known = this.#detaches.get(uid);
    if (known?.attachmentId === attachmentId) return known.sinceMs;
    this.#detaches.set(uid, { attachmentId, sinceMs: nowMs });
    return nowMs;
  }

  /** A detach was forced: it has its time anew before that is done again. */
  forcedDetach(uid: string, attachmentId: string, nowMs: number): void {
    this.#detaches.set(uid, { attachmentId, sinceMs: nowMs });
  }

  /** EC2 refused a change of the ENI: the same is not sent again before the back-off has run. */
  refuse(uid: string, key: string, failure: Ec2Failure, nowMs: number): void {
    const known = this.#refusals.get(uid) ?? new Map<string, Refusal>();
    const count = (known.get(key)?.count ?? 0) + 1;
    const refusal = { key, failure, count, retryAtMs: nowMs + waitMs(count) };
    this.#refusals.set(uid, new Map([...known, [key, refusal]]));
  }

  /** Refused changes whose back-off still runs. */
  refusedSteps(uid: string, nowMs: number): RefusedStep[] {
    return [...(this.#refusals.get(uid)?.values() ?? [])]
      .filter(({ retryAtMs }) => retryAtMs > nowMs)
      .map(({ key, failure: { reason, message }, retryAtMs }) => ({
        key,
        reason,
        message,
        retryInMs: retryAtMs - nowMs,
      }));
  }

  /** Whether this process says so for the first time. */
  isNews(text: string): boolean {
    const isNew = !this.#told.has(text);
    this.#told.add(text);
    return isNew;
  }

  /** There is an ENI, or no attachment any more. */
  forget(uid: string): void {
    this.#rejections.delete(uid);
    this.#mismatches.delete(uid);
    this.#clean.delete(uid);
    this.#detaches.delete(uid);
    this.#refusals.delete(uid);
    this.#untold.delete(uid);
  }

  /** The cache shows no attachment of that name. */
  forgetName(name: string): void {
    this.#written.delete(name);
  }
}
