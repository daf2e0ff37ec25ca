import {
  CNI_OPT_OUT_TAGS,
  ENI_TAGS,
  MANAGED_BY,
  REFERENCE_MANAGED_BY,
  REFERENCE_TAGS,
} from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from './ec2-resources.ts';
import { effectiveSpec } from './effective-spec.ts';
import { isOfAwsComponent } from './lost-tags.ts';
import { type ClusterNode, matchesSelector } from './node-selection.ts';
import { byFitness, claimOf } from './owned-eni.ts';
import { type ClusterIdentity, identityTags, isOwned } from './ownership.ts';
import { type TagFacts, tagWish } from './tag-wish.ts';

type Tags = Readonly<Record<string, string>>;

/** Who made an ENI that is not ours yet, and for which NodeENI. */
export interface EniOrigin {
  readonly kind: 'reference' | 'launch-template';
  readonly nodeEniName: string;
}

/** Every {@link TakeoverRefusal}. */
export const TAKEOVER_REFUSALS = [
  /** It is free, or on its way off an instance. */
  'NotAttached',
  /** No Node here is the instance that it is attached to. */
  'ForeignInstance',
  /** Device index 0: tags of a launch template land on the primary interface, too. */
  'PrimaryInterface',
  'NodeENINotFound',
  'NodeENIDeleting',
  'NodeNotSelected',
  'SubnetNotListed',
  /** The attachment of its slot has another ENI. */
  'SlotTaken',
  /** A tag says that it is somebody else's, or for something else. */
  'OwnedByOthers',
] as const;

/** Why an ENI that asks to be taken over is left alone. */
export type TakeoverRefusal = (typeof TAKEOVER_REFUSALS)[number];

/** What is to become of an ENI that asks to be taken over. */
export type TakeoverVerdict =
  | { readonly kind: 'adoptable'; readonly attachment: NodeENIAttachment }
  /** Its attachment does not exist yet. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly reason: TakeoverRefusal };

/** What the verdict depends on besides the ENI. */
export interface TakeoverWorld {
  readonly cluster: ClusterIdentity;
  readonly nodeEni: (name: string) => NodeENI | undefined;
  readonly nodesOf: (instanceId: string) => readonly ClusterNode[];
  readonly attachmentsOf: (instanceId: string) => readonly NodeENIAttachment[];
}

/** Attempt in the tags of an ENI that no attempt of ours made. */
const ADOPTED_ATTEMPT = '0';

/** Whether the ENI was taken over: it is kept at whatever index of its instance it has. */
export function isTakenOver(tags: Tags): boolean {
  return tags[ENI_TAGS.attempt] === ADOPTED_ATTEMPT;
}

/** Whether the tags are those of the reference controller, all of them. */
function isOfReference(tags: Tags): boolean {
  const { managedBy, nodeEni, node, subnet } = REFERENCE_TAGS;
  return (
    tags[managedBy] === REFERENCE_MANAGED_BY && [nodeEni, node, subnet].every((key) => Boolean(tags[key]))
  );
}

/**
 * Whether the ENI asks to be taken over: it bears the reference's tags, or, from a launch template, the tags of this
 * cluster's name and of a NodeENI. Undefined for our own and for everybody else's.
 */
export function originOf({ tags }: Pick<Eni, 'tags'>, cluster: ClusterIdentity): EniOrigin | undefined {
  if (isOwned(tags, cluster)) return undefined;
  const referred = tags[REFERENCE_TAGS.nodeEni];
  if (isOfReference(tags) && referred !== undefined) return { kind: 'reference', nodeEniName: referred };
  const nodeEniName = tags[ENI_TAGS.nodeEni] ?? '';
  return tags[ENI_TAGS.cluster] === cluster.name && nodeEniName !== ''
    ? { kind: 'launch-template', nodeEniName }
    : undefined;
}

function refuse(reason: TakeoverRefusal): TakeoverVerdict {
  return { kind: 'refused', reason };
}

/** Whether a tag of ours has a value that is not this one. */
function contradicts(tags: Tags, wanted: Tags): boolean {
  return Object.entries(wanted).some(([key, value]) => (tags[key] ?? value) !== value);
}

/** Whether the tags name another operator, cluster or NodeENI than this. */
function isOthers(eni: Eni, { nodeEniName }: EniOrigin, { cluster }: TakeoverWorld): boolean {
  const ours = {
    [ENI_TAGS.managedBy]: MANAGED_BY,
    [ENI_TAGS.cluster]: cluster.name,
    [ENI_TAGS.clusterUid]: cluster.uid,
    [ENI_TAGS.nodeEni]: nodeEniName,
  };
  return contradicts(eni.tags, ours) || isOfAwsComponent(eni);
}

