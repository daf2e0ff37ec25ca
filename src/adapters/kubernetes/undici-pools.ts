import { Agent } from 'undici';
import type { TlsMaterial } from './api-credentials.ts';
import {
  CALL_CONNECTIONS,
  CONNECT_TIMEOUT_MS,
  type ConnectionPools,
  WATCH_HEADERS_TIMEOUT_MS,
} from './connection-pools.ts';

/** Pools of undici, the fastest there are for Node.js. */
export function openUndiciPools(tls: TlsMaterial, timeoutMs: number): ConnectionPools {
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
  // HTTP/1.1: with HTTP/2 one stalled connection would hold every call and every watch.
  const shared = { connect, allowH2: false, pipelining: 1 };
  return {
    calls: new Agent({
      ...shared,
      connections: CALL_CONNECTIONS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }),
    watches: new Agent({ ...shared, headersTimeout: WATCH_HEADERS_TIMEOUT_MS, bodyTimeout: 0 }),
  };
}
