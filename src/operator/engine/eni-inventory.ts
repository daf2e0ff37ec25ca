import { isDeepStrictEqual } from 'node:util';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import type { EniPresence } from '../../domain/eni-step.ts';

/** Two reads that miss an ENI prove its end only when they are so far apart (EC2 Developer Guide, Eventual consistency). */
const PROOF_MS = 30_000;

/** An ENI that we wrote to so recently may still be invisible to reads. */
const SETTLE_MS = 60_000;

/** How long the memory of an ENI's end is kept, against reads that are late. */
const TOMBSTONE_MS = 300_000;

interface Entry {
  readonly eni: Eni;
  /** When our last write to it was answered; monotonic milliseconds. */
  readonly writtenAtMs: number | undefined;
  /** When the last read that showed it began. */
  readonly readBegunAtMs: number | undefined;
  firstMissAtMs: number | undefined;
}

/** A read of EC2: which ENIs it asked for, what it saw, and when it began. */
export interface EniRead {
  readonly begunAtMs: number;
  readonly enis: readonly Eni[];
  /** The ids that were asked for; absent for a listing by tag, which proves nothing about an ENI that lost its tags. */
  readonly askedIds?: ReadonlySet<string>;
  /** ENIs that it showed and that cannot be understood: neither seen nor missed. */
  readonly unreadableIds?: ReadonlySet<string>;
}

/** ENIs whose state or certainty changed by a read. */
export interface InventoryChange {
  readonly changed: readonly Eni[];
  /** Missed, but not proven gone: to be asked for by id. */
  readonly doubtful: readonly string[];
  /** Remembered ids that are proven not to exist. */
  readonly settled: readonly string[];
}

/**
 * The one memory of our ENIs. It only merges, never replaces: a read that began before a local write cannot undo it
 * (cilium/cilium#46513), and one miss proves nothing.
 */
export class EniInventory {
  readonly #entries = new Map<string, Entry>();
  readonly #tombstones = new Map<string, number>();
  readonly #goneAttempts = new Map<string, number>();
  readonly #idsByInstance = new Map<string, Set<string>>();
  /** Ids that somebody remembers but no read has shown: when they were first missed, and whether that is proof. */
  readonly #suspects = new Map<string, { readonly firstMissAtMs: number; readonly isGone: boolean }>();
  /** ENIs whose latest read cannot be understood: what is known of them may be out of date. */
  #unreadable: ReadonlySet<string> = new Set();

  /** The ENI as last seen or written. */
  get(eniId: string): Eni | undefined {
    return this.#entries.get(eniId)?.eni;
  }

  /** How many ENIs are not known to be gone. */
  get size(): number {
    return this.#entries.size;
  }

