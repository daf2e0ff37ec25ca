import type { StalledReason, WaitingReason } from '../../api/v1alpha1/conditions.ts';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { type Eni, type EniAttachment, type Instance, isAttachable, isTerminating } from './ec2-resources.ts';
import {
  driftKey,
  driftSteps,
  type DriftStep,
  type EniWish,
  planDrift,
  type RefusedStep,
} from './eni-drift.ts';
import type { DeletionPolicy } from './effective-spec.ts';
import { isInPlace } from './device-index-mismatch.ts';
import type { HostVerdict } from './host/host-verdict.ts';
import { configureWait, releaseWait } from './host/host-waits.ts';
import type { ReleaseGate } from './host/release-gate.ts';
import type { PreflightProblem } from './preflight.ts';
import { isTakenOver } from './takeover.ts';

/** What to do next for one attachment. Exactly one step at a time; each is safe to repeat. */
export type EniStep =
  | {
      readonly kind: 'wait';
      readonly reason: StalledReason | WaitingReason;
      readonly message: string;
      readonly recheckAfterMs: number;
    }
  | { readonly kind: 'freeze-attempt'; readonly number: number }
  | { readonly kind: 'create' }
  /** Makes an ENI of others, attached here already, the attachment's by its tags. */
  | {
      readonly kind: 'adopt';
      readonly eniId: string;
      readonly eni: Eni;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'attach'; readonly eniId: string }
  | DriftStep
  | {
      readonly kind: 'detach';
      readonly eniId: string;
      readonly attachmentId: string;
      /** A plain detach did not end, and a person ordered force. */
      readonly force?: true;
    }
  | { readonly kind: 'delete'; readonly eniId: string }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'finish';
      /** The ENI that stays, by deletionPolicy Retain. */
      readonly retainedEniId?: string;
    }
  /** Like `finish`, but whatever exists in EC2 stays there. */
  | { readonly kind: 'abandon' };

/** Whether an ENI that was known can still be seen. */
export type EniPresence =
  /** Never seen, nothing recorded. */
  | 'unknown'
  /** Seen by the latest read. */
  | 'present'
  /** Missed by a read; may be eventual consistency. */
  | 'doubtful'
  /** Missed by two reads at least 30 s apart, or deleted by us. */
  | 'gone';

/** The last attempt was refused for good: EC2 made no ENI. */
export interface RejectedAttempt {
  readonly number: number;
  readonly reason: StalledReason | WaitingReason;
  readonly message: string;
  /** Whether freshly computed inputs differ from those that were refused, or the back-off has run. */
  readonly isRetryDue: boolean;
  readonly retryInMs: number;
}

/** Everything the next step depends on. */
export interface EniObservation {
  /** The attachment has a deletionTimestamp. */
  readonly isReleasing: boolean;
  readonly wanted: EniWish & {
    readonly instanceId: string;
    readonly networkCardIndex: number;
    readonly deviceIndex: number;
    readonly deletionPolicy: DeletionPolicy;
  };
  readonly attempt?: number;
  /** A complete listing of our ENIs was read since this process leads. */
  readonly isInventoryComplete: boolean;
  readonly eni?: Eni;
  /** The ENI's entry holds nothing but what EC2 reported after our last write to it. */
  readonly isConfirmed: boolean;
  /** Presence of the ENI of the current attempt. */
  readonly presence: EniPresence;
  /** Releasing only: two listings at least 30 s apart showed no ENI of this attachment. */
  readonly isAbsenceProven: boolean;
  /** Undefined when EC2 does not know the instance. */
  readonly instance?: Instance;
  readonly isNodeGoing: boolean;
  readonly preflight?: PreflightProblem;
  /** While there is no ENI: one that may be taken over, and the tags that do it. */
  readonly takeover?: { readonly eni: Eni; readonly tags: Readonly<Record<string, string>> };
  readonly groupProblem?: { readonly reason: StalledReason; readonly message: string };
  readonly rejected?: RejectedAttempt;
  /** What the daemon says of the host; absent where Ready does not depend on it. */
  readonly host?: HostVerdict;
  /** Releasing only, while the ENI is attached here: whether the host lets it go. */
  readonly releaseGate?: ReleaseGate;
  /** Releasing only: a person ordered to let the attachment go and to leave EC2 alone. */
  readonly isAbandoned?: boolean;
  /** Releasing only, where a person ordered force: how long the ENI has been seen detaching since the last detach. */
  readonly forceAfterDetachingForMs?: number;
  /** Changes of the ENI that EC2 refused a short while ago. */
  readonly refusedSteps: readonly RefusedStep[];
}

