import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ApiCredentials, cacheCredentials, type ResolvedCredentials } from './api-credentials.ts';
import type { KubeconfigOptions } from './kubeconfig-credentials.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) ? value[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function named(list: unknown, name: string | undefined, kind: 'cluster' | 'user' | 'context'): JsonObject {
  const entry = Array.isArray(list) ? list.find((item) => member(item, 'name') === name) : undefined;
  const found = member(entry, kind);
  if (!isJsonObject(found)) throw new Error(`kubeconfig has no ${kind} ${JSON.stringify(name)}`);
  return found;
}

/** PEM text that is either in the file (base64) or in a file that it names, relative to its own folder. */
async function pem(holder: JsonObject, name: string, folder: string): Promise<string | undefined> {
  const data = text(holder[`${name}-data`]);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = text(holder[name]);
  return path === undefined ? undefined : readFile(resolve(folder, path), 'utf8');
}

/** JSON is YAML too; the parser for the rest is loaded only where it is needed. */
async function parseText(content: string): Promise<unknown> {
  if (content.trimStart().startsWith('{')) return JSON.parse(content);
  const { parseYaml } = await import('./parse-yaml.ts');
  return parseYaml(content);
}

async function load(path: string): Promise<ResolvedCredentials> {
  const config = await parseText(await readFile(path, 'utf8'));
  const context = named(member(config, 'contexts'), text(member(config, 'current-context')), 'context');
  const cluster = named(member(config, 'clusters'), text(context['cluster']), 'cluster');
  const user = named(member(config, 'users'), text(context['user']), 'user');
  const server = text(cluster['server']);
  if (server === undefined) throw new Error(`kubeconfig ${path} names no server`);
  const [ca, cert, key] = await Promise.all([
    pem(cluster, 'certificate-authority', dirname(path)),
    pem(user, 'client-certificate', dirname(path)),
    pem(user, 'client-key', dirname(path)),
  ]);
  const token = text(user['token']);
  return {
    server: server.replace(/\/+$/, ''),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
}

/**
 * Credentials of a kubeconfig with a token or a client certificate; exec plugins are not run. It stands in for the
 * official client where that would weigh on every node.
 */
export function plainKubeconfigCredentials({
  path,
  clock,
  logger,
}: Pick<KubeconfigOptions, 'path' | 'clock' | 'logger'>): ApiCredentials {
  return cacheCredentials({ clock, logger, load: () => load(path) });
}
