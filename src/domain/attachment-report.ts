import { type ConditionReason, isStalledReason } from '../../api/v1alpha1/conditions.ts';
import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';
import { type ConditionState, dateConditions } from './conditions.ts';
import { deviceIndexMismatch, type InterfacePlace } from './device-index-mismatch.ts';
import type { Eni } from './ec2-resources.ts';
import type { DpdkWish } from './effective-spec.ts';
import { blockedCondition, blockedState, daemonDeadCondition } from './host/host-waits.ts';
import type { ReleaseGate } from './host/release-gate.ts';

/** Word in the STATUS column of an attachment. */
export type AttachmentState =
  | 'Pending'
  | 'Creating'
  | 'Attaching'
  | 'Attached'
  | 'Configuring'
  | 'Ready'
  /** With the number of pods, where pods are the cause. */
  | `Blocked${string}`
  | 'Releasing'
  | 'Detaching'
  | 'Deleting'
  | 'Failed';

/** Why an attachment is not Ready. */
export interface Hindrance {
  readonly reason: ConditionReason;
  readonly message: string;
}

/** Everything the status of an attachment is derived from. */
export interface AttachmentFacts {
  readonly isReleasing: boolean;
  readonly eni?: Eni;
  /** Number of the attempt that made the ENI; 0 for one that was found. */
  readonly attempt?: number;
  /** The engine has nothing left to do. */
  readonly isSettled: boolean;
  /** Where the ENI is wanted. */
  readonly place: InterfacePlace;
  readonly hindrance?: Hindrance;
  readonly dpdk?: DpdkWish;
  /** Releasing only: whether the host lets the ENI go, where that was asked. */
  readonly releaseGate?: ReleaseGate;
  /** Status as stored; its dates are kept where nothing changed. */
  readonly previous: NodeENIAttachmentStatus;
  readonly generation: number;
  /** RFC 3339. */
  readonly now: string;
}

const DPDK_HINDRANCE: Hindrance = {
  reason: 'NotImplemented',
  message:
    'the ENI is attached, but DPDK and SR-IOV resources are not implemented yet: remove the dpdk fields, or wait for a later release',
};

/** The hindrance that people should see: the engine's own, else what is not implemented. */
function effectiveHindrance(facts: AttachmentFacts): Hindrance | undefined {
  if (facts.hindrance !== undefined) return facts.hindrance;
  return facts.isSettled && facts.dpdk !== undefined ? DPDK_HINDRANCE : undefined;
}

/** Attached where it is wanted. */
function isAttached(facts: AttachmentFacts): boolean {
  return facts.eni?.attachment?.status === 'attached' && facts.hindrance?.reason !== 'AttachedElsewhere';
}

function releasingState(eni: Eni | undefined): AttachmentState {
  if (eni === undefined) return 'Releasing';
  if (eni.attachment === undefined) return 'Deleting';
  return eni.attachment.status === 'detaching' ? 'Detaching' : 'Releasing';
}

function stateOf(facts: AttachmentFacts, hindrance: Hindrance | undefined): AttachmentState {
  if (facts.isReleasing) return blockedState(facts.releaseGate) ?? releasingState(facts.eni);
  if (facts.isSettled) return hindrance === undefined ? 'Ready' : 'Attached';
  if (hindrance !== undefined && isStalledReason(hindrance.reason)) return 'Failed';
  return wantedState(facts, hindrance);
}

function wantedState(facts: AttachmentFacts, hindrance: Hindrance | undefined): AttachmentState {
  if (hindrance?.reason === 'HostNotConfigured') return 'Configuring';
  if (isAttached(facts)) return 'Attached';
  if (facts.eni !== undefined) return 'Attaching';
  return hindrance?.reason === 'Creating' ? 'Creating' : 'Pending';
}

function attachedCondition(facts: AttachmentFacts): ConditionState {
  const attachment = facts.eni?.attachment;
  if (facts.eni !== undefined && attachment !== undefined && isAttached(facts)) {
    const message = `${facts.eni.eniId} is attached at device index ${attachment.deviceIndex} of card ${attachment.networkCardIndex}`;
    return { type: 'Attached', status: 'True', reason: 'Attached', message };
  }
  const message = facts.eni === undefined ? 'there is no ENI' : `${facts.eni.eniId} is not attached here`;
  return { type: 'Attached', status: 'False', reason: 'NotAttached', message };
}

function readyCondition(facts: AttachmentFacts, hindrance: Hindrance | undefined): ConditionState {
  if (facts.isReleasing) {
    const { reason, message } = hindrance ?? { reason: 'Releasing', message: 'the ENI is being released' };
    return { type: 'Ready', status: 'False', reason, message };
  }
  if (hindrance !== undefined) return { type: 'Ready', status: 'False', ...hindrance };
  return facts.isSettled
    ? { type: 'Ready', status: 'True', reason: 'Ready', message: 'the ENI is attached as wanted' }
    : { type: 'Ready', status: 'False', reason: 'Pending', message: 'the ENI is being prepared' };
}

function releaseStates({ isReleasing, releaseGate, previous }: AttachmentFacts): ConditionState[] {
  if (!isReleasing) return [];
  const conditions = previous.conditions ?? [];
  return [blockedCondition(releaseGate, conditions), daemonDeadCondition(releaseGate, conditions)].filter(
    (state) => state !== undefined,
  );
}

function eniFields(eni: Eni | undefined, attempt: number): Partial<NodeENIAttachmentStatus> {
  if (eni === undefined) return {};
  return {
    eniID: eni.eniId,
    attempt,
    ...(eni.attachment === undefined ? {} : { attachmentID: eni.attachment.attachmentId }),
    macAddress: eni.macAddress,
    ...(eni.privateIpAddress === undefined ? {} : { privateIPAddress: eni.privateIpAddress }),
    ...listField('secondaryPrivateIPAddresses', eni.secondaryPrivateIpAddresses),
    ...listField('ipv4Prefixes', eni.ipv4Prefixes),
    ...listField('ipv6Addresses', eni.ipv6Addresses),
    ...listField('ipv6Prefixes', eni.ipv6Prefixes),
  };
}

function listField<K extends string>(key: K, values: readonly string[]): Partial<Record<K, string[]>> {
  const field: Partial<Record<K, string[]>> = {};
  if (values.length > 0) field[key] = values.toSorted();
  return field;
}

/**
 * The attachment's status but for `unwantedSince`, which another writer owns. Equal facts give an equal status,
 * dates included, so that the steady state needs no write.
 */
export function reportAttachment(facts: AttachmentFacts): Omit<NodeENIAttachmentStatus, 'unwantedSince'> {
  const hindrance = effectiveHindrance(facts);
  const state = stateOf(facts, hindrance);
  const { previous } = facts;
  const mismatch = facts.isReleasing ? undefined : deviceIndexMismatch(facts.eni, facts.place);
  return {
    observedGeneration: facts.generation,
    state,
    ...eniFields(facts.eni, facts.attempt ?? 0),
    ...(mismatch === undefined ? {} : { deviceIndex: mismatch.deviceIndex }),
    lastTransitionTime:
      previous.state === state && previous.lastTransitionTime !== undefined
        ? previous.lastTransitionTime
        : facts.now,
    conditions: dateConditions(
      [
        attachedCondition(facts),
        readyCondition(facts, hindrance),
        ...releaseStates(facts),
        ...(mismatch === undefined ? [] : [mismatch.condition]),
      ],
      previous.conditions ?? [],
      facts,
    ),
  };
}
