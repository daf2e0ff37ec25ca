import type { Clock } from '../../runtime/clock.ts';
import { ApiError, toApiError } from './api-error.ts';
import type { PooledReply } from './connection-pools.ts';

/** A reply whose body has not been read. */
export interface UnreadReply {
  /** What was tried, for error messages. */
  readonly action: string;
  readonly reply: PooledReply;
  readonly clock: Clock;
}

function headerOf(reply: PooledReply, name: string): string | undefined {
  const value = reply.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Retry-After is a number of seconds or an HTTP date (RFC 9110 §10.2.3). */
function retryAfterMs(reply: PooledReply, clock: Clock): number | undefined {
  const header = headerOf(reply, 'retry-after');
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : undefined;
}

function parseBody(action: string, reply: PooledReply, body: string): unknown {
  if (body === '') return undefined;
  if (headerOf(reply, 'content-type')?.includes('json') !== true) return body;
  try {
    return JSON.parse(body);
  } catch (error) {
    const { statusCode } = reply;
    const message = `${action}: ${statusCode}, but its ${body.length} characters are not JSON`;
    throw new ApiError({
      kind: 'transient',
      status: statusCode,
      reason: 'MalformedReply',
      message,
      cause: error,
    });
  }
}

/**
 * Reads a reply to its end: parsed JSON, a text for other content types, undefined for an empty body.
 *
 * @throws ApiError for every status that is not 2xx.
 */
export async function readReply({ action, reply, clock }: UnreadReply): Promise<unknown> {
  const body = parseBody(action, reply, await reply.body.text());
  if (reply.statusCode >= 200 && reply.statusCode < 300) return body;
  throw toApiError({
    action,
    httpStatus: reply.statusCode,
    body,
    retryAfterMs: retryAfterMs(reply, clock),
  });
}
