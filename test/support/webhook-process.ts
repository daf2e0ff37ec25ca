import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestLoopback } from '../../hack/control-plane/request-loopback.ts';
import { startServerProcess, waitForServer } from '../../hack/control-plane/start-server-process.ts';
import type { CertificatePair } from '../../src/webhooks/ports.ts';
import { mountCertificate } from './webhook-certificates.ts';

/** How to run the webhooks. */
export interface WebhookProcessOptions {
  readonly kubeconfig: string;
  readonly certificate: CertificatePair;
  readonly flags?: readonly string[];
}

/** The webhooks as a process of their own, on loopback. */
export interface WebhookProcess {
  readonly pid: number;
  /** Base URL of the webhooks. */
  readonly url: string;
  /** Base URL of `/healthz`, `/readyz` and `/metrics`. */
  readonly httpUrl: string;
  readonly logLines: () => readonly Record<string, unknown>[];
  /** The last lines of its log, with the log's path. */
  readonly explain: () => string;
  /** Renews the mounted certificate as the kubelet does. */
  readonly mount: (certificate: CertificatePair) => void;
  /** Ends it as Kubernetes does; resolves with how it ended. */
  readonly stop: () => Promise<string>;
  /** Ends it without a chance to clean up. */
  readonly kill: () => Promise<void>;
  /** Removes its files. */
  readonly close: () => void;
}

const root = join(import.meta.dirname, '..', '..');
const built = join(root, 'dist', 'webhook.js');
const readyDeadlineMs = 60_000;

function parseLines(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) return [];
      const parsed: Record<string, unknown> = JSON.parse(line);
      return [parsed];
    });
}

/**
 * Starts the webhooks, from their sources where they are not built, and waits until `/readyz` is ok.
 *
 * @throws Error with the tail of its log when it ends or is not ready within a minute.
 */
export async function startWebhookProcess(options: WebhookProcessOptions): Promise<WebhookProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-webhook-'));
  const certificateDir = join(dir, 'certificates');
  const logPath = join(dir, 'webhook.log');
  mountCertificate(certificateDir, options.certificate);
  const server = await startServerProcess({
    name: 'webhook',
    // env(1) becomes the webhook, so that the process id is the webhook's.
    executable: 'env',
    args: [
      '-i',
      `KUBECONFIG=${options.kubeconfig}`,
      `CERTIFICATE_DIR=${certificateDir}`,
      'BIND_ADDRESS=127.0.0.1',
      'WEBHOOK_PORT=0',
      'HTTP_PORT=0',
      process.execPath,
      existsSync(built) ? built : join(root, 'src', 'webhooks', 'main.ts'),
      ...(options.flags ?? []),
    ],
    logPath,
  });
  let ports: readonly [number, number] | undefined;
  const probe = async (): Promise<boolean> => {
    const started = parseLines(logPath).find(({ msg }) => msg === 'webhook started');
    const [webhookPort, port] = [started?.['webhookPort'], started?.['port']];
    if (typeof webhookPort !== 'number' || typeof port !== 'number') return false;
    ports = [webhookPort, port];
    return (await requestLoopback({ url: `http://127.0.0.1:${port}/readyz` }))?.status === 200;
  };
  try {
    const bounds = { deadlineMs: readyDeadlineMs, signal: undefined };
    await waitForServer(server, probe, { what: 'the webhook to be ready', ...bounds });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const [webhookPort, port] = ports ?? [0, 0];
  return {
    pid: server.pid,
    url: `https://127.0.0.1:${webhookPort}`,
    httpUrl: `http://127.0.0.1:${port}`,
    logLines: () => parseLines(logPath),
    explain: server.explain,
    mount: (certificate) => mountCertificate(certificateDir, certificate),
    stop: async () => {
      await server.stop();
      return server.ended;
    },
    kill: async () => {
      if (server.ending() === undefined) process.kill(server.pid, 'SIGKILL');
      await server.ended;
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
