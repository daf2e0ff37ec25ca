import { mkdir, writeFile } from 'node:fs/promises';
import { kubeconfigCredentials } from '../src/adapters/kubernetes/kubeconfig-credentials.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { RecordingLogger } from '../src/runtime/recording-logger.ts';

const ACCOUNT = 'bench-operator';

/**
 * Makes a service account that may do everything, and writes `ca.crt` and `token` into `folder`, as a pod has them; returns the
 * variables that a pod has.
 */
export async function writeServiceAccount(
  folder: string,
  { kubeconfig, kubectl }: { kubeconfig: string; kubectl: (...args: string[]) => Promise<string> },
): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true });
  await kubectl('create', 'serviceaccount', ACCOUNT);
  const subject = `--serviceaccount=default:${ACCOUNT}`;
  await kubectl('create', 'clusterrolebinding', ACCOUNT, '--clusterrole=cluster-admin', subject);
  const logger = new RecordingLogger();
  const { server, tls } = await kubeconfigCredentials({
    path: kubeconfig,
    clock: systemClock,
    logger,
  }).resolve();
  await writeFile(`${folder}/ca.crt`, tls.ca ?? '');
  await writeFile(`${folder}/token`, await kubectl('create', 'token', ACCOUNT, '--duration=4h'));
  const { hostname, port } = new URL(server);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
}
