import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthReport } from './health.ts';
import { createHealthServer, type HealthServer, type HealthServerOptions } from './health-server.ts';
import type { Logger } from './logger.ts';
import { RecordingLogger } from './recording-logger.ts';

const healthy: HealthReport = { ok: true, checks: [{ name: 'manager', ok: true, message: 'running' }] };
const unready: HealthReport = {
  ok: false,
  checks: [...healthy.checks, { name: 'nodes', ok: false, message: 'not synced' }],
};
const running: (() => Promise<void>)[] = [];

async function serve(
  options: Partial<HealthServerOptions> = {},
): Promise<{ url: string; server: HealthServer }> {
  const server = createHealthServer({
    host: '127.0.0.1',
    port: 0,
    logger: new RecordingLogger(),
    liveness: () => healthy,
    readiness: () => unready,
    ...options,
  });
  const stop = new AbortController();
  const ended = server.start(stop.signal);
  running.push(async () => {
    stop.abort();
    await ended;
  });
  await server.ready();
  return { url: `http://127.0.0.1:${server.port}`, server };
}

describe('the health server', () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((stop) => stop()));
  });

  it('tells each check with its message, as text or JSON, and fails when one fails', async () => {
    const { url } = await serve();
    const live = await fetch(`${url}/healthz`);
    expect([live.status, await live.text()]).toEqual([200, '[+]manager: running\nok\n']);
    const ready = await fetch(`${url}/readyz?verbose`);
    expect([ready.status, await ready.text()]).toEqual([
      503,
      '[+]manager: running\n[-]nodes: not synced\nfailed\n',
    ]);
    const json = await fetch(`${url}/readyz`, { headers: { accept: 'application/json' } });
    expect([json.status, await json.json()]).toEqual([503, unready]);
  });

  it('serves metrics, and survives a registry that throws', async () => {
    const logger = new RecordingLogger();
    let isBroken = false;
    const { url } = await serve({
      logger,
      metrics: async () => {
        if (isBroken) throw new Error('registry');
        return { contentType: 'text/plain; version=0.0.4', body: 'up 1\n' };
      },
    });
    const good = await fetch(`${url}/metrics`);
    expect([good.headers.get('content-type'), await good.text()]).toEqual([
      'text/plain; version=0.0.4',
      'up 1\n',
    ]);
    isBroken = true;
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    expect(logger.messages('error')).toEqual(['health endpoint failed']);
  });

  it('knows no other path or method', async () => {
    const { url } = await serve();
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  });

  it('fails to start on a port that is taken', async () => {
    const { server } = await serve();
    const second = createHealthServer({
      host: '127.0.0.1',
      port: server.port ?? 0,
      logger: new RecordingLogger(),
      liveness: () => healthy,
      readiness: () => healthy,
    });
    await expect(second.start(new AbortController().signal)).rejects.toThrow(/EADDRINUSE/);
    await expect(second.ready()).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('the logger interface', () => {
  it('is what pino offers', () => {
    const lines: string[] = [];
    const logger: Logger = pino(
      { base: null, timestamp: false },
      { write: (line: string) => void lines.push(line) },
    );
    logger.child({ controller: 'node-eni' }).info({ key: 'a' }, 'requeued');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 30,
      controller: 'node-eni',
      key: 'a',
      msg: 'requeued',
    });
  });
});
