import type { AddressInfo } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { App } from './app.ts';
import type { CertificatePair } from './ports.ts';

/** What {@link createWebhookServer} needs. */
export interface WebhookServerOptions {
  readonly app: App;
  readonly clock: Clock;
  /** Default: all addresses. */
  readonly host: string | undefined;
  /** 0 = any free port. */
  readonly port: number;
}

/** The TLS server of the webhooks. */
export interface WebhookServer extends Runnable {
  /** Resolves when it listens; rejects when it cannot. */
  ready(): Promise<void>;
  /** The port it listens on; undefined before it is ready. */
  readonly port: number | undefined;
  /** Serves this certificate to connections from now on; open ones keep theirs. Throws when the pair is unusable. */
  useCertificate(pair: CertificatePair): void;
}

/** Shorter than the time that the manager gives its servers. */
const LONGEST_DRAIN_MS = 3_000;

function portOf(address: AddressInfo | string | null): number | undefined {
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

/** Creates the server. When its signal aborts it takes no new connection and ends when those at work are done. */
export function createWebhookServer({ app, clock, host, port }: WebhookServerOptions): WebhookServer {
  const { server } = app;
  const listening = Promise.withResolvers<void>();
  // Nobody may be waiting when listening fails; `start` rejects as well.
  listening.promise.catch(() => undefined);

  async function close(): Promise<void> {
    // Idle connections end at once, the others after their answer. The framework's own close would answer those 503.
    await new Promise<void>((resolve) => {
      const cut = clock.schedule(LONGEST_DRAIN_MS, () => server.closeAllConnections());
      server.close(() => {
        cut.cancel();
        resolve();
      });
    });
    await app.close();
  }

  return {
    name: 'webhook-server',
    get port() {
      return portOf(server.address());
    },
    ready: () => listening.promise,
    useCertificate: ({ certificate, key }) =>
      server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' }),
    async start(signal) {
      const ended = Promise.withResolvers<void>();
      await app.ready();
      server.once('error', (error) => {
        listening.reject(error);
        ended.reject(error);
      });
      server.listen(port, host, () => listening.resolve());
      const stop = (): void => ended.resolve();
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
      try {
        await ended.promise;
      } finally {
        await close();
      }
    },
  };
}
