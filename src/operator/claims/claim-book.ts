import type { Loss } from '../../domain/index-claims.ts';

/** An attachment that is being made: until the cache shows it, this is all that stands for it. */
export interface Reservation {
  readonly attachmentName: string;
  readonly keys: readonly string[];
}

interface Entry {
  readonly nodeEniName: string;
  readonly attachmentName: string;
}

/** What {@link ClaimBook} needs. */
export interface ClaimBookOptions {
  /** Whether the cache shows the attachment: then the cache speaks for it. */
  readonly isKnown: (attachmentName: string) => boolean;
}

/**
 * Remembers, by key, which NodeENI is making an attachment there, and which NodeENIs lost it. Every method is synchronous:
 * whoever looks and records in one go is alone. It is rebuilt after a restart, when every NodeENI is looked at.
 */
export class ClaimBook {
  readonly #options: ClaimBookOptions;
  readonly #reserved = new Map<string, Entry>();
  readonly #reservedBy = new Map<string, readonly string[]>();
  /** Key → losers → winner. */
  readonly #losers = new Map<string, Map<string, string>>();
  readonly #lostBy = new Map<string, readonly Loss[]>();
  /** Winner → losers. */
  readonly #beaten = new Map<string, Set<string>>();
  readonly #wakers: ((loser: string) => void)[] = [];

  constructor(options: ClaimBookOptions) {
    this.#options = options;
  }

  /** NodeENI that is making an attachment at `key`. */
  holderOf(key: string): string | undefined {
    const entry = this.#reserved.get(key);
    if (entry === undefined) return undefined;
    if (!this.#options.isKnown(entry.attachmentName)) return entry.nodeEniName;
    this.#reserved.delete(key);
    return undefined;
  }

  /** Replaces everything that is known of a NodeENI. Its keys must be free, or its own. */
  record(nodeEniName: string, reservations: readonly Reservation[], losses: readonly Loss[]): void {
    this.forget(nodeEniName);
    const keys = reservations.flatMap((reservation) => reservation.keys);
    if (keys.length > 0) this.#reservedBy.set(nodeEniName, keys);
    for (const { attachmentName, keys } of reservations) {
      for (const key of keys) this.#reserved.set(key, { nodeEniName, attachmentName });
    }
    if (losses.length > 0) this.#lostBy.set(nodeEniName, losses);
    for (const { key, winner } of losses) {
      const losers = this.#losers.get(key) ?? new Map<string, string>();
      this.#losers.set(key, losers.set(nodeEniName, winner));
      this.#beaten.set(winner, (this.#beaten.get(winner) ?? new Set()).add(nodeEniName));
    }
  }

  /** The NodeENI is gone, or wants nothing any more. */
  forget(nodeEniName: string): void {
    for (const key of this.#reservedBy.get(nodeEniName) ?? []) {
      if (this.#reserved.get(key)?.nodeEniName === nodeEniName) this.#reserved.delete(key);
    }
    this.#reservedBy.delete(nodeEniName);
    for (const loss of this.#lostBy.get(nodeEniName) ?? []) this.#forgetLoss(nodeEniName, loss);
    this.#lostBy.delete(nodeEniName);
  }

  /** NodeENIs that lost `key`, each with the NodeENI that it lost to. */
  losersOf(key: string): ReadonlyMap<string, string> {
    return this.#losers.get(key) ?? new Map();
  }

  /** NodeENIs that lost something to this one. */
  losersTo(nodeEniName: string): readonly string[] {
    return [...(this.#beaten.get(nodeEniName) ?? [])];
  }

  /** `wake` is called with every loser that {@link wakeLosersTo} finds. */
  onWake(wake: (loser: string) => void): void {
    this.#wakers.push(wake);
  }

  /**
   * Wakes those that lost a key to a NodeENI which is not making it and, by `hasKey`, does not have it: it went first when they
   * looked, and does not any more.
   */
  wakeLosersTo(nodeEniName: string, hasKey: (key: string) => boolean): void {
    for (const loser of this.losersTo(nodeEniName)) {
      const losses = this.#lostBy.get(loser) ?? [];
      const isFree = ({ key, winner }: Loss): boolean =>
        winner === nodeEniName && this.#reserved.get(key)?.nodeEniName !== nodeEniName && !hasKey(key);
      if (losses.some(isFree)) for (const wake of this.#wakers) wake(loser);
    }
  }

  #forgetLoss(loser: string, { key, winner }: Loss): void {
    const losers = this.#losers.get(key);
    losers?.delete(loser);
    if (losers?.size === 0) this.#losers.delete(key);
    const beaten = this.#beaten.get(winner);
    beaten?.delete(loser);
    if (beaten?.size === 0) this.#beaten.delete(winner);
  }
}
