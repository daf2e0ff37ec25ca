import { spawn } from 'node:child_process';

import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import { kubeconfigPath, kubectlPath } from './shared-control-plane.ts';

/** A running `kubectl get --watch`. */
export interface KubectlWatch {
  /** Every version that was seen so far, as JSON. */
  versions(): readonly NodeENI[];
  stop(): Promise<void>;
}

function parseStream(text: string): readonly NodeENI[] {
  // kubectl indents what is inside an object, so each ends with a brace of its own.
  return text
    .split(/(?<=^\}$)/m)
    .filter((part) => part.trim().endsWith('}'))
    .map((part): NodeENI => JSON.parse(part));
}

/** Collects every version of NodeENIs from now on. */
export function watchNodeEnis(): KubectlWatch {
  const args = ['--kubeconfig', kubeconfigPath(), 'get', 'nodeenis', '--watch', '--output=json'];
  const child = spawn(kubectlPath(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise: closed, resolve } = Promise.withResolvers<undefined>();
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.on('close', () => resolve(undefined));
  return {
    versions: () => parseStream(text),
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
