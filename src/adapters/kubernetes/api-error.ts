import { isJsonObject } from './json-object.ts';

/**
 * What a failed call means to its caller.
 * - `absent`: 404. A delete may count it as success.
 * - `conflict`: 409, stale resourceVersion, name taken, or a foreign field manager. Read again, then decide.
 * - `expired`: 410, the resourceVersion or continue token is compacted. List again.
 * - `unauthorized`: 401 even with freshly read credentials.
 * - `rejected`: the request itself is wrong or forbidden; the same one will fail again.
 * - `transient`: the server or the way to it failed; whether the call was carried out is unknown.
 * - `cancelled`: the caller's signal aborted.
 */
export type ApiErrorKind =
  'absent' | 'cancelled' | 'conflict' | 'expired' | 'rejected' | 'transient' | 'unauthorized';

/** One entry of `details.causes` in a Kubernetes Status: which field, what is wrong with it. */
export interface ApiErrorCause {
  readonly field?: string;
  readonly message?: string;
  readonly reason?: string;
}

/** Everything an {@link ApiError} says. */
export interface ApiErrorInit {
  readonly kind: ApiErrorKind;
  /** HTTP status; 0 when no reply came. */
  readonly status: number;
  /** PascalCase, the server's `reason` where it gave one. */
  readonly reason: string;
  /** Says what was tried. */
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly causes?: readonly ApiErrorCause[];
  readonly cause?: unknown;
}

/** The only error that leaves the Kubernetes transport. */
export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs?: number;
  readonly causes: readonly ApiErrorCause[];

  constructor(init: ApiErrorInit) {
    super(init.message, { cause: init.cause });
    this.name = 'ApiError';
    this.kind = init.kind;
    this.status = init.status;
    this.reason = init.reason;
    if (init.retryAfterMs !== undefined) this.retryAfterMs = init.retryAfterMs;
    this.causes = init.causes ?? [];
  }
}

/** True for an {@link ApiError}, of that `kind` if one is given. */
export function isApiError(error: unknown, kind?: ApiErrorKind): error is ApiError {
  return error instanceof ApiError && (kind === undefined || error.kind === kind);
}

const kindByStatus: ReadonlyMap<number, ApiErrorKind> = new Map([
  [401, 'unauthorized'],
  [404, 'absent'],
  [408, 'transient'],
  [409, 'conflict'],
  [410, 'expired'],
  [425, 'transient'],
  [429, 'transient'],
]);

function kindOf(status: number): ApiErrorKind {
  return kindByStatus.get(status) ?? (status >= 400 && status < 500 ? 'rejected' : 'transient');
}

const reasonByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toCause(value: unknown): ApiErrorCause {
  if (!isJsonObject(value)) return {};
  const field = text(value['field']);
  const message = text(value['message']);
  const reason = text(value['reason']);
  return {
    ...(field === undefined ? {} : { field }),
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function detailsOf(status: unknown): { causes: ApiErrorCause[]; retryAfterMs: number | undefined } {
  const details = isJsonObject(status) ? status['details'] : undefined;
  if (!isJsonObject(details)) return { causes: [], retryAfterMs: undefined };
  const seconds = details['retryAfterSeconds'];
  return {
    causes: Array.isArray(details['causes']) ? details['causes'].map((cause: unknown) => toCause(cause)) : [],
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined,
  };
}

/** A reply that is not a success. */
export interface FailedReply {
  /** What was tried, for the message: `PATCH /api/v1/nodes/a`. */
  readonly action: string;
  readonly httpStatus: number;
  /** The parsed body: a Kubernetes Status, or whatever a proxy on the way wrote. */
  readonly body: unknown;
  /** From the Retry-After header; the Status' own value stands in where there is none. */
  readonly retryAfterMs?: number | undefined;
}

const longestQuoteChars = 300;

/** Reads a failed reply, or the Status of a watch ERROR event (whose `code` then counts, not the HTTP status). */
export function toApiError(reply: FailedReply): ApiError {
  const body = isJsonObject(reply.body) ? reply.body : {};
  const code = body['code'];
  const status = typeof code === 'number' && code >= 400 ? code : reply.httpStatus;
  const reason = text(body['reason']) ?? reasonByStatus.get(status) ?? 'Unknown';
  const said = text(body['message']) ?? text(reply.body)?.trim().slice(0, longestQuoteChars) ?? 'no message';
  const { causes, retryAfterMs } = detailsOf(body);
  return new ApiError({
    kind: kindOf(status),
    status,
    reason,
    message: `${reply.action}: ${status} ${reason}: ${said}`,
    retryAfterMs: reply.retryAfterMs ?? retryAfterMs,
    causes,
  });
}
