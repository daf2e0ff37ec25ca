import type { Ec2Failure } from '../../domain/failure.ts';

/** The failure of an EC2 call, or undefined when the error is something else, for example the API server's. */
export function asEc2Failure(error: unknown): (Error & Ec2Failure) | undefined {
  return isEc2Failure(error) ? error : undefined;
}

function isEc2Failure(error: unknown): error is Error & Ec2Failure {
  return error instanceof Error && 'kind' in error && 'reason' in error && 'code' in error;
}
