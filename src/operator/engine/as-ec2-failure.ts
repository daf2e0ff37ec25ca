import type { Ec2Failure } from '../../domain/failure.ts';
import { StoppingError } from '../../runtime/stopping-error.ts';

/**
 * The failure of an EC2 call, or undefined when the error is something else, for example the API server's. A call that was
 * given up because this process stops is no failure of EC2: nobody is to be told of it.
 */
export function asEc2Failure(error: unknown): (Error & Ec2Failure) | undefined {
  return isEc2Failure(error) ? error : undefined;
}

function isEc2Failure(error: unknown): error is Error & Ec2Failure {
  return (
    error instanceof Error && 'kind' in error && 'reason' in error && 'code' in error && !isOfStopping(error)
  );
}

/** Whether a call was given up because this process stops. */
export function isOfStopping(error: unknown): boolean {
  return error instanceof Error && (error instanceof StoppingError || error.cause instanceof StoppingError);
}
