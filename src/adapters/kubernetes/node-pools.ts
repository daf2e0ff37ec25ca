import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { TlsMaterial } from './api-credentials.ts';
import {
  CALL_CONNECTIONS,
  CONNECT_TIMEOUT_MS,
  type ConnectionPool,
  type ConnectionPools,
  type PooledReply,
  type PooledRequest,
  WATCH_HEADERS_TIMEOUT_MS,
} from './connection-pools.ts';

/** Shorter than what servers and load balancers keep an idle connection for. */
const IDLE_MS = 4_000;

interface PoolLimits {
  readonly connections: number;
  readonly headersTimeoutMs: number;
}

function toReply(message: IncomingMessage): PooledReply {
  const chunks: AsyncIterable<Uint8Array> = message;
  return {
    statusCode: message.statusCode ?? 0,
    headers: message.headers,
    body: {
      [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator](),
      async text() {
        const parts: Uint8Array[] = [];
        for await (const chunk of chunks) parts.push(chunk);
        return Buffer.concat(parts).toString('utf8');
      },
    },
  };
}

/** Ends a request whose connection, or whose reply, does not come in time. The answer takes the limits off. */
function limit(request: ClientRequest, headersTimeoutMs: number): () => void {
  const after = (timeoutMs: number, what: string): NodeJS.Timeout =>
    setTimeout(() => request.destroy(new Error(`no ${what} in ${timeoutMs} ms`)), timeoutMs);
  const timers = [after(headersTimeoutMs, 'headers')];
  request.once('socket', (socket) => {
    if (request.reusedSocket) return;
    const timer = after(CONNECT_TIMEOUT_MS, 'connection');
    timers.push(timer);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => clearTimeout(timer));
  });
  return () => timers.forEach((timer) => clearTimeout(timer));
}

function openPool(tls: TlsMaterial, { connections, headersTimeoutMs }: PoolLimits): ConnectionPool {
  const kept = { keepAlive: true, maxSockets: connections, timeout: IDLE_MS } as const;
  const https = new HttpsAgent({ ...tls, ...kept });
  const http = new HttpAgent(kept);
  const agents = [https, http];

  function start({ origin, path, method, headers, signal }: PooledRequest): ClientRequest {
    const url = new URL(path, origin);
    const options = { method, headers, signal };
    return url.protocol === 'http:'
      ? requestHttp(url, { ...options, agent: http })
      : requestHttps(url, { ...options, agent: https });
  }

  return {
    request: (wanted) =>
      new Promise((resolve, reject) => {
        const request = start(wanted);
        const lift = limit(request, wanted.headersTimeout ?? headersTimeoutMs);
        request.once('response', (message) => {
          lift();
          resolve(toReply(message));
        });
        // Stays for errors after the reply has begun: these reach whoever reads the body.
        request.on('error', (error) => {
          lift();
          reject(error);
        });
        request.end(wanted.body);
      }),
    // What is in use is closed once it has been idle.
    close: async () => {
      const idle = agents.flatMap(({ freeSockets }) => Object.values(freeSockets).flat());
      for (const socket of idle) socket?.destroy();
      await Promise.resolve();
    },
    destroy: async () => {
      for (const agent of agents) agent.destroy();
      await Promise.resolve();
    },
  };
}

/** Pools of Node.js itself, which cost a process on every node some 20 MiB less than undici's. */
export function openNodePools(tls: TlsMaterial, timeoutMs: number): ConnectionPools {
  return {
    calls: openPool(tls, { connections: CALL_CONNECTIONS, headersTimeoutMs: timeoutMs }),
    watches: openPool(tls, { connections: Infinity, headersTimeoutMs: WATCH_HEADERS_TIMEOUT_MS }),
  };
}
