import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { AttachmentWish } from '../../domain/attachment-intent.ts';
import { attachmentName } from '../../domain/attachment-name.ts';
import type { Instance, Subnet } from '../../domain/ec2-resources.ts';
import type { EffectiveSpec } from '../../domain/effective-spec.ts';
import { type Claim, claimKeys, type Loss, type Rank, settleClaims } from '../../domain/index-claims.ts';
import type { IndexConflict } from '../../domain/index-conflict.ts';
import type { Caches } from '../caches.ts';
import type { Ec2Directories } from '../engine/ec2-directories.ts';
import type { ClaimBook } from './claim-book.ts';
import { isEngaged, keysOfAttachment } from './claims-of-attachment.ts';
import { claimsOfRival, findRivals, placeOf, rankIn, type Rival } from './rivals.ts';

/** What {@link settleCreates} needs. */
export interface SettleCreatesDeps {
  readonly caches: Caches;
  readonly directories: Ec2Directories;
  readonly claims: ClaimBook;
}

/** The attachments that a NodeENI wants to make. */
export interface WantedCreates {
  readonly nodeEni: NodeENI;
  readonly spec: EffectiveSpec;
  readonly creates: readonly AttachmentWish[];
  readonly instances: ReadonlyMap<string, Instance>;
}

/** Those of them that it may make, and who keeps it from the others. */
export interface SettledCreates {
  readonly creates: readonly AttachmentWish[];
  readonly conflicts: readonly IndexConflict[];
}

interface OwnClaim extends Claim {
  readonly wish: AttachmentWish;
}

/** Everything that decides on one instance, read in one go. */
interface InstanceView {
  readonly instance: Instance | undefined;
  readonly attachments: readonly NodeENIAttachment[];
  readonly rivals: readonly PlacedRival[];
}

interface PlacedRival extends Rival {
  readonly subnets: readonly Subnet[];
}

/**
 * Decides which of a NodeENI's new attachments may be made: an existing attachment keeps its place, whatever its state in EC2,
 * and one that is being made counts as existing; else NodeENIs go in the order of their ranks. What is granted is reserved at
 * once, so that no other worker grants it too; who lost a place to this NodeENI that it does not get looks again.
 *
 * @throws errors of EC2 reads
 */
export async function settleCreates(
  wanted: WantedCreates,
  deps: SettleCreatesDeps,
  signal: AbortSignal,
): Promise<SettledCreates> {
  const { nodeEni, spec, creates } = wanted;
  const { name } = nodeEni.metadata;
  const { caches, claims } = deps;
  const rivals = creates.length === 0 ? [] : await rivalsNow(wanted, deps, signal);
  // From here to the record nothing else runs: what is seen free is free.
  const rank = rankIn(nodeEni, caches);
  const won: AttachmentWish[] = [];
  const lost: { readonly wish: AttachmentWish; readonly loss: Loss }[] = [];
  for (const [instanceId, wishes] of Map.groupBy(creates, ({ node }) => node.instanceId)) {
    const attachments = caches.attachments.byIndex('instance', instanceId);
    const view = { instance: wanted.instances.get(instanceId), attachments, rivals };
    const losses = lossesOn(instanceId, ownClaims({ name, spec, rank }, wishes), view, deps);
    for (const wish of wishes) {
      const loss = losses.get(wish);
      if (loss === undefined) won.push(wish);
      else lost.push({ wish, loss });
    }
  }
  claims.record(
    name,
    won.map((wish) => ({ attachmentName: nameOf(nodeEni, wish), keys: keysOf(spec, wish) })),
    lost.map(({ loss }) => loss),
  );
  claims.wakeLosersTo(name, (key) =>
    caches.attachments
      .byIndex('nodeEni', name)
      .some((attachment) => keysOfAttachment(attachment).includes(key)),
  );
  return { creates: won, conflicts: lost.map(({ wish, loss }) => toConflict(wanted, wish, loss, caches)) };
}

/**
 * The rivals as the cache has them when this returns, each with its subnets: one that came, or changed its wishes or its rank,
 * while subnets were read is seen as it is now. Otherwise two NodeENIs could each lose to what the other no longer is.
 */
async function rivalsNow(
  { nodeEni, spec, creates }: WantedCreates,
  { caches, directories }: SettleCreatesDeps,
  signal: AbortSignal,
): Promise<readonly PlacedRival[]> {
  const self = { name: nodeEni.metadata.name, spec };
  const indexes = new Set(creates.map(({ choice }) => choice.deviceIndex));
  const known = new Map<string, readonly Subnet[]>();
  for (;;) {
    const rivals = findRivals(self, indexes, caches);
    const placed = rivals.flatMap((rival) => {
      const subnets = known.get(slotsOf(rival));
      return subnets === undefined ? [] : [{ ...rival, subnets }];
    });
    if (placed.length === rivals.length) return placed;
    const unknown = rivals.filter((rival) => !known.has(slotsOf(rival)));
    await Promise.all(
      unknown.map(async (rival) => {
        known.set(slotsOf(rival), await directories.subnets(rival.spec.slots, signal));
      }),
    );
  }
}

