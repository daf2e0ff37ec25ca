import type { TlsMaterial } from './api-credentials.ts';

/** A reply as it comes in. */
export interface PooledReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array> & { text(): Promise<string> };
}

/** One request of HTTP/1.1. */
export interface PooledRequest {
  /** `https://host:port`. */
  readonly origin: string;
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Milliseconds to wait for the headers of the reply; the pool's own limit where it is not given. */
  readonly headersTimeout?: number;
  /** Milliseconds that the body may pause, for pools that watch this; the signal ends it in any case. */
  readonly bodyTimeout?: number;
  /** Ends the request, and its reply while that comes in. */
  readonly signal: AbortSignal;
}

/** Connections that are kept for the next request. */
export interface ConnectionPool {
  /** Rejects where no reply begins. */
  request(request: PooledRequest): Promise<PooledReply>;
  /** Lets what is under way end, and takes no more. */
  close(): Promise<void>;
  /** Ends everything at once. */
  destroy(): Promise<void>;
}

/** The pools of one API server and one identity. */
export interface ConnectionPools {
  /** Of short calls. */
  readonly calls: ConnectionPool;
  /** Of watches, which may be silent for as long as they like once their headers are there. */
  readonly watches: ConnectionPool;
}

/** Makes pools; nothing is dialled before the first request. `timeoutMs` limits the wait for headers of calls. */
export type OpenPools = (tls: TlsMaterial, timeoutMs: number) => ConnectionPools;

/** Connections for calls; more wait. */
export const CALL_CONNECTIONS = 8;
/** How long a connection may take to come about. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** The API server sends the headers of a watch at once; a proxy in between may add a little. */
export const WATCH_HEADERS_TIMEOUT_MS = 30_000;
