import type { ApiCredentials, ResolvedCredentials, TlsMaterial } from './api-credentials.ts';
import type { ConnectionPools, OpenPools } from './connection-pools.ts';

/** Everything one request needs to leave. */
interface ApiConnection extends ConnectionPools {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The pooled connections to one API server. */
export interface ApiConnections {
  current(): Promise<ApiConnection>;
  /** Ends every connection at once, streams included. */
  close(): Promise<void>;
}

interface PoolsOfTls extends ConnectionPools {
  readonly tls: TlsMaterial;
}

/** What {@link createApiConnections} needs. */
export interface ApiConnectionsDeps {
  readonly credentials: ApiCredentials;
  readonly openPools: OpenPools;
  readonly timeoutMs: number;
}

function isSameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Connections that follow rotating credentials: new CA or client certificate, new pool; a new token needs none. */
export function createApiConnections({
  credentials,
  openPools,
  timeoutMs,
}: ApiConnectionsDeps): ApiConnections {
  let pools: PoolsOfTls | undefined;

  function poolsFor({ tls }: ResolvedCredentials): ConnectionPools {
    if (pools !== undefined && isSameTls(pools.tls, tls)) return pools;
    // Closing lets what is under way end; watches do so within minutes.
    void pools?.calls.close();
    void pools?.watches.close();
    pools = { tls, ...openPools(tls, timeoutMs) };
    return pools;
  }

  return {
    async current() {
      const resolved = await credentials.resolve();
      const { calls, watches } = poolsFor(resolved);
      return { server: resolved.server, headers: resolved.headers, calls, watches };
    },
    async close() {
      const last = pools;
      pools = undefined;
      if (last !== undefined) await Promise.all([last.calls.destroy(), last.watches.destroy()]);
    },
  };
}
