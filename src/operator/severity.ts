/** Errors that the next look settles are no news; EC2's own are told in conditions. */
export function severityOf(error: unknown): 'debug' | 'warn' | 'error' {
  const kind: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'kind') : undefined;
  if (kind === 'conflict' || kind === 'absent' || kind === 'waiting' || kind === 'cancelled') return 'debug';
  return kind === 'transient' || kind === 'rejected' ? 'warn' : 'error';
}

/** What the API server asked for in a refusal (429, 503). */
export function retryAfterMsOf(error: unknown): number | undefined {
  const ms: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'retryAfterMs') : undefined;
  return typeof ms === 'number' ? ms : undefined;
}
