import type { Ec2Failure } from '../../domain/failure.ts';
import type { Fence } from '../../runtime/fence.ts';
import type { Ec2Writer } from '../ports.ts';

/** Code of {@link NotLeaderError}. */
export const NOT_LEADER = 'NotLeader';

/** A mutating call was refused because this process is not, or may not stay, the leader. */
export class NotLeaderError extends Error implements Ec2Failure {
  readonly kind = 'transient';
  readonly reason = 'EC2Unavailable';
  readonly code: string = NOT_LEADER;

  constructor() {
    super('this process may not change EC2 now: its leadership is not certain for the length of a call');
    this.name = 'NotLeaderError';
  }
}

/** Refuses every mutating call that could outlive the leadership. @throws NotLeaderError */
export function fenceWriter(writer: Ec2Writer, fence: Fence, callBudgetMs: number): Ec2Writer {
  function guarded<I, O>(
    call: (input: I, signal: AbortSignal) => Promise<O>,
  ): (input: I, signal: AbortSignal) => Promise<O> {
    return async (input, signal) => {
      if (!fence.isHeld(callBudgetMs)) throw new NotLeaderError();
      // A call that is still open when the budget is spent could end under another leader.
      const budget = AbortSignal.timeout(Math.ceil(callBudgetMs));
      return call(input, AbortSignal.any([signal, fence.signal, budget]));
    };
  }
  return {
    createEni: guarded((input, signal) => writer.createEni(input, signal)),
    attachEni: guarded((input, signal) => writer.attachEni(input, signal)),
    detachEni: (attachmentId, signal, force) =>
      guarded((id: string, fenced) => writer.detachEni(id, fenced, force))(attachmentId, signal),
    deleteEni: guarded((eniId, signal) => writer.deleteEni(eniId, signal)),
    setDeleteOnTermination: guarded((target, signal) => writer.setDeleteOnTermination(target, signal)),
    setSourceDestCheck: guarded((target, signal) => writer.setSourceDestCheck(target, signal)),
    setSecurityGroups: guarded((target, signal) => writer.setSecurityGroups(target, signal)),
    setDescription: guarded((target, signal) => writer.setDescription(target, signal)),
    tagEni: guarded((target, signal) => writer.tagEni(target, signal)),
    untagEni: guarded((target, signal) => writer.untagEni(target, signal)),
    assignAddresses: guarded((target, signal) => writer.assignAddresses(target, signal)),
    unassignAddresses: guarded((target, signal) => writer.unassignAddresses(target, signal)),
  };
}