  /** ENIs that exist and whose latest read cannot be understood. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  /** ENIs that are not known to be gone. */
  list(): Eni[] {
    return Array.from(this.#entries.values(), ({ eni }) => eni);
  }

  /** ENIs whose tags name the instance. */
  ofInstance(instanceId: string): Eni[] {
    return [...(this.#idsByInstance.get(instanceId) ?? [])]
      .map((eniId) => this.get(eniId))
      .filter((eni) => eni !== undefined);
  }

  /** Whether the ENI that an attempt made is known to be gone; remembered for a while after its end. */
  isAttemptGone(attachmentUid: string, attempt: number): boolean {
    return this.#goneAttempts.has(attemptKey(attachmentUid, String(attempt)));
  }

  /** How sure the existence of an ENI is. */
  presenceOf(eniId: string): EniPresence {
    if (this.#unreadable.has(eniId)) return 'doubtful';
    const entry = this.#entries.get(eniId);
    if (entry !== undefined) return entry.firstMissAtMs === undefined ? 'present' : 'doubtful';
    const suspect = this.#suspects.get(eniId);
    if (this.#tombstones.has(eniId) || suspect?.isGone === true) return 'gone';
    return suspect === undefined ? 'unknown' : 'doubtful';
  }

  /** Whether EC2 has shown the ENI's state in a read that began after our last write to it. */
  isConfirmed(eniId: string): boolean {
    const entry = this.#entries.get(eniId);
    return entry?.readBegunAtMs !== undefined && entry.readBegunAtMs >= (entry.writtenAtMs ?? 0);
  }

  /** Records what a call of ours did to an ENI. */
  recordWrite(eni: Eni, atMs: number): void {
    this.#tombstones.delete(eni.eniId);
    const entry = this.#entries.get(eni.eniId);
    this.#put({
      eni,
      writtenAtMs: atMs,
      readBegunAtMs: entry?.readBegunAtMs,
      firstMissAtMs: undefined,
    });
  }

  /** Records that an ENI was deleted by us, or that EC2 says so. */
  recordGone(eniId: string, atMs: number): void {
    const entry = this.#entries.get(eniId);
    if (entry === undefined) return;
    this.#entries.delete(eniId);
    this.#unfile(entry.eni);
    this.#tombstones.set(eniId, atMs);
    this.#goneAttempts.set(
      attemptKey(entry.eni.tags[ENI_TAGS.attachment], entry.eni.tags[ENI_TAGS.attempt]),
      atMs,
    );
  }

  /** Merges a read. */
  merge(read: EniRead): InventoryChange {
    this.#forgetOldTombstones(read.begunAtMs);
    this.#noteUnreadable(read);
    const seen = new Set([...read.enis.map((eni) => eni.eniId), ...(read.unreadableIds ?? [])]);
    const changed = read.enis.filter((eni) => this.#see(eni, read.begunAtMs));
    const missed = [...this.#entries.values()].filter(
      ({ eni }) => !seen.has(eni.eniId) && (read.askedIds?.has(eni.eniId) ?? true),
    );
    const doubtful: string[] = [];
    for (const entry of missed) {
      if (this.#isOlderThanWrite(entry, read.begunAtMs)) continue;
      if (this.#miss(entry, read)) changed.push(entry.eni);
      if (this.#entries.has(entry.eni.eniId)) doubtful.push(entry.eni.eniId);
    }
    return { changed, doubtful, settled: this.#missSuspects(read, seen) };
  }

  /** A listing says it of all that it shows; a read by id only of what it asked for. */
  #noteUnreadable({ askedIds, unreadableIds = new Set() }: EniRead): void {
    const kept = [...this.#unreadable].filter((eniId) => askedIds !== undefined && !askedIds.has(eniId));
    this.#unreadable = new Set([...kept, ...unreadableIds]);
    for (const eniId of unreadableIds) {
      const entry = this.#entries.get(eniId);
      // It exists, so whatever missed it before proves nothing.
      if (entry !== undefined) entry.firstMissAtMs = undefined;
    }
  }

  /** Ids that no entry knows: two misses far enough apart prove that there is no such ENI (any more). */
  #missSuspects(read: EniRead, seen: ReadonlySet<string>): string[] {
    const settled: string[] = [];
    for (const eniId of seen) this.#suspects.delete(eniId);
    for (const eniId of read.askedIds ?? []) {
      if (seen.has(eniId) || this.#entries.has(eniId) || this.#tombstones.has(eniId)) continue;
      const suspect = this.#suspects.get(eniId);
      const firstMissAtMs = suspect?.firstMissAtMs ?? read.begunAtMs;
      const isGone = read.begunAtMs - firstMissAtMs >= PROOF_MS;
      this.#suspects.set(eniId, { firstMissAtMs, isGone });
      if (isGone) settled.push(eniId);
    }
    return settled;
  }

  #isOlderThanWrite(entry: Entry, begunAtMs: number): boolean {
    return entry.writtenAtMs !== undefined && begunAtMs < entry.writtenAtMs;
  }

  /** Whether the sight changed anything that somebody may wait for. */
  #see(eni: Eni, begunAtMs: number): boolean {
    if (this.#tombstones.has(eni.eniId)) return false;
    const entry = this.#entries.get(eni.eniId);
    if (entry === undefined) {
      this.#put({ eni, writtenAtMs: undefined, readBegunAtMs: begunAtMs, firstMissAtMs: undefined });
      return true;
    }
    if (this.#isOlderThanWrite(entry, begunAtMs)) return false;
    const wasSure = this.isConfirmed(eni.eniId) && entry.firstMissAtMs === undefined;
    // EC2 promises no order of tags.
    const isSame = isDeepStrictEqual(entry.eni, eni);
    this.#put({ eni, writtenAtMs: entry.writtenAtMs, readBegunAtMs: begunAtMs, firstMissAtMs: undefined });
    return !wasSure || !isSame;
  }

  /** Whether the miss changed anything: made the ENI doubtful, or proved its end. */
  #miss(entry: Entry, read: EniRead): boolean {
    if (entry.firstMissAtMs === undefined) {
      entry.firstMissAtMs = read.begunAtMs;
      return true;
    }
    const isProven =
      read.askedIds !== undefined &&
      read.begunAtMs - entry.firstMissAtMs >= PROOF_MS &&
      read.begunAtMs - (entry.writtenAtMs ?? 0) >= SETTLE_MS;
    if (isProven) this.recordGone(entry.eni.eniId, read.begunAtMs);
    return isProven;
  }

  #put(entry: Entry): void {
    const { eniId } = entry.eni;
    const known = this.#entries.get(eniId);
    if (known !== undefined) this.#unfile(known.eni);
    this.#entries.set(eniId, entry);
    const instanceId = instanceOf(entry.eni);
    const ids = this.#idsByInstance.get(instanceId) ?? new Set();
    this.#idsByInstance.set(instanceId, ids.add(eniId));
  }

  #unfile(eni: Eni): void {
    const instanceId = instanceOf(eni);
    const ids = this.#idsByInstance.get(instanceId);
    ids?.delete(eni.eniId);
    // Instances come and go for as long as the process lives.
    if (ids?.size === 0) this.#idsByInstance.delete(instanceId);
  }

  #forgetOldTombstones(nowMs: number): void {
    for (const memory of [this.#tombstones, this.#goneAttempts]) {
      for (const [key, atMs] of memory) if (nowMs - atMs > TOMBSTONE_MS) memory.delete(key);
    }
  }
}

function instanceOf(eni: Eni): string {
  return eni.tags[ENI_TAGS.instance] ?? '';
}

function attemptKey(attachmentUid: string | undefined, attempt: string | undefined): string {
  return `${attachmentUid ?? ''}/${attempt ?? ''}`;
}
