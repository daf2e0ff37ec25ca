import { Ec2Error, toEc2Error } from '../../src/adapters/ec2/ec2-error.ts';
import { classifyFailure } from '../../src/adapters/ec2/error-codes.ts';

/** A failure to come. */
export interface FakeFault {
  /** EC2 action, for example `AttachNetworkInterface`; `*` for every action. */
  readonly action: string;
  readonly code: string;
  readonly message?: string;
  /** HTTP status of the reply, default 400; `none` for a reply that never comes. */
  readonly status?: number | 'none';
  /** The call is carried out all the same: only its reply is lost. Default false. */
  readonly isCarriedOut?: boolean;
  /** How many calls fail; default 1. */
  readonly times?: number;
}

/** The error that a fault throws. */
export function failureOf({ code, message = 'on demand', status = 400 }: FakeFault): Ec2Error {
  if (status === 'none') return toEc2Error('the call', Object.assign(new Error(message), { name: code }));
  return new Ec2Error({ ...classifyFailure(code, message, status), code, message: `${code}: ${message}` });
}
