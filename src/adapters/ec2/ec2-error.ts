import type { Ec2Failure, FailureKind, FailureReason } from '../../domain/failure.ts';
import { StoppingError } from '../../runtime/stopping-error.ts';
import { classifyFailure } from './error-codes.ts';

/** The only error that leaves the EC2 adapter. */
export class Ec2Error extends Error implements Ec2Failure {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  readonly code: string;

  constructor(init: Ec2Failure & { readonly cause?: unknown }) {
    super(init.message, { cause: init.cause });
    this.name = 'Ec2Error';
    this.kind = init.kind;
    this.reason = init.reason;
    this.code = init.code;
  }
}

/** A reply that lacks what the EC2 API promises; nothing may be decided on it. */
export function incompleteReply(field: string): Ec2Error {
  const message = `EC2's reply lacks ${field}`;
  return new Ec2Error({ kind: 'transient', reason: 'EC2Unavailable', code: 'IncompleteReply', message });
}

function notAsked(cause: StoppingError): Ec2Error {
  return new Ec2Error({
    kind: 'waiting',
    reason: 'Pending',
    code: cause.name,
    message: cause.message,
    cause,
  });
}

function httpStatusOf(error: object): number | undefined {
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const status: unknown = Reflect.get(metadata, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/**
 * What a refusal for lack of rights ends in: a kilobyte of ciphertext that differs with every call, so that conditions and
 * events would never say the same twice. The cause, and with it the log, keeps it (AWS CLI, sts decode-authorization-message).
 */
const ENCODED_DETAILS = /\s*Encoded authorization failure message: \S+/;

/** Turns whatever the SDK threw into an {@link Ec2Error} that says what was tried. */
export function toEc2Error(action: string, error: unknown): Ec2Error {
  if (error instanceof Ec2Error) return error;
  if (error instanceof StoppingError) return notAsked(error);
  const [code, text] = error instanceof Error ? [error.name, error.message] : ['Unknown', String(error)];
  const message = `${action} failed: ${code}: ${text.replace(ENCODED_DETAILS, '')}`;
  const status = typeof error === 'object' && error !== null ? httpStatusOf(error) : undefined;
  if (status === undefined) {
    // No reply came: time-out, reset, no route, no credentials. Whether the call was carried out is unknown.
    return new Ec2Error({ kind: 'transient', reason: 'EC2Unavailable', code, message, cause: error });
  }
  const { kind, reason, fix } = classifyFailure(code, text, status);
  const advice = fix === undefined ? '' : `; ${fix}`;
  return new Ec2Error({ kind, reason, code, message: message + advice, cause: error });
}