/** The instance that the ENI is attached to, or about to be. */
function holderOf({ attachment }: Eni): string | undefined {
  const isStaying = attachment?.status === 'attached' || attachment?.status === 'attaching';
  return isStaying ? attachment.instanceId : undefined;
}

/** Whether the subnet may be one that the NodeENI lists; what its names mean is known once its status is ours. */
function mayList({ metadata, spec, status }: NodeENI, subnetId: string): boolean {
  return (
    status.observedGeneration !== metadata.generation ||
    effectiveSpec(spec).slots.some(({ kind, value }) => kind === 'id' && value === subnetId) ||
    (status.subnets ?? []).some((subnet) => subnet.subnetID === subnetId)
  );
}

function judgeSlot(eni: Eni, nodeEni: NodeENI, instanceId: string, world: TakeoverWorld): TakeoverVerdict {
  const { name, uid } = nodeEni.metadata;
  const attachment = world
    .attachmentsOf(instanceId)
    .find(({ spec }) => spec.nodeENI.name === name && spec.subnetID === eni.subnetId);
  if (attachment === undefined) {
    return mayList(nodeEni, eni.subnetId) ? { kind: 'pending' } : refuse('SubnetNotListed');
  }
  const isEnding =
    attachment.metadata.deletionTimestamp !== undefined || attachment.status.unwantedSince !== undefined;
  if (isEnding || attachment.spec.nodeENI.uid !== uid) return { kind: 'pending' };
  const { purpose } = claimOf(attachment);
  if (contradicts(eni.tags, identityTags(world.cluster, purpose))) return refuse('OwnedByOthers');
  const { eniID } = attachment.status;
  return eniID === undefined || eniID === eni.eniId ? { kind: 'adoptable', attachment } : refuse('SlotTaken');
}

/**
 * Judges an ENI that asks to be taken over. It is adoptable only if no tag contradicts, it is attached to an instance of
 * a Node here, the NodeENI that it names exists and selects that Node, and an attachment of that NodeENI wants an ENI in
 * its subnet on that instance.
 */
function judgeTakeover(eni: Eni, origin: EniOrigin, world: TakeoverWorld): TakeoverVerdict {
  if (isOthers(eni, origin, world)) return refuse('OwnedByOthers');
  const instanceId = holderOf(eni);
  if (instanceId === undefined) return refuse('NotAttached');
  const nodes = world.nodesOf(instanceId);
  if (nodes.length === 0) return refuse('ForeignInstance');
  if (eni.attachment?.deviceIndex === 0) return refuse('PrimaryInterface');
  const nodeEni = world.nodeEni(origin.nodeEniName);
  if (nodeEni === undefined) return refuse('NodeENINotFound');
  if (nodeEni.metadata.deletionTimestamp !== undefined) return refuse('NodeENIDeleting');
  const isSelected = nodes.some(({ labels }) => matchesSelector(nodeEni.spec.nodeSelector, labels));
  return isSelected ? judgeSlot(eni, nodeEni, instanceId, world) : refuse('NodeNotSelected');
}

/** An ENI that asks to be taken over, and what is to become of it. */
export interface JudgedEni {
  readonly eni: Eni;
  readonly origin: EniOrigin;
  readonly verdict: TakeoverVerdict;
}

/** Those of the ENIs that ask to be taken over. */
export function judgeAll(enis: readonly Eni[], world: TakeoverWorld): JudgedEni[] {
  return enis.flatMap((eni) => {
    const origin = originOf(eni, world.cluster);
    return origin === undefined ? [] : [{ eni, origin, verdict: judgeTakeover(eni, origin, world) }];
  });
}

/** The best of the ENIs that are adoptable for an attachment. */
export function chooseTakeover(
  attachment: NodeENIAttachment,
  judged: readonly JudgedEni[],
): JudgedEni | undefined {
  const order = byFitness(claimOf(attachment));
  return judged
    .filter(
      ({ verdict }) =>
        verdict.kind === 'adoptable' && verdict.attachment.metadata.uid === attachment.metadata.uid,
    )
    .toSorted((a, b) => order(a.eni, b.eni))[0];
}

/** Every tag that makes the ENI that of the attachment, to be set in one call. */
export function takeoverTags(eni: Eni, facts: TagFacts, nodeEniUid: string): Record<string, string> {
  return {
    ...tagWish(eni, facts).required,
    ...CNI_OPT_OUT_TAGS,
    ...identityTags(facts.cluster, facts.purpose),
    [ENI_TAGS.nodeEniUid]: nodeEniUid,
    [ENI_TAGS.attachment]: facts.attachmentUid,
    [ENI_TAGS.attempt]: ADOPTED_ATTEMPT,
  };
}
