/** What a reconcile that did not fail wants next. Throwing instead means: try again with back-off. */
export type ReconcileOutcome =
  | { readonly type: 'done' }
  | {
      readonly type: 'requeueAfter';
      readonly delayMs: number;
      /** Why it waits, for the debug log. */
      readonly reason: string;
    };

/** Nothing to do until something changes. */
export const done: ReconcileOutcome = { type: 'done' };

/** Look at this key again in `delayMs`, because of `reason`. Not an error. */
export function requeueAfter(delayMs: number, reason: string): ReconcileOutcome {
  return { type: 'requeueAfter', delayMs, reason };
}

/** Thrown by a reconcile whose input must change before it can succeed: logged and counted, not retried. */
export class TerminalError extends Error {
  /** PascalCase; the condition and event reason. */
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
    this.reason = reason;
  }
}
