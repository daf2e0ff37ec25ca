import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from './ec2-resources.ts';
import { type ClusterIdentity, type EniPurpose, isOwned, servesPurpose } from './ownership.ts';

/** What tells an attachment's ENI from every other. */
export interface EniClaim {
  readonly attachmentUid: string;
  readonly purpose: EniPurpose;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
}

/** ENIs that other attachments hold: by id, or by the attachment uid in their tags. */
export interface OtherClaims {
  readonly eniIds: ReadonlySet<string>;
  readonly attachmentUids: ReadonlySet<string>;
}

/** What an attachment claims. */
export function claimOf({ metadata, spec }: NodeENIAttachment): EniClaim {
  return {
    attachmentUid: metadata.uid,
    purpose: { nodeEniName: spec.nodeENI.name, instanceId: spec.instanceID, slotKey: spec.slot },
    networkCardIndex: spec.networkCardIndex,
    deviceIndex: spec.deviceIndex,
  };
}

/** What the other attachments of an instance hold. */
export function claimsOf(others: readonly NodeENIAttachment[]): OtherClaims {
  return {
    eniIds: new Set(others.map(({ status }) => status.eniID).filter((id) => id !== undefined)),
    attachmentUids: new Set(others.map(({ metadata }) => metadata.uid)),
  };
}

function isMade(eni: Eni, claim: EniClaim): boolean {
  return eni.tags[ENI_TAGS.attachment] === claim.attachmentUid;
}

function isClaimedByOthers(eni: Eni, others: OtherClaims): boolean {
  return others.eniIds.has(eni.eniId) || others.attachmentUids.has(eni.tags[ENI_TAGS.attachment] ?? '');
}

function attemptOf(eni: Eni): number {
  return Number(eni.tags[ENI_TAGS.attempt] ?? 0);
}

/**
 * Order of several ENIs for one attachment, best first: attached at the wanted index, attached, highest attempt, oldest.
 */
export function byFitness(claim: EniClaim): (a: Eni, b: Eni) => number {
  const atSpecIndex = (eni: Eni): boolean =>
    eni.attachment?.instanceId === claim.purpose.instanceId &&
    eni.attachment.deviceIndex === claim.deviceIndex &&
    eni.attachment.networkCardIndex === claim.networkCardIndex;
  const rank = (eni: Eni): number => {
    if (atSpecIndex(eni)) return 0;
    return eni.attachment === undefined ? 2 : 1;
  };
  return (a, b) =>
    rank(a) - rank(b) ||
    attemptOf(b) - attemptOf(a) ||
    (a.tags[ENI_TAGS.createdAt] ?? '').localeCompare(b.tags[ENI_TAGS.createdAt] ?? '') ||
    a.eniId.localeCompare(b.eniId);
}

/**
 * ENIs that belong to an attachment, best first: made for it, or of the same purpose and claimed by nobody else
 * (its objects may have been restored from Git under new uids). Only owned ENIs are ever returned.
 */
export function enisOfClaim(
  claim: EniClaim,
  cluster: ClusterIdentity,
  enis: Iterable<Eni>,
  others: OtherClaims,
): Eni[] {
  return [...enis]
    .filter((eni) => isOwned(eni.tags, cluster) && servesPurpose(eni.tags, claim.purpose))
    .filter((eni) => isMade(eni, claim) || !isClaimedByOthers(eni, others))
    .toSorted(byFitness(claim));
}

/** Number of the attempt of this attachment that made the ENI; 0 for an ENI that was found, not made. */
export function attemptThatMade(eni: Eni, attachmentUid: string): number {
  return eni.tags[ENI_TAGS.attachment] === attachmentUid ? attemptOf(eni) : 0;
}
