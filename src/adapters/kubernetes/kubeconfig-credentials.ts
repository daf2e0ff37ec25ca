import { delimiter } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import {
  type ApiCredentials,
  cacheCredentials,
  type ResolvedCredentials,
  type TlsMaterial,
} from './api-credentials.ts';

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
