import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from './ec2-resources.ts';
import { claimOf, claimsOf, enisOfClaim } from './owned-eni.ts';
import { type ClusterIdentity, isOwned, servesPurpose } from './ownership.ts';

/** How patient the collection of leaked ENIs is. */
export interface OrphanTimings {
  /** Least time between two listings that show an ENI without intent. */
  readonly sightingsApartMs: number;
  /** Least age of an ENI. */
  readonly minAgeMs: number;
}

/**
 * Longer than any create, adoption or restart takes. AWS's own collectors wait 5 to 30 min (aws/amazon-vpc-cni-k8s,
 * aws/amazon-vpc-resource-controller-k8s).
 */
export const ORPHAN_TIMINGS: OrphanTimings = { sightingsApartMs: 600_000, minAgeMs: 900_000 };

/** A pass deletes at most this many ENIs, or this share of those known, whichever is more. */
const MOST_AT_ONCE = 5;
const LARGEST_SHARE = 0.2;

/** ENIs and attachments of one moment; the attachments were read after the ENIs. */
export interface OrphanWorld {
  readonly cluster: ClusterIdentity;
  /** Every ENI of ours that is known, attached or not. */
  readonly enis: readonly Eni[];
  readonly attachments: readonly NodeENIAttachment[];
}

/** A full listing of our ENIs, the attachments that were listed after it, and what is remembered. */
export interface OrphanRound extends OrphanWorld {
  /** The ids of `enis` that this listing showed. */
  readonly listedIds: ReadonlySet<string>;
  /** When the listing began; monotonic milliseconds. */
  readonly begunAtMs: number;
  /** The same by the wall clock. */
  readonly nowMs: number;
  /** Since when each ENI has been seen without intent in every listing; monotonic milliseconds. */
  readonly sightings: ReadonlyMap<string, number>;
  /** ENIs that a pass before this one let go: they are not counted against it. */
  readonly approvedIds: ReadonlySet<string>;
  readonly timings: OrphanTimings;
}

/** Why a pass deletes nothing although ENIs are due: what Kubernetes shows may be wrong. */
export type OrphanBrake =
  | { readonly kind: 'TooMany'; readonly due: number; readonly limit: number; readonly known: number }
  | { readonly kind: 'NoAttachments'; readonly due: number; readonly attached: number };

/** What a round concludes. */
export interface OrphanPlan {
  readonly sightings: ReadonlyMap<string, number>;
  /** ENIs to delete, unless there is a brake. */
  readonly due: readonly Eni[];
  readonly brake?: OrphanBrake;
}

/** Whether an ENI is ours, free, and not kept on purpose; only such an ENI can be collected. */
export function isCollectable(eni: Eni, cluster: ClusterIdentity): boolean {
  return (
    isOwned(eni.tags, cluster) &&
    eni.status === 'available' &&
    eni.attachment === undefined &&
    eni.tags[ENI_TAGS.retained] !== 'true'
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
}

/**
 * The collectable ENIs that no attachment needs. An attachment needs the ENI in its status; one that has not settled on
 * an ENI, the best of those that exist, needs every ENI that it made or that serves its purpose. So the doubles of an
 * attachment lose their intent only once it goes on with another one.
 */
export function enisWithoutIntent({ cluster, enis, attachments }: OrphanWorld): Eni[] {
  const recordedIds = new Set(attachments.map(({ status }) => status.eniID));
  const byUid = groupBy(attachments, ({ metadata }) => metadata.uid);
  const byInstance = groupBy(attachments, ({ spec }) => spec.instanceID);
  const enisByInstance = groupBy(enis, ({ tags }) => tags[ENI_TAGS.instance] ?? '');

  function isSettled(attachment: NodeENIAttachment): boolean {
    const { instanceID } = attachment.spec;
    const siblings = byInstance.get(instanceID) ?? [];
    const others = claimsOf(siblings.filter((other) => other !== attachment));
    const [chosen] = enisOfClaim(claimOf(attachment), cluster, enisByInstance.get(instanceID) ?? [], others);
    return chosen !== undefined && chosen.eniId === attachment.status.eniID;
  }

  function hasIntent({ eniId, tags }: Eni): boolean {
    if (recordedIds.has(eniId)) return true;
    const makers = byUid.get(tags[ENI_TAGS.attachment] ?? '') ?? [];
    const adopters = (byInstance.get(tags[ENI_TAGS.instance] ?? '') ?? []).filter((attachment) =>
      servesPurpose(tags, claimOf(attachment).purpose),
    );
    return [...makers, ...adopters].some((attachment) => !isSettled(attachment));
  }

  return enis.filter((eni) => isCollectable(eni, cluster) && !hasIntent(eni));
}

/** An age that cannot be known counts from the first sight. */
function ageMs(eni: Eni, sinceMs: number, round: OrphanRound): number {
  const createdAtMs = Date.parse(eni.tags[ENI_TAGS.createdAt] ?? '');
  const isKnown = Number.isFinite(createdAtMs) && createdAtMs <= round.nowMs;
  return isKnown ? round.nowMs - createdAtMs : round.begunAtMs - sinceMs;
}

function brakeOf(due: number, { enis, attachments }: OrphanWorld): OrphanBrake | undefined {
  if (due === 0) return undefined;
  const attached = enis.filter((eni) => eni.attachment !== undefined).length;
  if (attachments.length === 0 && attached > 0) return { kind: 'NoAttachments', due, attached };
  const limit = Math.max(MOST_AT_ONCE, Math.floor(enis.length * LARGEST_SHARE));
  return due > limit ? { kind: 'TooMany', due, limit, known: enis.length } : undefined;
}

/**
 * Judges one listing. An ENI is due once two listings far enough apart, and all between them, showed it collectable and
 * without intent, and it is old enough.
 */
export function planOrphans(round: OrphanRound): OrphanPlan {
  const { begunAtMs, timings } = round;
  const suspects = enisWithoutIntent(round).filter(({ eniId }) => round.listedIds.has(eniId));
  const since = (eni: Eni): number => round.sightings.get(eni.eniId) ?? begunAtMs;
  const due = suspects.filter(
    (eni) =>
      round.sightings.has(eni.eniId) &&
      begunAtMs - since(eni) >= timings.sightingsApartMs &&
      ageMs(eni, since(eni), round) >= timings.minAgeMs,
  );
  const brake = brakeOf(due.filter(({ eniId }) => !round.approvedIds.has(eniId)).length, round);
  return {
    sightings: new Map(suspects.map((eni) => [eni.eniId, since(eni)])),
    due,
    ...(brake === undefined ? {} : { brake }),
  };
}
