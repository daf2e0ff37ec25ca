/** What a Lease says; see the Kubernetes API `coordination.k8s.io/v1`. */
export interface LeaseRecord {
  /** Empty: nobody holds it. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  /** MicroTime texts; never compared with a clock. */
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often the holder changed. */
  readonly leaseTransitions: number;
}

/** A Lease as the store holds it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly resourceVersion: string;
}

/**
 * Where the Lease lives. A call may be carried out although it throws; the elector copes. A call should end soon after
 * its signal aborts.
 */
export interface LeaseStore {
  /** Undefined when there is none yet. Must not be answered from a cache. */
  get(signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Throws when there is one already. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease>;
  /** Throws unless the Lease still has `resourceVersion`. */
  update(resourceVersion: string, record: LeaseRecord, signal: AbortSignal): Promise<StoredLease>;
}

/** A time as Lease fields want it: six decimals, which `Date` does not write (the API server refuses three). */
function toMicroTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/Z$/, '000Z');
}

/** True when nobody renewed or took the Lease between the two readings. */
export function isSameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holderIdentity === b.holderIdentity &&
    a.renewTime === b.renewTime &&
    a.leaseTransitions === b.leaseTransitions
  );
}

/** Who takes or renews a Lease, and when. */
export interface LeaseClaim {
  readonly identity: string;
  readonly leaseDurationMs: number;
  /** Wall clock, for people. Must be later than in any earlier claim of this identity. */
  readonly renewTimeMs: number;
}

/** The record that takes or renews the Lease; `old` is absent when there is none yet. */
export function claimedRecord(old: LeaseRecord | undefined, claim: LeaseClaim): LeaseRecord {
  const renewTime = toMicroTime(claim.renewTimeMs);
  const isOurs = old?.holderIdentity === claim.identity;
  return {
    holderIdentity: claim.identity,
    leaseDurationSeconds: Math.ceil(claim.leaseDurationMs / 1000),
    acquireTime: isOurs ? old.acquireTime : renewTime,
    renewTime,
    leaseTransitions: old === undefined ? 0 : old.leaseTransitions + (isOurs ? 0 : 1),
  };
}

/** The record that gives the Lease away; one second is what client-go writes too. */
export function releasedRecord(old: LeaseRecord, renewTimeMs: number): LeaseRecord {
  return { ...old, holderIdentity: '', leaseDurationSeconds: 1, renewTime: toMicroTime(renewTimeMs) };
}
