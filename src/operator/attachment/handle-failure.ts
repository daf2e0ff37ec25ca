import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { driftKey, type DriftStep } from '../../domain/eni-drift.ts';
import type { Ec2Failure } from '../../domain/failure.ts';
import { done, type ReconcileOutcome } from '../../runtime/outcome.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { actionOf, type Ec2Step, isDriftStep } from './execute.ts';

/**
 * Draws the conclusions from a failed EC2 call. Returns an outcome when the failure is an answer in itself; undefined
 * means that the call is to be tried again with back-off.
 */
export function concludeFailure(
  step: Ec2Step,
  failure: Ec2Failure,
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
): ReconcileOutcome | undefined {
  if (failure.reason === 'Throttled') deps.permits.throttled(actionOf(step));
  // Whatever went wrong, what we believe of the instance and of the ENI may be out of date.
  deps.directories.invalidateInstance(attachment.spec.instanceID);
  if (step.kind === 'create') return concludeCreate(failure, attachment, deps);
  // What is not ours is not followed: it is looked for again with the instance.
  if (step.kind === 'adopt') return undefined;
  const { eniId } = step;
  if (isDriftStep(step) && isRefusal(step, failure) && attachment.metadata.deletionTimestamp === undefined) {
    deps.memory.refuse(attachment.metadata.uid, driftKey(step), failure, deps.clock.monotonicMs());
    return done;
  }
  if (step.kind === 'assign-addresses') doubt(eniId, deps);
  if (step.kind === 'delete' && isGone(eniId, failure, deps)) {
    deps.inventory.recordGone(eniId, deps.clock.monotonicMs());
    return done;
  }
  deps.lister.follow(eniId, attachment.metadata.name);
  return undefined;
}

/** EC2 has shown it before, so this is no fresh ENI that is not visible yet. */
function isGone(eniId: string, failure: Ec2Failure, deps: AttachmentControllerDeps): boolean {
  return failure.kind === 'absent' && deps.inventory.isConfirmed(eniId);
}

/** Other things may be put right meanwhile. The two that every attach needs are tried again until true. */
function isRefusal(step: DriftStep, failure: Ec2Failure): boolean {
  const isPartOfAttach = step.kind === 'set-delete-on-termination' || step.kind === 'set-source-dest-check';
  return !isPartOfAttach && (failure.kind === 'rejected' || failure.kind === 'waiting');
}

/** It may have been carried out: nothing is assigned again before EC2 has shown what is there. */
function doubt(eniId: string, deps: AttachmentControllerDeps): void {
  const eni = deps.inventory.get(eniId);
  if (eni !== undefined) deps.inventory.recordWrite(eni, deps.clock.monotonicMs());
}

function concludeCreate(
  failure: Ec2Failure,
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
): ReconcileOutcome | undefined {
  const { uid } = attachment.metadata;
  const { attempt } = attachment.spec;
  if (attempt === undefined) return undefined;
  const isRefused = failure.kind === 'rejected';
  if (isRefused && deps.memory.isClean(uid, attempt.number)) {
    deps.memory.reject(uid, attempt, failure, deps.clock.monotonicMs());
    return done;
  }
  // A refusal of the second try says nothing of the first, whose answer was lost, here or in a process before.
  // "No such ENI" is the answer to a token whose ENI somebody deleted before its id was known.
  const isSpent = failure.code === 'IdempotentParameterMismatch' || failure.kind === 'absent';
  if (isRefused || isSpent) {
    deps.memory.mismatch(uid, attempt.number);
    return done;
  }
  if (failure.kind === 'transient' && failure.reason !== 'Throttled') {
    deps.memory.doubt(uid, attempt.number);
  }
  return undefined;
}