/** What an ENI's reads are awaited for wakes us; this is only the net below. */
const CONFIRM_MS = 10_000;
const SLOW_MS = 60_000;
/** A plain detach has so long to end before it may be forced. Force can corrupt what the instance sends (EC2 API). */
const FORCE_AFTER_MS = 60_000;
const LOST_TAGS =
  'the ENI exists, but no longer bears the tags of this operator: restore its networking.k8s.aws/ tags, or delete it';

function wait(reason: StalledReason | WaitingReason, message: string, recheckAfterMs: number): EniStep {
  return { kind: 'wait', reason, message, recheckAfterMs };
}

/** Decides the next step. `ready` and `wait` change nothing; `finish` ends a released attachment. */
export function planEniStep(observed: EniObservation): EniStep {
  if (observed.isReleasing && observed.isAbandoned === true) return { kind: 'abandon' };
  if (!observed.isInventoryComplete) {
    return wait('Pending', "the first listing of this cluster's ENIs has not been read yet", CONFIRM_MS);
  }
  return observed.isReleasing ? releaseStep(observed) : wantedStep(observed);
}

function wantedStep(observed: EniObservation): EniStep {
  if (observed.eni !== undefined) return existingStep(observed, observed.eni);
  if (observed.presence === 'doubtful') {
    return wait('Creating', 'EC2 does not show the ENI at the moment', CONFIRM_MS);
  }
  if (observed.presence === 'present') return wait('Pending', LOST_TAGS, SLOW_MS);
  const { takeover } = observed;
  const obstacle =
    nodeObstacle(observed) ?? (takeover ? undefined : (placeObstacle(observed) ?? observed.groupProblem));
  if (obstacle !== undefined) return wait(obstacle.reason, obstacle.message, SLOW_MS);
  if (takeover !== undefined) return { kind: 'adopt', eniId: takeover.eni.eniId, ...takeover };
  return attemptStep(observed);
}

function attemptStep(observed: EniObservation): EniStep {
  if (observed.attempt === undefined) return { kind: 'freeze-attempt', number: 1 };
  if (observed.presence === 'gone') return { kind: 'freeze-attempt', number: observed.attempt + 1 };
  const { rejected } = observed;
  if (rejected === undefined || rejected.number !== observed.attempt) return { kind: 'create' };
  return rejected.isRetryDue
    ? { kind: 'freeze-attempt', number: observed.attempt + 1 }
    : wait(rejected.reason, rejected.message, rejected.retryInMs);
}

interface Obstacle {
  readonly reason: StalledReason | WaitingReason;
  readonly message: string;
}

function nodeObstacle(observed: EniObservation): Obstacle | undefined {
  if (observed.isNodeGoing) {
    return { reason: 'NodeDisrupted', message: 'the Node is about to go and gets no new interface' };
  }
  const { instance } = observed;
  if (instance !== undefined && isAttachable(instance)) return undefined;
  const state = instance === undefined ? 'unknown to EC2' : instance.state;
  return { reason: 'InstanceNotRunning', message: `instance ${observed.wanted.instanceId} is ${state}` };
}

function placeObstacle(observed: EniObservation): Obstacle | undefined {
  return observed.preflight;
}

function existingStep(observed: EniObservation, eni: Eni): EniStep {
  const { instance } = observed;
  if (instance !== undefined && isTerminating(instance)) {
    return wait('InstanceNotRunning', `instance ${instance.instanceId} is ${instance.state}`, SLOW_MS);
  }
  const { wanted, isConfirmed, refusedSteps: refused } = observed;
  const drift = holdOn(observed, eni) ?? planDrift(wanted, eni, { isConfirmed, refused });
  if (drift !== undefined) return drift;
  if (eni.attachment !== undefined) return attachedStep(observed, eni, eni.attachment);
  const obstacle = nodeObstacle(observed) ?? placeObstacle(observed);
  if (obstacle !== undefined) return wait(obstacle.reason, obstacle.message, SLOW_MS);
  return { kind: 'attach', eniId: eni.eniId };
}

/** An ENI on its way, or somewhere else, is left alone. */
function holdOn({ wanted }: EniObservation, eni: Eni): EniStep | undefined {
  const { attachment } = eni;
  if (attachment === undefined) return undefined;
  if (attachment.status === 'detaching' || attachment.status === 'detached') {
    return wait('Attaching', `${eni.eniId} is being detached; it is attached again afterwards`, CONFIRM_MS);
  }
  return attachment.instanceId === wanted.instanceId ? undefined : waitElsewhere(eni, attachment);
}

