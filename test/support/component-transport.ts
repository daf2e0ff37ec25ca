import { kubeconfigCredentials } from '../../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { type ApiTransport, createTransportOver } from '../../src/adapters/kubernetes/api-transport.ts';
import type { OpenPools } from '../../src/adapters/kubernetes/connection-pools.ts';
import { openUndiciPools } from '../../src/adapters/kubernetes/undici-pools.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { kubeconfigPath } from './shared-control-plane.ts';

/** Which API server to reach, and how. */
export interface ComponentTransportOptions {
  /** Default: the kubeconfig of the shared control plane. */
  readonly kubeconfig?: string;
  /** Default 1,000. */
  readonly queriesPerSecond?: number;
  /** Port on loopback to go through instead of the server's own. */
  readonly port?: number;
  /** Default: undici's. */
  readonly openPools?: OpenPools;
}

/** A real transport to a real API server; the caller closes it. */
export function openComponentTransport(options: ComponentTransportOptions = {}): ApiTransport {
  const credentials = kubeconfigCredentials({
    path: options.kubeconfig ?? kubeconfigPath(),
    ...(options.port === undefined ? {} : { server: `https://127.0.0.1:${options.port}` }),
    clock: systemClock,
    logger: new RecordingLogger(),
  });
  return createTransportOver(options.openPools ?? openUndiciPools, {
    credentials,
    clock: systemClock,
    random: () => Math.random(),
    userAgent: 'component-test',
    queriesPerSecond: options.queriesPerSecond ?? 1_000,
    burst: 1_000,
  });
}

/** Port of the API server that a kubeconfig names. */
export async function apiServerPort(kubeconfig: string): Promise<number> {
  const { server } = await kubeconfigCredentials({
    path: kubeconfig,
    clock: systemClock,
    logger: new RecordingLogger(),
  }).resolve();
  return Number(new URL(server).port);
}
