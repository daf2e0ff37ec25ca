import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';

/** What a TLS connection to the API server needs; PEM texts. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** False only where a kubeconfig says insecure-skip-tls-verify. */
  readonly rejectUnauthorized?: boolean;
}

/** Where the API server is and how to prove who we are, at this moment. */
export interface ResolvedCredentials {
  /** Base URL without a trailing slash. */
  readonly server: string;
  /** Headers of every request, among them the token. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** A source of credentials that can rotate. */
export interface ApiCredentials {
  readonly resolve: () => Promise<ResolvedCredentials>;
  /** The server refused them (401): the next `resolve` reads them anew. */
  readonly invalidate: () => void;
}

/** Projected service account tokens are rewritten well before they expire; a minute is client-go's interval too. */
const rereadAfterMs = 60_000;

/** What {@link cacheCredentials} needs. */
export interface CachedSource {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => Promise<ResolvedCredentials>;
}

/** Credentials that are read again every 60 s and after a 401; what cannot be read again is kept. */
export function cacheCredentials({ clock, logger, load }: CachedSource): ApiCredentials {
  let known: { value: ResolvedCredentials; readAtMs: number } | undefined;
  let isRefused = false;
  let reading: Promise<ResolvedCredentials> | undefined;

  async function read(): Promise<ResolvedCredentials> {
    try {
      const value = await load();
      known = { value, readAtMs: clock.monotonicMs() };
      isRefused = false;
      return value;
    } catch (error) {
      if (known === undefined) throw error;
      // The token we have may well be good for an hour; the server tells us when it is not.
      logger.warn({ error }, 'cannot reread kubernetes credentials, keeping the last ones');
      known = { value: known.value, readAtMs: clock.monotonicMs() };
      return known.value;
    } finally {
      reading = undefined;
    }
  }

  return {
    async resolve() {
      if (known !== undefined && !isRefused && clock.monotonicMs() - known.readAtMs < rereadAfterMs) {
        return known.value;
      }
      reading ??= read();
      return reading;
    },
    invalidate: () => {
      isRefused = true;
    },
  };
}

/** Where a pod finds its API server. */
export interface InClusterOptions {
  /** KUBERNETES_SERVICE_HOST. */
  readonly host: string;
  /** KUBERNETES_SERVICE_PORT. */
  readonly port: string;
  /** Folder of `token` and `ca.crt`; default `/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly directory?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Credentials of the pod's service account; token and CA are read again every 60 s and after a 401. */
export function inClusterCredentials(options: InClusterOptions): ApiCredentials {
  const { host, port, clock, logger } = options;
  const directory = options.directory ?? '/var/run/secrets/kubernetes.io/serviceaccount';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  async function load(): Promise<ResolvedCredentials> {
    const [token, ca] = await Promise.all([
      readFile(join(directory, 'token'), 'utf8'),
      readFile(join(directory, 'ca.crt'), 'utf8'),
    ]);
    if (token.trim() === '') throw new Error(`service account token ${join(directory, 'token')} is empty`);
    return { server, headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  }
  return cacheCredentials({ clock, logger, load });
}
