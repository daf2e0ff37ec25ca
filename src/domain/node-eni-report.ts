import { type ConditionReason, isConditionReason, isStalledReason } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachment, NodeENIStatus, NodeENIStatusAttachment } from '../../gen/v1alpha1/stored.ts';
import { amount } from './amount.ts';
import { type ConditionState, dateConditions } from './conditions.ts';
import { mismatchDetail } from './device-index-mismatch.ts';
import { isOnTheWay, predictedMinutes } from './predicted-minutes.ts';
import type { InstanceTypeLimits, Subnet } from './ec2-resources.ts';
import { holdsRelease } from './host/host-waits.ts';
import { nameSome } from './name-some.ts';
import {
  detailConditions,
  heldStates,
  type NodeEniDetails,
  statusInstanceTypes,
} from './node-eni-details.ts';
import { noMatchMessage, readyMessage } from './ready-message.ts';
import { subnetsOfSlot } from './subnet-choice.ts';
import type { SubnetSlot } from './subnet-slots.ts';

/** Something on one node that keeps the NodeENI from being Ready. */
interface NodeHindrance {
  readonly nodeName: string;
  readonly reason: ConditionReason;
  readonly message: string;
  /** It passes by itself, although its reason mostly does not. */
  readonly isPassing?: boolean;
}

/** Everything the status of a NodeENI is derived from. */
export interface NodeEniFacts extends Partial<NodeEniDetails> {
  readonly isDeleting: boolean;
  /** Its name, where an annotation holds its deletion. */
  readonly heldName?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly matchingNodes: number;
  readonly desiredAttachments: number;
  /** Hindrances that have no attachment to live on. */
  readonly problems: readonly NodeHindrance[];
  readonly attachments: readonly NodeENIAttachment[];
  /** Names of the attachments that the NodeENI wants now; the others are in a grace or being released. */
  readonly wantedNames: ReadonlySet<string>;
  readonly slots: readonly SubnetSlot[];
  readonly subnets: readonly Subnet[];
  /** Instance types of the matching nodes, and what EC2 told of them; absent while that is not known. */
  readonly instanceTypes?: {
    readonly names: readonly string[];
    readonly limits: readonly InstanceTypeLimits[];
  };
  /** What keeps the operator from planning at all, for example that EC2 cannot be reached. */
  readonly blocker?: { readonly reason: ConditionReason; readonly message: string };
  /** Milliseconds until EC2's rate has let everything be made that waits now; absent: nobody predicts. */
  readonly predictedMs?: number;
  /** Attachments that stay in a subnet which their entry no longer means. */
  readonly movedNames?: readonly { readonly nodeName: string; readonly message: string }[];
  readonly previous: NodeENIStatus;
  readonly generation: number;
  /** RFC 3339. */
  readonly now: string;
}

/** Entries of `status.attachments`; the NodeENIAttachments are always complete. */
export const MAX_STATUS_ATTACHMENTS = 100;
const MAX_STATUS_SUBNETS = 256;

/**
 * The NodeENI's status. Equal facts give an equal status, dates included. Stalled wins over
 * Reconciling: what a person has to change does not change by waiting.
 */
export function reportNodeEni(facts: NodeEniFacts): NodeENIStatus {
  const wanted = facts.attachments.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined && facts.wantedNames.has(metadata.name),
  );
  const entries = statusEntries(facts);
  return {
    observedGeneration: facts.generation,
    matchingNodes: facts.matchingNodes,
    desiredAttachments: facts.desiredAttachments,
    attachedAttachments: wanted.filter((attachment) => hasCondition(attachment, 'Attached')).length,
    readyAttachments: wanted.filter((attachment) => hasCondition(attachment, 'Ready')).length,
    ...prediction(facts, wanted),
    ...(facts.attachments.length > MAX_STATUS_ATTACHMENTS ? { truncated: true } : {}),
    // What could not be read anew is still what was resolved last.
    subnets: facts.blocker === undefined ? statusSubnets(facts) : (facts.previous.subnets ?? []),
    ...instanceTypesOf(facts),
    attachments: entries,
    conditions: dateConditions(statesOf(facts, wanted), facts.previous.conditions ?? [], facts),
  };
}

function instanceTypesOf({ instanceTypes, previous }: NodeEniFacts): Pick<NodeENIStatus, 'instanceTypes'> {
  const known = previous.instanceTypes ?? [];
  const types =
    instanceTypes === undefined
      ? known
      : statusInstanceTypes(instanceTypes.names, instanceTypes.limits, known);
  return types.length === 0 ? {} : { instanceTypes: types };
}

