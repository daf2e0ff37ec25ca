import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
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

interface CachedSource {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly load: () => Promise<ResolvedCredentials>;
}

function cacheCredentials({ clock, logger, load }: CachedSource): ApiCredentials {
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

/** Which kubeconfig to use. */
export interface KubeconfigOptions {
  /** Path of the file; several may be joined by the platform's path delimiter, as in KUBECONFIG. */
  readonly path: string;
  /** Context to use instead of the current one. */
  readonly context?: string;
  /** Overrides the cluster's server URL, as `kubectl --server` does. */
  readonly server?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

function toPem(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}

function toHeaders(headers: object | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) texts[name.toLowerCase()] = String(value);
  return texts;
}

function toBasicAuth(login: unknown): Record<string, string> {
  if (typeof login !== 'string') return {};
  return { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

function definedTls(tls: { [K in keyof TlsMaterial]: TlsMaterial[K] | undefined }): TlsMaterial {
  const { ca, cert, key, servername, rejectUnauthorized } = tls;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

/**
 * Credentials of a kubeconfig file, exec plugins and client certificates included. The official client is loaded
 * only when they are first resolved, so that nothing inside a pod pays for it.
 *
 * @throws Error (from `resolve`) when the file has no such context or its cluster uses `proxy-url`.
 */
export function kubeconfigCredentials(options: KubeconfigOptions): ApiCredentials {
  const { path, context, server, clock, logger } = options;
  async function load(): Promise<ResolvedCredentials> {
    const { KubeConfig } = await import('./kubeconfig.ts');
    const config = new KubeConfig();
    const [first = path, ...others] = path.split(delimiter).filter((file) => file !== '');
    config.loadFromFile(first);
    for (const file of others) {
      const other = new KubeConfig();
      other.loadFromFile(file);
      config.mergeConfig(other, true);
    }
    if (context !== undefined) config.setCurrentContext(context);
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new Error(
        `kubeconfig ${path}: context ${JSON.stringify(config.getCurrentContext())} has no cluster`,
      );
    }
    if (cluster.proxyUrl !== undefined) {
      throw new Error(`kubeconfig ${path}: proxy-url of cluster ${cluster.name} is not supported, remove it`);
    }
    const request: Parameters<typeof config.applyToHTTPSOptions>[0] = {};
    await config.applyToHTTPSOptions(request);
    return {
      server: (server ?? cluster.server).replace(/\/+$/, ''),
      headers: { ...toBasicAuth(request.auth), ...toHeaders(request.headers) },
      tls: definedTls({
        ca: toPem(request.ca),
        cert: toPem(request.cert),
        key: toPem(request.key),
        servername: request.servername,
        rejectUnauthorized: request.rejectUnauthorized,
      }),
    };
  }
  return cacheCredentials({ clock, logger, load });
}