function slotsOf({ spec }: Rival): string {
  return JSON.stringify(spec.slots.map(({ key }) => key));
}

function keysOf(spec: EffectiveSpec, { node, choice }: AttachmentWish): string[] {
  return claimKeys(node.instanceId, placeOf(spec, choice.deviceIndex));
}

function nameOf({ metadata }: NodeENI, { node, choice }: AttachmentWish): string {
  return attachmentName({
    nodeEniName: metadata.name,
    nodeEniUid: metadata.uid,
    instanceId: node.instanceId,
    slotKey: choice.slot.key,
  });
}

function ownClaims(
  self: { readonly name: string; readonly spec: EffectiveSpec; readonly rank: Rank },
  wishes: readonly AttachmentWish[],
): OwnClaim[] {
  return wishes.map((wish) => ({
    nodeEniName: self.name,
    rank: self.rank,
    keys: keysOf(self.spec, wish),
    wish,
  }));
}

/**
 * Attachments hold their keys until they are gone, and so do those that are being made: also this NodeENI's own, of which the cache
 * may not know yet. Of two attachments of one key the one that stays has it, not the one that goes.
 */
function heldOn(
  own: readonly OwnClaim[],
  { attachments }: InstanceView,
  { claims }: SettleCreatesDeps,
): Map<string, string> {
  const held = new Map<string, string>();
  for (const key of own.flatMap(({ keys }) => keys)) {
    const holder = claims.holderOf(key);
    if (holder !== undefined) held.set(key, holder);
  }
  for (const attachment of attachments.toSorted((a, b) => strengthOf(a) - strengthOf(b))) {
    for (const key of keysOfAttachment(attachment)) held.set(key, attachment.spec.nodeENI.name);
  }
  return held;
}

function strengthOf(attachment: NodeENIAttachment): number {
  if (attachment.metadata.deletionTimestamp !== undefined) return 0;
  return isEngaged(attachment) ? 2 : 1;
}

function lossesOn(
  instanceId: string,
  own: readonly OwnClaim[],
  view: InstanceView,
  deps: SettleCreatesDeps,
): ReadonlyMap<AttachmentWish, Loss> {
  const { instance, attachments } = view;
  const nodes = deps.caches.nodes.byIndex('instance', instanceId);
  const others =
    instance === undefined
      ? []
      : view.rivals.flatMap((rival) =>
          claimsOfRival(rival, { instance, nodes, attachments, subnets: rival.subnets }),
        );
  const losses = settleClaims<Claim>([...own, ...others], heldOn(own, view, deps));
  const found = new Map<AttachmentWish, Loss>();
  for (const claim of own) {
    const loss = losses.get(claim);
    if (loss !== undefined) found.set(claim.wish, loss);
  }
  return found;
}

function toConflict(
  { nodeEni, spec }: WantedCreates,
  wish: AttachmentWish,
  { key, winner }: Loss,
  caches: Caches,
): IndexConflict {
  const { deviceIndex } = wish.choice;
  const pciAddress = spec.dpdk?.pciAddress;
  const isPci =
    pciAddress !== undefined && claimKeys(wish.node.instanceId, placeOf(spec, deviceIndex))[1] === key;
  const passesBy = isLeaving(winner, wish.node.instanceId, key, caches)
    ? 'deletion'
    : nodeEni.metadata.annotations?.[ADMISSION_ANNOTATIONS.replaces] === winner
      ? 'replacement'
      : undefined;
  return {
    nodeName: wish.node.name,
    networkCardIndex: spec.networkCardIndex,
    deviceIndex,
    ...(isPci ? { pciAddress } : {}),
    winner,
    ...(passesBy === undefined ? {} : { passesBy }),
  };
}

/** The winner, or what it has there, is on its way out. */
function isLeaving(winner: string, instanceId: string, key: string, caches: Caches): boolean {
  const nodeEni = caches.nodeEnis.get(winner);
  if (nodeEni === undefined || nodeEni.metadata.deletionTimestamp !== undefined) return true;
  const holder = caches.attachments
    .byIndex('instance', instanceId)
    .find(
      (attachment) => attachment.spec.nodeENI.name === winner && keysOfAttachment(attachment).includes(key),
    );
  return holder?.metadata.deletionTimestamp !== undefined;
}