function attachedStep(observed: EniObservation, eni: Eni, attachment: EniAttachment): EniStep {
  const { wanted } = observed;
  if (attachment.status === 'attaching') return wait('Attaching', `${eni.eniId} is attaching`, CONFIRM_MS);
  // What was taken over serves where it is; moving it would cut its traffic.
  if (!isInPlace(attachment, wanted) && !isTakenOver(eni.tags)) {
    const is = `device index ${attachment.deviceIndex} of card ${attachment.networkCardIndex}`;
    const message = `${eni.eniId} is attached at ${is} instead of ${wanted.deviceIndex} of card ${wanted.networkCardIndex}: detach it there`;
    return wait('AttachedElsewhere', message, SLOW_MS);
  }
  if (!observed.isConfirmed) {
    return wait(
      'ModifyingAttributes',
      `EC2 has not confirmed the attributes of ${eni.eniId} yet`,
      CONFIRM_MS,
    );
  }
  const hostWait = configureWait(observed.host);
  return refusalOf(observed, eni) ?? (hostWait && { kind: 'wait', ...hostWait }) ?? { kind: 'ready' };
}

/** Whatever still differs was refused: people have to know. */
function refusalOf({ wanted, refusedSteps }: EniObservation, eni: Eni): EniStep | undefined {
  const left = new Set(driftSteps(wanted, eni, true).map((step) => driftKey(step)));
  const refused = refusedSteps.find(({ key }) => left.has(key));
  return refused && wait(refused.reason, refused.message, refused.retryInMs);
}

function waitElsewhere(eni: Eni, attachment: EniAttachment): EniStep {
  const where = attachment.instanceId ?? 'an AWS service';
  return wait('AttachedElsewhere', `${eni.eniId} is attached to ${where}: detach it there`, SLOW_MS);
}

function releaseStep(observed: EniObservation): EniStep {
  const { eni } = observed;
  if (eni === undefined) return missingEniRelease(observed);
  const { attachment } = eni;
  if (attachment === undefined) return freeRelease(observed, eni);
  if (attachment.instanceId !== observed.wanted.instanceId) return waitElsewhere(eni, attachment);
  const { instance } = observed;
  if (instance === undefined || isTerminating(instance)) {
    return wait('Releasing', `EC2 takes ${eni.eniId} from the instance that is being terminated`, CONFIRM_MS);
  }
  if (attachment.status === 'detaching' || attachment.status === 'detached') {
    return endedOrForced(observed, eni, attachment);
  }
  if (!isAttachable(instance)) {
    // On its way up or down EC2 refuses a detach; on its way down it may be about to be terminated.
    return wait(
      'Releasing',
      `${instance.instanceId} is ${instance.state}, ${eni.eniId} is detached after that`,
      CONFIRM_MS,
    );
  }
  return detachStep(observed, eni, attachment);
}

function detachStep(observed: EniObservation, eni: Eni, { attachmentId }: EniAttachment): EniStep {
  const held = releaseWait(observed.releaseGate);
  if (held !== undefined) return { kind: 'wait', ...held };
  return markRetained(observed, eni) ?? { kind: 'detach', eniId: eni.eniId, attachmentId };
}

/** Before the detach, so that no collector ever sees an ENI that is free and not marked. */
function markRetained({ wanted }: EniObservation, eni: Eni): EniStep | undefined {
  if (wanted.deletionPolicy !== 'Retain' || eni.tags[ENI_TAGS.retained] === 'true') return undefined;
  return { kind: 'tag', eniId: eni.eniId, tags: { [ENI_TAGS.retained]: 'true' } };
}

function freeRelease(observed: EniObservation, eni: Eni): EniStep {
  const { eniId } = eni;
  if (eni.status === 'pending') return wait('Releasing', `${eniId} is still being created`, CONFIRM_MS);
  if (observed.wanted.deletionPolicy === 'Delete') return { kind: 'delete', eniId };
  return markRetained(observed, eni) ?? { kind: 'finish', retainedEniId: eniId };
}

function endedOrForced(observed: EniObservation, eni: Eni, attachment: EniAttachment): EniStep {
  const isStuck =
    attachment.status === 'detaching' && (observed.forceAfterDetachingForMs ?? 0) >= FORCE_AFTER_MS;
  return isStuck
    ? { kind: 'detach', eniId: eni.eniId, attachmentId: attachment.attachmentId, force: true }
    : wait('Releasing', `${eni.eniId} is being detached`, CONFIRM_MS);
}

function missingEniRelease(observed: EniObservation): EniStep {
  const nothingWasSent = observed.attempt === undefined && observed.presence === 'unknown';
  if (observed.presence === 'present') return wait('Releasing', LOST_TAGS, SLOW_MS);
  if (nothingWasSent || observed.presence === 'gone' || observed.isAbsenceProven) return { kind: 'finish' };
  return wait('Releasing', 'waiting until EC2 has shown twice, 30 s apart, that no ENI is left', CONFIRM_MS);
}
