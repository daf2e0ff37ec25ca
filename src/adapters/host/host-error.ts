import type { FailureKind } from '../../domain/failure.ts';

/** A change of the host that the kernel refused, or a program that could not be run. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly kind: FailureKind;
  /** Whether the kernel lets nobody write there, as in a read-only /proc/sys. */
  readonly isReadOnly: boolean;

  constructor(
    message: string,
    detail: { readonly kind: FailureKind; readonly isReadOnly?: boolean; readonly cause?: unknown },
  ) {
    super(message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.kind = detail.kind;
    this.isReadOnly = detail.isReadOnly ?? false;
  }
}