function statesOf(facts: NodeEniFacts, wanted: readonly NodeENIAttachment[]): ConditionState[] {
  const { conflicts = [], sharedSubnets = [], nodeAddresses = [] } = facts;
  return [
    ...conditionStates(facts, wanted),
    ...detailConditions({ conflicts, sharedSubnets, nodeAddresses }),
    ...mismatchDetail(wanted),
    ...movedNameStates(facts),
  ];
}

function prediction(
  { predictedMs, previous, isDeleting }: NodeEniFacts,
  wanted: readonly NodeENIAttachment[],
): Pick<NodeENIStatus, 'predictedMinutes'> {
  if (isDeleting || predictedMs === undefined || !wanted.some((each) => isOnTheWay(each))) return {};
  const minutes = predictedMinutes(predictedMs, previous.predictedMinutes);
  return minutes === undefined ? {} : { predictedMinutes: minutes };
}

/** A detail beside Ready: nothing is wrong with what is attached. */
function movedNameStates({ movedNames = [], desiredAttachments }: NodeEniFacts): ConditionState[] {
  const moved = movedNames
    .map(({ nodeName, message }): NodeHindrance => ({ nodeName, message, reason: 'Pending' }))
    .toSorted(compareHindrances);
  const [main] = moved;
  if (main === undefined) return [];
  const message = hindranceMessage(main, moved, desiredAttachments);
  return [{ type: 'SubnetNameMoved', status: 'True', reason: 'SubnetNameMoved', message }];
}

function readyConditionOf(
  attachment: NodeENIAttachment,
): { status: string; reason: string; message: string } | undefined {
  return attachment.status.conditions?.find((condition) => condition.type === 'Ready');
}

function hasCondition(attachment: NodeENIAttachment, type: 'Attached' | 'Ready'): boolean {
  return (attachment.status.conditions ?? []).some(
    (condition) =>
      condition.type === type &&
      condition.status === 'True' &&
      condition.observedGeneration === attachment.metadata.generation,
  );
}

function attachmentHindrances(attachments: readonly NodeENIAttachment[]): NodeHindrance[] {
  return attachments
    .filter((attachment) => !hasCondition(attachment, 'Ready'))
    .map((attachment) => {
      const condition = readyConditionOf(attachment);
      const isCurrent = condition !== undefined && condition.status !== 'True';
      return {
        nodeName: attachment.spec.nodeName,
        reason: isCurrent ? toReason(condition.reason) : 'Pending',
        message: isCurrent ? condition.message : 'the attachment has not been looked at yet',
      };
    });
}

function toReason(reason: string): ConditionReason {
  return isConditionReason(reason) ? reason : 'Pending';
}

/** Attachments whose release does not go on by itself. */
function blockedReleases(attachments: readonly NodeENIAttachment[]): NodeHindrance[] {
  return attachmentHindrances(
    attachments.filter(({ metadata }) => metadata.deletionTimestamp !== undefined),
  ).filter(({ reason }) => isStalledReason(reason) || holdsRelease(reason));
}

function deletingStates(facts: NodeEniFacts): ConditionState[] {
  const verb = facts.attachments.length === 1 ? 'is' : 'are';
  const count = `${amount(facts.attachments.length, 'attachment')} ${verb} being released`;
  const blocked = blockedReleases(facts.attachments).toSorted(compareHindrances);
  const [main] = blocked;
  if (main === undefined) return [notReady('Releasing', count), progressCondition('Releasing', count)];
  const message = `${count}; ${hindranceMessage(main, blocked, facts.attachments.length)}`;
  return [notReady(main.reason, message), progressCondition(main.reason, message)];
}

function conditionStates(facts: NodeEniFacts, wanted: readonly NodeENIAttachment[]): ConditionState[] {
  if (facts.heldName !== undefined) return heldStates(facts.heldName, facts.attachments.length);
  if (facts.isDeleting) return deletingStates(facts);
  if (facts.blocker !== undefined) {
    const { reason, message } = facts.blocker;
    return [notReady(reason, message), progressCondition(reason, message)];
  }
  const hindrances = [
    ...facts.problems,
    ...attachmentHindrances(wanted),
    ...blockedReleases(facts.attachments),
  ].toSorted(compareHindrances);
  const main = hindrances.find((hindrance) => needsPerson(hindrance)) ?? hindrances[0];
  if (main !== undefined) {
    const message = hindranceMessage(main, hindrances, facts.desiredAttachments);
    const type = needsPerson(main) ? 'Stalled' : 'Reconciling';
    return [notReady(main.reason, message), { type, status: 'True', reason: main.reason, message }];
  }
  if (wanted.length + facts.problems.length < facts.desiredAttachments) {
    const message = `${wanted.length} of ${amount(facts.desiredAttachments, 'attachment')} exist`;
    return [notReady('Pending', message), progressCondition('Pending', message)];
  }
  return [readyState(facts)];
}

