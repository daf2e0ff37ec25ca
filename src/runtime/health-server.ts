import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health.ts';
import type { Logger } from './logger.ts';
import type { Runnable } from './runnable.ts';

/** What {@link createHealthServer} needs. */
export interface HealthServerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly logger: Logger;
  /** `/healthz`: should the process be restarted? */
  readonly liveness: () => HealthReport;
  /** `/readyz`: does it do its work? */
  readonly readiness: () => HealthReport;
  /** `/metrics`; without it that path is 404. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

/** The server of `/healthz`, `/readyz` and `/metrics`. */
export interface HealthServer extends Runnable {
  /** Resolves when it listens; rejects when it cannot. */
  ready(): Promise<void>;
  /** The port it listens on; undefined before it is ready. */
  readonly port: number | undefined;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const plainText = 'text/plain; charset=utf-8';

function toReply(report: HealthReport, wantsJson: boolean): Reply {
  const status = report.ok ? 200 : 503;
  if (wantsJson) return { status, contentType: 'application/json', body: `${JSON.stringify(report)}\n` };
  const lines = report.checks.map(({ name, ok, message }) => `[${ok ? '+' : '-'}]${name}: ${message}`);
  return { status, contentType: plainText, body: `${[...lines, report.ok ? 'ok' : 'failed'].join('\n')}\n` };
}

function portOf(address: AddressInfo | string | null): number | undefined {
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Creates the server; it listens from `start` until the signal aborts. */
export function createHealthServer(options: HealthServerOptions): HealthServer {
  const { logger } = options;
  const listening = Promise.withResolvers<void>();
  // Nobody may be waiting when listening fails; `start` rejects as well.
  listening.promise.catch(() => undefined);

  async function answer(request: IncomingMessage): Promise<Reply> {
    const path = request.url?.split('?')[0];
    const wantsJson = request.headers.accept?.includes('application/json') === true;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return { status: 405, contentType: plainText, body: 'only GET and HEAD\n' };
    }
    if (path === '/healthz') return toReply(options.liveness(), wantsJson);
    if (path === '/readyz') return toReply(options.readiness(), wantsJson);
    if (path === '/metrics' && options.metrics !== undefined)
      return { status: 200, ...(await options.metrics()) };
    return { status: 404, contentType: plainText, body: 'not found\n' };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply;
    try {
      reply = await answer(request);
    } catch (error) {
      logger.error({ path: request.url, err: error }, 'health endpoint failed');
      reply = { status: 500, contentType: plainText, body: 'internal error\n' };
    }
    response.writeHead(reply.status, { 'content-type': reply.contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : reply.body);
  }

  const server = createServer((request, response) => void handle(request, response));

  return {
    name: 'health-server',
    get port() {
      return portOf(server.address());
    },
    ready: () => listening.promise,
    async start(signal) {
      const ended = Promise.withResolvers<void>();
      server.once('error', (error) => {
        listening.reject(error);
        ended.reject(error);
      });
      server.listen(options.port, options.host, () => listening.resolve());
      const stop = (): void => ended.resolve();
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      try {
        await ended.promise;
      } finally {
        await closeServer(server);
      }
    },
  };
}
