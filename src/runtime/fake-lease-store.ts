import type { LeaseRecord, LeaseStore, StoredLease } from './lease.ts';

/** One Lease in memory, for tests, with the ways a real store fails. Like the API server it ignores empty updates. */
export class FakeLeaseStore implements LeaseStore {
  lease: StoredLease | undefined;
  /** Every call throws. */
  isDown = false;
  /** No call answers until its signal aborts. */
  isHanging = false;
  /** So many writes are carried out, but throw. */
  lostReplies = 0;
  #version = 0;

  /** The record, which must exist. */
  get record(): LeaseRecord {
    if (this.lease === undefined) throw new Error('there is no lease');
    return this.lease.record;
  }

  /** Writes as some other client. */
  put(record: LeaseRecord): StoredLease {
    if (JSON.stringify(record) === JSON.stringify(this.lease?.record) && this.lease !== undefined)
      return this.lease;
    this.#version += 1;
    this.lease = { record, resourceVersion: String(this.#version) };
    return this.lease;
  }

  async get(signal: AbortSignal): Promise<StoredLease | undefined> {
    await this.#misbehave(signal);
    return this.lease;
  }

  async create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease> {
    await this.#misbehave(signal);
    if (this.lease !== undefined) throw new Error('lease already exists');
    return this.#reply(this.put(record));
  }

  async update(resourceVersion: string, record: LeaseRecord, signal: AbortSignal): Promise<StoredLease> {
    await this.#misbehave(signal);
    if (this.lease?.resourceVersion !== resourceVersion) throw new Error('lease has changed');
    return this.#reply(this.put(record));
  }

  async #misbehave(signal: AbortSignal): Promise<void> {
    if (this.isDown) throw new Error('lease store is down');
    if (!this.isHanging) return;
    await new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  #reply(lease: StoredLease): StoredLease {
    if (this.lostReplies === 0) return lease;
    this.lostReplies -= 1;
    throw new Error('connection reset');
  }
}
