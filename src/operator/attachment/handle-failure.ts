import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Ec2Failure } from '../../domain/failure.ts';
import { done, type ReconcileOutcome } from '../../runtime/outcome.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { actionOf, type Ec2Step } from './execute.ts';

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
  const { eniId } = step;
  if (step.kind === 'delete' && failure.kind === 'absent' && deps.inventory.isConfirmed(eniId)) {
    // EC2 has shown it before, so this is no fresh ENI that is not visible yet.
    deps.inventory.recordGone(eniId, deps.clock.monotonicMs());
    return done;
  }
  deps.lister.follow(eniId, attachment.metadata.name);
  return undefined;
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
