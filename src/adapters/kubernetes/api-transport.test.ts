import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { ApiCredentials } from './api-credentials.ts';
import { isApiError } from './api-error.ts';
import type { OpenPools } from './connection-pools.ts';
import { openNodePools } from './node-pools.ts';
import { openUndiciPools } from './undici-pools.ts';
import { type ApiTransport, type ApiTransportOptions, createTransportOver } from './api-transport.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Bench {
  readonly transport: ApiTransport;
  readonly requests: { method: string | undefined; url: string | undefined; token: string | undefined }[];
  readonly connections: () => number;
}

const cleanups: (() => Promise<void>)[] = [];
/** The servers here are on loopback and waits are cut short, so that no test sleeps. */
const impatientClock = {
  ...systemClock,
  schedule: (delayMs: number, callback: () => void) =>
    systemClock.schedule(delayMs >= 10_000 ? delayMs : 1, callback),
};

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

async function openBench(
  openPools: OpenPools,
  answers: Answer[],
  options: Partial<ApiTransportOptions>,
): Promise<Bench> {
  const requests: Bench['requests'] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, token: request.headers.authorization });
    request.resume();
    const answer = answers[requests.length - 1] ?? answers.at(-1);
    answer?.(request, response);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  let generation = 1;
  const credentials: ApiCredentials = {
    resolve: async () => ({
      server: `http://127.0.0.1:${portOf(server)}`,
      headers: { authorization: `Bearer token-${generation}` },
      tls: {},
    }),
    invalidate: () => void (generation += 1),
  };
  const transport = createTransportOver(openPools, {
    credentials,
    clock: impatientClock,
    random: () => 0.5,
    userAgent: 'test/1',
    timeoutMs: 10_000,
    ...options,
  });
  cleanups.push(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { transport, requests, connections: () => connections };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

const reset: Answer = (request) => request.socket.resetAndDestroy();
const silence: Answer = () => undefined;
const plain: Answer = (_request, response) => response.end('ok');
const nothing: Answer = (_request, response) => response.writeHead(204).end();
const broken: Answer = (_request, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":');
const open: Answer = (_request, response) => response.flushHeaders();
const ok = json(200, { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } });
const apply = { method: 'PATCH', path: '/x', body: {}, contentType: 'application/apply-patch+yaml' } as const;

describe.each<[string, OpenPools]>([
  ['undici', openUndiciPools],
  ['Node.js', openNodePools],
])('the transport over pools of %s', (_pools, openPools) => {
  const bench = (answers: Answer[], options: Partial<ApiTransportOptions> = {}): Promise<Bench> =>
    openBench(openPools, answers, options);

  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
  });

  it('reuses its connections and leaves timestamps as they are', async () => {
    const { transport, connections, requests } = await bench([ok]);
    for (let call = 0; call < 60; call += 1) {
      const reply = await transport.request({
        method: 'GET',
        path: '/api/v1/nodes',
        query: { limit: 5, fieldSelector: 'spec.nodeName=a', continue: undefined },
      });
      expect(reply).toEqual({ metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } });
    }
    expect(connections()).toBeLessThanOrEqual(8);
    expect(requests[0]?.url).toBe('/api/v1/nodes?limit=5&fieldSelector=spec.nodeName%3Da');
  });

  it.each([
    ['a read', { method: 'GET', path: '/x' } as const],
    ['a server-side apply', apply],
  ])('tries %s again after a reset and a 503', async (_name, request) => {
    const { transport, requests } = await bench([reset, json(503, {}), ok]);
    await expect(transport.request(request)).resolves.toBeDefined();
    expect(requests).toHaveLength(3);
  });

  it('gives up after three attempts and says so', async () => {
    const { transport, requests } = await bench([json(500, { message: 'etcdserver: leader changed' })]);
    await expect(transport.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'transient',
      status: 500,
      message: 'GET /x: 500 InternalError: etcdserver: leader changed (after 3 attempts)',
    });
    expect(requests).toHaveLength(3);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'] as const)(
    'never repeats a %s that may have been carried out',
    async (method) => {
      const { transport, requests } = await bench([reset, ok]);
      const request = { method, path: '/x', body: {}, contentType: 'application/merge-patch+json' };
      await expect(transport.request(request)).rejects.toMatchObject({
        kind: 'transient',
        status: 0,
        reason: 'ConnectionFailed',
      });
      expect(requests).toHaveLength(1);
    },
  );

  it('leaves a long Retry-After to its caller', async () => {
    const { transport, requests } = await bench([json(429, {}, { 'retry-after': '60' })]);
    await expect(transport.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'transient',
      retryAfterMs: 60_000,
    });
    expect(requests).toHaveLength(1);
  });

  it('repeats any call once with fresh credentials after a 401', async () => {
    const { transport, requests } = await bench([json(401, {}), ok]);
    await transport.request({ method: 'POST', path: '/x', body: {} });
    expect(requests.map(({ token }) => token)).toEqual(['Bearer token-1', 'Bearer token-2']);
    const refused = await bench([json(401, {})]);
    await expect(refused.transport.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      kind: 'unauthorized',
    });
    expect(refused.requests).toHaveLength(2);
  });

  it('ends a call that gets no reply in time', async () => {
    const { transport } = await bench([silence]);
    const error: unknown = await transport
      .request({ method: 'POST', path: '/x', timeoutMs: 50 })
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      kind: 'transient',
      reason: 'Timeout',
      message: 'POST /x: no reply in 50 ms',
    });
  });

  it('ends a call whose caller gives up, also one that waits for its turn', async () => {
    const { transport } = await bench([silence], { burst: 1, queriesPerSecond: 0.001 });
    const stop = new AbortController();
    const calls = [0, 1].map(() =>
      transport.request({ method: 'GET', path: '/x', signal: stop.signal }).catch((error: unknown) => error),
    );
    stop.abort();
    for (const error of await Promise.all(calls)) expect(isApiError(error, 'cancelled')).toBe(true);
  });

  it('returns texts as texts, nothing as undefined, and refuses broken JSON', async () => {
    const { transport } = await bench([plain, nothing, broken]);
    expect(await transport.request({ method: 'GET', path: '/healthz' })).toBe('ok');
    expect(await transport.request({ method: 'GET', path: '/x' })).toBeUndefined();
    await expect(transport.request({ method: 'GET', path: '/x' })).rejects.toMatchObject({
      reason: 'MalformedReply',
    });
  });

  it('yields watch events as they come and ends when the server closes', async () => {
    const { transport } = await bench([
      (_request, response) => {
        response.write('{"type":"ADDED","object":{}}\n{"type":"BOOK');
        response.end('MARK","object":{}}\n');
      },
    ]);
    const signal = new AbortController().signal;
    expect(await collectAsync(transport.watch({ path: '/x', query: { watch: true }, signal }))).toEqual([
      { type: 'ADDED', object: {} },
      { type: 'BOOKMARK', object: {} },
    ]);
  });

  it('ends a watch that is aborted or refused, each with its own error', async () => {
    const { transport, requests } = await bench([open, json(410, { reason: 'Expired' }), json(401, {})]);
    const watch = (options: { signal?: AbortSignal }): Promise<unknown> =>
      collectAsync(transport.watch({ path: '/x', signal: new AbortController().signal, ...options })).catch(
        (error: unknown) => error,
      );
    const stop = new AbortController();
    const aborted = watch({ signal: stop.signal });
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await aborted).toMatchObject({ kind: 'cancelled' });
    expect(await watch({})).toMatchObject({ kind: 'expired', status: 410 });
    expect(await watch({})).toMatchObject({ kind: 'unauthorized' });
    expect(requests.slice(-2).map(({ token }) => token)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('tells metrics of every attempt', async () => {
    const calls: number[] = [];
    const { transport } = await bench([json(503, {}), ok], { onCall: ({ status }) => calls.push(status) });
    await transport.request({ method: 'GET', path: '/x' });
    expect(calls).toEqual([503, 200]);
  });
});
