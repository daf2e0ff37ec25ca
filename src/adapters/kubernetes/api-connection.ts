import { Agent } from 'undici';
import type { ApiCredentials, ResolvedCredentials, TlsMaterial } from './api-credentials.ts';

/** Everything one request needs to leave. */
interface ApiConnection {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pool of short calls. */
  readonly calls: Agent;
  /** Pool of watches, which may be silent for as long as they like. */
  readonly watches: Agent;
}

/** The pooled connections to one API server. */
export interface ApiConnections {
  current(): Promise<ApiConnection>;
  /** Ends every connection at once, streams included. */
  close(): Promise<void>;
}

interface AgentPair {
  readonly tls: TlsMaterial;
  readonly calls: Agent;
  readonly watches: Agent;
}

const callConnections = 8;
const connectTimeoutMs = 5_000;
/** The API server sends the headers of a watch at once; a proxy in between may add a little. */
const watchHeadersTimeoutMs = 30_000;

function createAgents(tls: TlsMaterial, timeoutMs: number): AgentPair {
  const connect = { ...tls, timeout: connectTimeoutMs };
  // HTTP/1.1: with HTTP/2 one stalled connection would hold every call and every watch.
  const shared = { connect, allowH2: false, pipelining: 1 };
  return {
    tls,
    calls: new Agent({
      ...shared,
      connections: callConnections,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }),
    watches: new Agent({ ...shared, headersTimeout: watchHeadersTimeoutMs, bodyTimeout: 0 }),
  };
}

function isSameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Connections that follow rotating credentials: new CA or client certificate, new pool; a new token needs none. */
export function createApiConnections(credentials: ApiCredentials, timeoutMs: number): ApiConnections {
  let agents: AgentPair | undefined;

  function agentsFor({ tls }: ResolvedCredentials): AgentPair {
    if (agents !== undefined && isSameTls(agents.tls, tls)) return agents;
    // Closing lets what is under way end; watches do so within minutes.
    void agents?.calls.close();
    void agents?.watches.close();
    agents = createAgents(tls, timeoutMs);
    return agents;
  }

  return {
    async current() {
      const resolved = await credentials.resolve();
      const { calls, watches } = agentsFor(resolved);
      return { server: resolved.server, headers: resolved.headers, calls, watches };
    },
    async close() {
      const last = agents;
      agents = undefined;
      if (last !== undefined) await Promise.all([last.calls.destroy(), last.watches.destroy()]);
    },
  };
}
