import { type Backoff, decorrelatedBackoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import { delay } from '../../runtime/delay.ts';
import { linkAbort } from '../../runtime/linked-abort.ts';
import type { Random } from '../../runtime/random.ts';
import { TokenBucket } from '../../runtime/token-bucket.ts';
import { createApiConnections } from './api-connection.ts';
import type { ApiCredentials } from './api-credentials.ts';
import { ApiError, isApiError, toApiError } from './api-error.ts';
import { readReply } from './api-reply.ts';
import type { OpenPools, PooledReply } from './connection-pools.ts';
import { parseWatchBody } from './watch-stream.ts';

/** Query parameters; `undefined` ones are left out. */
export type ApiQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, already escaped: `/api/v1/nodes/a`. */
  readonly path: string;
  readonly query?: ApiQuery;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`; a PATCH must say which kind of patch it is. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Limit of each attempt; default 10 s. */
  readonly timeoutMs?: number;
}

/** A watch to open; put `watch=true` and the rest into `query`. */
export interface WatchRequest {
  readonly path: string;
  readonly query?: ApiQuery;
  readonly signal: AbortSignal;
  /** Called once when the server has accepted the watch. */
  readonly onOpen?: () => void;
}

/** The way to the API server: JSON in, JSON out, timestamps stay strings, nothing but {@link ApiError} is thrown. */
export interface ApiTransport {
  /**
   * The parsed reply, a text for replies that are not JSON, undefined for empty ones. GETs and server-side applies
   * are tried up to three times on 429, 5xx and lost connections; anything once more after a 401.
   */
  request(request: ApiRequest): Promise<unknown>;
  /** One parsed JSON watch event per item; may be silent for ever (its reader watches for that); ends when the server closes; throws ApiError, also for ERROR events. */
  watch(request: WatchRequest): AsyncIterable<unknown>;
  /** Ends every call and watch. */
  close(): Promise<void>;
}

/** One finished call, for metrics. */
export interface ApiCallRecord {
  readonly method: string;
  /** HTTP status; 0 when no reply came. */
  readonly status: number;
  readonly durationMs: number;
}

/** What a transport needs. */
export interface ApiTransportOptions {
  readonly credentials: ApiCredentials;
  readonly clock: Clock;
  readonly random: Random;
  /** `name/version` of the program. */
  readonly userAgent: string;
  /** Default limit of each attempt, milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  /**
   * Calls a second in the long run; default 200. Watches do not count. An ENI takes about eight writes, so fewer would slow
   * down accounts whose EC2 quotas are raised; the API server has its own fairness (429) against more.
   */
  readonly queriesPerSecond?: number;
  /** Calls that may come at once; default 300. */
  readonly burst?: number;
  readonly onCall?: (record: ApiCallRecord) => void;
}

const mostRetries = 2;
/** A longer Retry-After is the caller's to wait for: its queue does that without holding a worker. */
const longestRetryAfterMs = 5_000;
const applyPatch = 'application/apply-patch+yaml';

interface RetryState {
  readonly backoff: Backoff;
  readonly hasReloadedCredentials: boolean;
}

function describe({ method, path }: { method: string; path: string }): string {
  return `${method} ${path}`;
}

function toPath(path: string, query: ApiQuery = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function isIdempotent({ method, contentType }: ApiRequest): boolean {
  return method === 'GET' || (method === 'PATCH' && contentType === applyPatch);
}

function cancelled(action: string, cause: unknown): ApiError {
  return new ApiError({
    kind: 'cancelled',
    status: 0,
    reason: 'Cancelled',
    message: `${action}: cancelled`,
    cause,
  });
}

function notReached(action: string, cause: unknown): ApiError {
  // An AggregateError of several failed addresses has no message of its own.
  const said = cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
  return new ApiError({
    kind: 'transient',
    status: 0,
    reason: 'ConnectionFailed',
    message: `${action}: no reply: ${said}`,
    cause,
  });
}

function timedOut(action: string, problem: string): ApiError {
  return new ApiError({ kind: 'transient', status: 0, reason: 'Timeout', message: `${action}: ${problem}` });
}

function afterRetries(error: ApiError, retries: number): ApiError {
  if (retries === 0) return error;
  const { kind, status, reason, causes, retryAfterMs } = error;
  const message = `${error.message} (after ${retries + 1} attempts)`;
  return new ApiError({ kind, status, reason, causes, retryAfterMs, message, cause: error.cause });
}

/** How long to wait before the next attempt; undefined = give up. */
function retryDelayMs(request: ApiRequest, error: ApiError, state: RetryState): number | undefined {
  if (error.kind === 'unauthorized') return state.hasReloadedCredentials ? undefined : 0;
  if (error.kind !== 'transient' || !isIdempotent(request)) return undefined;
  if (state.backoff.failures > mostRetries) return undefined;
  if (error.retryAfterMs === undefined) return state.backoff.delayMs;
  return error.retryAfterMs <= longestRetryAfterMs ? error.retryAfterMs + state.backoff.delayMs : undefined;
}

/** A transport over pools of some kind to the API server that `credentials` name; nothing is dialled before the first call. */
export function createTransportOver(openPools: OpenPools, options: ApiTransportOptions): ApiTransport {
  const { credentials, clock, random, userAgent } = options;
  const defaultTimeoutMs = options.timeoutMs ?? 10_000;
  const connections = createApiConnections({ credentials, openPools, timeoutMs: defaultTimeoutMs });
  const bucket = new TokenBucket({
    clock,
    tokensPerSecond: options.queriesPerSecond ?? 200,
    burst: options.burst ?? 300,
  });
  const closing = new AbortController();

  async function send(request: ApiRequest): Promise<unknown> {
    const action = describe(request);
    const limit = linkAbort(request.signal, closing.signal);
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
    const timer = clock.schedule(timeoutMs, () =>
      limit.abort(timedOut(action, `no reply in ${timeoutMs} ms`)),
    );
    const startedAtMs = clock.monotonicMs();
    let status = 0;
    try {
      const { server, headers, calls } = await connections.current();
      const hasBody = request.body !== undefined;
      const reply = await calls.request({
        origin: server,
        path: toPath(request.path, request.query),
        method: request.method,
        headers: {
          ...headers,
          accept: 'application/json',
          'user-agent': userAgent,
          ...(hasBody ? { 'content-type': request.contentType ?? 'application/json' } : {}),
        },
        ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
        signal: limit.signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      status = reply.statusCode;
      return await readReply({ action, reply, clock });
    } catch (error) {
      throw toFailure({ error, action, limit: limit.signal, caller: request.signal });
    } finally {
      timer.cancel();
      limit.dispose();
      options.onCall?.({ method: request.method, status, durationMs: clock.monotonicMs() - startedAtMs });
    }
  }

  function toFailure(failed: {
    error: unknown;
    action: string;
    limit: AbortSignal;
    caller: AbortSignal | undefined;
  }): ApiError {
    const { error, action, limit, caller } = failed;
    if (isApiError(error)) return error;
    if (caller?.aborted === true || closing.signal.aborted) return cancelled(action, limit.reason);
    if (limit.aborted && isApiError(limit.reason)) return limit.reason;
    return notReached(action, error);
  }

  async function request(request: ApiRequest): Promise<unknown> {
    const action = describe(request);
    let state: RetryState = {
      backoff: decorrelatedBackoff({ baseMs: 100, maxMs: 2_000 }),
      hasReloadedCredentials: false,
    };
    for (let retries = 0; ; retries += 1) {
      if (!(await bucket.take(request.signal))) throw cancelled(action, request.signal?.reason);
      try {
        return await send(request);
      } catch (error) {
        if (!isApiError(error)) throw error;
        const next: RetryState = { ...state, backoff: state.backoff.next(random) };
        const waitMs = retryDelayMs(request, error, next);
        if (waitMs === undefined) throw afterRetries(error, retries);
        if (error.kind === 'unauthorized') credentials.invalidate();
        await delay(clock, waitMs, request.signal);
        state = error.kind === 'unauthorized' ? { ...state, hasReloadedCredentials: true } : next;
      }
    }
  }

  async function openWatch(request: WatchRequest, signal: AbortSignal): Promise<PooledReply> {
    const action = `WATCH ${request.path}`;
    for (let isRetry = false; ; isRetry = true) {
      const { server, headers, watches } = await connections.current();
      const reply = await watches.request({
        origin: server,
        path: toPath(request.path, request.query),
        method: 'GET',
        headers: { ...headers, accept: 'application/json', 'user-agent': userAgent },
        signal,
      });
      if (reply.statusCode === 200) return reply;
      const failure = await readReply({ action, reply, clock }).then(
        () => toApiError({ action, httpStatus: reply.statusCode, body: undefined }),
        (error: unknown) => error,
      );
      if (!isApiError(failure, 'unauthorized') || isRetry) throw failure;
      credentials.invalidate();
    }
  }

  async function* watch(request: WatchRequest): AsyncGenerator<unknown, void, undefined> {
    const action = `WATCH ${request.path}`;
    const limit = linkAbort(request.signal, closing.signal);
    try {
      if (limit.signal.aborted) throw limit.signal.reason;
      const { body } = await openWatch(request, limit.signal);
      request.onOpen?.();
      yield* parseWatchBody({ action, chunks: body });
    } catch (error) {
      throw toFailure({ error, action, limit: limit.signal, caller: request.signal });
    } finally {
      limit.abort();
      limit.dispose();
    }
  }

  return {
    request,
    watch,
    async close() {
      closing.abort();
      await connections.close();
    },
  };
}