function needsPerson({ reason, isPassing = false }: NodeHindrance): boolean {
  return isStalledReason(reason) && !isPassing;
}

/** The lists come out of caches whose order may change; the message must not. */
function compareHindrances(a: NodeHindrance, b: NodeHindrance): number {
  return (
    a.nodeName.localeCompare(b.nodeName) ||
    a.reason.localeCompare(b.reason) ||
    a.message.localeCompare(b.message)
  );
}

function readyState(facts: NodeEniFacts): ConditionState {
  if (facts.matchingNodes === 0) {
    const message = noMatchMessage(facts.nodeSelector);
    return { type: 'Ready', status: 'True', reason: 'NoMatchingNodes', message };
  }
  const message = readyMessage(facts.desiredAttachments, facts.matchingNodes);
  return { type: 'Ready', status: 'True', reason: 'Ready', message };
}

function notReady(reason: ConditionReason, message: string): ConditionState {
  return { type: 'Ready', status: 'False', reason, message };
}

function progressCondition(reason: ConditionReason, message: string): ConditionState {
  return { type: isStalledReason(reason) ? 'Stalled' : 'Reconciling', status: 'True', reason, message };
}

function hindranceMessage(main: NodeHindrance, all: readonly NodeHindrance[], desired: number): string {
  const alike = all.filter((hindrance) => hindrance.reason === main.reason);
  const named = nameSome(alike.map((hindrance) => hindrance.nodeName));
  return `${alike.length} of ${amount(desired, 'attachment')} (${named}): ${main.message}`;
}

function statusSubnets(facts: NodeEniFacts): NonNullable<NodeENIStatus['subnets']> {
  return facts.slots
    .flatMap((slot) =>
      subnetsOfSlot(slot, facts.subnets)
        .toSorted((a, b) => a.zone.localeCompare(b.zone) || a.subnetId.localeCompare(b.subnetId))
        .map((subnet) => ({
          slot: slot.key,
          subnetID: subnet.subnetId,
          zone: subnet.zone,
          vpcID: subnet.vpcId,
        })),
    )
    .slice(0, MAX_STATUS_SUBNETS);
}

function statusEntries(facts: NodeEniFacts): NodeENIStatusAttachment[] {
  const dates = new Map(
    (facts.previous.attachments ?? []).map((entry) => [contentOf(entry), entry.lastUpdated]),
  );
  return facts.attachments
    .toSorted(
      (a, b) =>
        a.spec.nodeName.localeCompare(b.spec.nodeName) ||
        a.spec.networkCardIndex - b.spec.networkCardIndex ||
        a.spec.deviceIndex - b.spec.deviceIndex ||
        (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''),
    )
    .slice(0, MAX_STATUS_ATTACHMENTS)
    .map((attachment) => {
      const entry = statusEntry(attachment);
      return { ...entry, lastUpdated: dates.get(contentOf(entry)) ?? facts.now };
    });
}

/** The entry without its date, as text. */
function contentOf(entry: NodeENIStatusAttachment): string {
  const fields = Object.entries(entry).filter(([key]) => key !== 'lastUpdated');
  return JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function statusEntry(attachment: NodeENIAttachment): NodeENIStatusAttachment {
  const { spec, status } = attachment;
  return {
    nodeID: spec.nodeName,
    instanceID: spec.instanceID,
    ...(status.eniID === undefined ? {} : { eniID: status.eniID }),
    ...(status.attachmentID === undefined ? {} : { attachmentID: status.attachmentID }),
    subnetID: spec.subnetID,
    ...(spec.subnetCIDR === undefined ? {} : { subnetCIDR: spec.subnetCIDR }),
    networkCardIndex: spec.networkCardIndex,
    deviceIndex: status.deviceIndex ?? spec.deviceIndex,
    ...(status.macAddress === undefined ? {} : { macAddress: status.macAddress }),
    ...(spec.mtu === undefined ? {} : { mtu: spec.mtu }),
    status: hasCondition(attachment, 'Attached') ? 'attached' : (status.state ?? 'Pending').toLowerCase(),
  };
}
