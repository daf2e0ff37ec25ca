import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { type ApiCredentials, inClusterCredentials } from './api-credentials.ts';

/** What {@link processCredentials} needs. */
export interface ProcessCredentialsOptions {
  /** Path of a kubeconfig; undefined inside a pod. */
  readonly kubeconfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads a kubeconfig: how much of the format is understood is the program's choice. */
  readonly fromKubeconfig: (options: {
    readonly path: string;
    readonly clock: Clock;
    readonly logger: Logger;
  }) => ApiCredentials;
}

/**
 * The credentials of this process: those of its kubeconfig, else those of its pod's service account.
 *
 * @throws Error where it has neither
 */
export function processCredentials(options: ProcessCredentialsOptions): ApiCredentials {
  const { kubeconfig, env, clock, logger } = options;
  if (kubeconfig !== undefined) return options.fromKubeconfig({ path: kubeconfig, clock, logger });
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || port === undefined) {
    throw new Error('no kubeconfig and not in a pod: set --kubeconfig or KUBECONFIG');
  }
  return inClusterCredentials({ host, port, clock, logger });
}
