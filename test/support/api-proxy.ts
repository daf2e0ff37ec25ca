import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';

/** One call that came to the proxy. */
export interface ProxiedCall {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly isWatch: boolean;
  /** What the client got; 0 when it got nothing. */
  readonly status: number;
  /** Milliseconds, from the clock of `performance.now`. */
  readonly atMs: number;
}

/** What the proxy does instead of passing a call on. */
export type ApiFault =
  | { readonly kind: 'reply'; readonly status: number; readonly retryAfterSeconds?: number }
  /** A watch that begins well and then says ERROR with that code. */
  | { readonly kind: 'watch-error'; readonly code: number }
  /** The connection ends without a reply. `passedOn` = the API server has carried the call out. */
  | { readonly kind: 'reset'; readonly passedOn: boolean };

/** Which calls meet a fault. */
export interface ApiFaultRule {
  readonly fault: ApiFault;
  readonly matches: (call: Pick<ProxiedCall, 'method' | 'path' | 'isWatch'>) => boolean;
  /** Calls that meet it; default: until it is removed. */
  readonly times?: number;
}

/** A plain HTTP proxy on loopback in front of an API server, which it asks as administrator. */
export interface ApiProxy {
  readonly url: string;
  /** All calls that are over, and watches that were answered. */
  readonly calls: readonly ProxiedCall[];
  /** Lets calls meet a fault until `remove`. */
  addFault(rule: ApiFaultRule): { readonly hits: () => number; readonly remove: () => void };
  /** Resets every connection of clients. */
  reset(): void;
  close(): Promise<void>;
}

interface ActiveRule {
  readonly rule: ApiFaultRule;
  hits: number;
}

function failureStatus(code: number): Readonly<Record<string, unknown>> {
  const reason = code === 410 ? 'Expired' : code === 429 ? 'TooManyRequests' : 'InternalError';
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `injected ${code}` };
}

function answer(response: ServerResponse, status: number, retryAfterSeconds?: number): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify(failureStatus(status)));
}

/** Starts a proxy to the API server of a kubeconfig. */
export async function startApiProxy(kubeconfig: string): Promise<ApiProxy> {
  const credentials = kubeconfigCredentials({
    path: kubeconfig,
    clock: systemClock,
    logger: new RecordingLogger(),
  });
  const { server: upstream, tls } = await credentials.resolve();
  const agent = new Agent({ ...tls, keepAlive: true });
  const calls: ProxiedCall[] = [];
  const rules = new Set<ActiveRule>();

  function faultOf(call: Pick<ProxiedCall, 'method' | 'path' | 'isWatch'>): ApiFault | undefined {
    for (const active of rules) {
      if (active.hits >= (active.rule.times ?? Infinity) || !active.rule.matches(call)) continue;
      active.hits += 1;
      return active.rule.fault;
    }
    return undefined;
  }

  function passOn(
    request: IncomingMessage,
    response: ServerResponse,
    done: (status: number) => void,
    isReplyLost: boolean,
  ): void {
    const onward = httpsRequest(`${upstream}${request.url ?? '/'}`, {
      agent,
      method: request.method,
      headers: { ...request.headers, host: new URL(upstream).host },
    });
    onward.on('response', (reply) => {
      const status = reply.statusCode ?? 0;
      if (isReplyLost) {
        reply.resume();
        response.destroy();
        done(0);
        return;
      }
      done(status);
      response.writeHead(status, reply.headers);
      response.flushHeaders();
      reply.pipe(response);
      reply.on('error', () => response.destroy());
      reply.on('aborted', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://proxy');
    const call = {
      method: request.method ?? '',
      path: url.pathname,
      isWatch: url.searchParams.get('watch') === 'true',
    };
    const done = (status: number): void => void calls.push({ ...call, status, atMs: performance.now() });
    const fault = faultOf(call);
    switch (fault?.kind) {
      case undefined:
        passOn(request, response, done, false);
        break;
      case 'reply':
        request.resume();
        answer(response, fault.status, fault.retryAfterSeconds);
        done(fault.status);
        break;
      case 'watch-error':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify({ type: 'ERROR', object: failureStatus(fault.code) })}\n`);
        done(200);
        break;
      case 'reset':
        if (fault.passedOn) passOn(request, response, done, true);
        else {
          request.socket.resetAndDestroy();
          done(0);
        }
        break;
    }
  }

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    addFault(rule) {
      const active: ActiveRule = { rule, hits: 0 };
      rules.add(active);
      return { hits: () => active.hits, remove: () => void rules.delete(active) };
    },
    reset: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

/** Writes a kubeconfig without credentials for a server that asks for none, such as an {@link ApiProxy}. */
export async function writeKubeconfigOf(url: string, path: string): Promise<void> {
  const name = 'proxy';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(path, stringify(config));
}
