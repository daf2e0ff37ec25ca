import { inject } from 'vitest';
import type { SharedControlPlane } from './control-plane-setup.ts';

/** Files run beside each other, and both kinds are cluster-scoped: each worker has a control plane of its own. */
function ours(): SharedControlPlane {
  const all = inject('controlPlanes');
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '1');
  const own = all[worker - 1];
  if (own === undefined) throw new Error(`worker ${worker} has no control plane: ${all.length} were started`);
  return own;
}

/** Path of the administrator's kubeconfig of the control plane that the test file has to itself. */
export function kubeconfigPath(): string {
  return ours().kubeconfigPath;
}

/** Path of a kubectl of the control plane's version. */
export function kubectlPath(): string {
  return ours().kubectlPath;
}
