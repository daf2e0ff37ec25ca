import type { Eni } from '../../domain/ec2-resources.ts';
import { enisWithoutIntent, isCollectable, type OrphanPlan, planOrphans } from '../../domain/orphan-plan.ts';
import { done, type ReconcileOutcome } from '../../runtime/outcome.ts';
import { asEc2Failure } from '../engine/as-ec2-failure.ts';
import type { OrphanCollectorDeps } from './deps.ts';
import { tellBraked, tellDeleted } from './tell.ts';

const ROUND = 'round';
/** Not a character of object names, so that these keys and those of attachments can share permits. */
const ENI_PREFIX = 'orphan:';

/** Whether a key of the permits is one of the collector's. */
export function isOrphanKey(key: string): boolean {
  return key.startsWith(ENI_PREFIX);
}

interface Listing {
  readonly begunAtMs: number;
  readonly enis: readonly Eni[];
  readonly listedIds: ReadonlySet<string>;
}

/** Finds and deletes the ENIs of this cluster that nothing needs any more. */
export interface OrphanCollector {
  /** A full listing that began then is in the inventory. */
  readonly listed: (begunAtMs: number) => void;
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileOutcome>;
}

/**
 * Creates the collector. It judges the listings that the inventory makes anyway, against a quorum list of attachments
 * made after each, and only when the cache says that something may be leaked. What is due is looked at once more, in EC2
 * and in the cache, right before its delete; the delete itself is refused by EC2 when somebody attached it meanwhile.
 * Memory may be lost at any time: then the waiting begins anew. Keys are to be worked on one at a time.
 */
export function createOrphanCollector(deps: OrphanCollectorDeps): OrphanCollector {
  const { cluster, inventory, caches, permits, clock, metrics } = deps;
  let listing: Listing | undefined;
  let sightings: ReadonlyMap<string, number> = new Map();
  const foundIds = new Set<string>();
  const approvedIds = new Set<string>();
  let acknowledgedPasses = deps.isAcknowledged ? 1 : 0;
  let isBraked = false;

  function listed(begunAtMs: number): void {
    // Taken at once: an ENI that is made later may belong to an attachment that the list below does not show yet.
    const enis = inventory.list();
    const isShown = (eniId: string): boolean =>
      inventory.isConfirmed(eniId) && inventory.presenceOf(eniId) === 'present';
    const listedIds = new Set(enis.map(({ eniId }) => eniId).filter((eniId) => isShown(eniId)));
    listing = { begunAtMs, enis, listedIds };
    deps.queue.add(ROUND);
  }

  function drop(eniId: string): void {
    approvedIds.delete(eniId);
    foundIds.delete(eniId);
    permits.release(ENI_PREFIX + eniId);
  }

  /** Forgets what is no longer due, and counts what is due for the first time. */
  function remember(plan: OrphanPlan): void {
    sightings = plan.sightings;
    const dueIds = new Set(plan.due.map(({ eniId }) => eniId));
    for (const eniId of [...foundIds].filter((id) => !dueIds.has(id))) drop(eniId);
    metrics.found([...dueIds].filter((eniId) => !foundIds.has(eniId)).length);
    for (const eniId of dueIds) foundIds.add(eniId);
  }

  function mayGoOn(plan: OrphanPlan): boolean {
    const { brake, due } = plan;
    const wasBraked = isBraked;
    isBraked = brake !== undefined && acknowledgedPasses === 0;
    if (brake === undefined) return true;
    const eniIds = due.map(({ eniId }) => eniId);
    if (isBraked) {
      tellBraked(brake, eniIds, !wasBraked, deps);
      return false;
    }
    acknowledgedPasses -= 1;
    deps.logger.warn({ ...brake, eniIds }, 'brake on orphaned network interfaces is overruled for one pass');
    return true;
  }

  async function judge(at: Listing, signal: AbortSignal): Promise<void> {
    const { begunAtMs, listedIds } = at;
    // What was deleted since is no news any more.
    const enis = at.enis.filter(({ eniId }) => inventory.get(eniId) !== undefined);
    const isSuspect = enisWithoutIntent({ cluster, enis, attachments: caches.attachments.list() }).some(
      ({ eniId }) => listedIds.has(eniId),
    );
    if (!isSuspect) {
      isBraked = false;
      remember({ sightings: new Map(), due: [] });
      return;
    }
    const attachments = await deps.attachments.list(signal);
    const plan = planOrphans({
      cluster,
      enis,
      attachments,
      listedIds,
      begunAtMs,
      nowMs: clock.now() - (clock.monotonicMs() - begunAtMs),
      sightings,
      approvedIds,
      timings: deps.timings,
    });
    remember(plan);
    if (mayGoOn(plan)) for (const { eniId } of plan.due) approvedIds.add(eniId);
    for (const eniId of approvedIds) deps.queue.add(ENI_PREFIX + eniId);
  }

  /** The ENI as EC2 shows it now, if it may still be deleted. */
  async function lastLook(eniId: string, signal: AbortSignal): Promise<Eni | undefined> {
    const [eni] = await deps.reader.describeEnis([eniId], signal);
    if (eni === undefined || !isCollectable(eni, cluster)) return undefined;
    const others = inventory.list().filter((other) => other.eniId !== eniId);
    const enis = [eni, ...others];
    const orphans = enisWithoutIntent({ cluster, enis, attachments: caches.attachments.list() });
    return orphans.includes(eni) ? eni : undefined;
  }

  async function deleteAfterLastLook(eniId: string, signal: AbortSignal): Promise<void> {
    const eni = await lastLook(eniId, signal);
    if (eni === undefined) return;
    await deleteEni(eniId, signal);
    inventory.recordGone(eniId, clock.monotonicMs());
    metrics.deleted();
    tellDeleted(eni, deps);
  }

  async function collect(eniId: string, signal: AbortSignal): Promise<void> {
    if (!approvedIds.has(eniId)) {
      permits.release(ENI_PREFIX + eniId);
      return;
    }
    if (!permits.take('DeleteNetworkInterface', ENI_PREFIX + eniId)) return;
    try {
      await deleteAfterLastLook(eniId, signal);
    } finally {
      permits.finished('DeleteNetworkInterface');
    }
    sightings = new Map([...sightings].filter(([id]) => id !== eniId));
    drop(eniId);
  }

  async function deleteEni(eniId: string, signal: AbortSignal): Promise<void> {
    try {
      await deps.ec2.deleteEni(eniId, signal);
    } catch (error) {
      const failure = asEc2Failure(error);
      if (failure?.reason === 'Throttled') permits.throttled('DeleteNetworkInterface');
      if (failure?.kind !== 'absent') throw error;
    }
  }

  return {
    listed,
    reconcile: async (key, signal) => {
      if (isOrphanKey(key)) await collect(key.slice(ENI_PREFIX.length), signal);
      else if (listing !== undefined) await judge(listing, signal);
      return done;
    },
  };
}
