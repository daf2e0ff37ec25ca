import { describe, expect, it } from 'vitest';
import { systemClock } from '../../runtime/clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { ApiCredentials } from './api-credentials.ts';
import { processCredentials } from './process-credentials.ts';

const FILE: ApiCredentials = {
  resolve: async () => ({ server: 'https://from.file', headers: {}, tls: {} }),
  invalidate: () => undefined,
};

function credentials(kubeconfig: string | undefined, env: Record<string, string>): ApiCredentials {
  return processCredentials({
    kubeconfig,
    env,
    clock: systemClock,
    logger: new RecordingLogger(),
    fromKubeconfig: () => FILE,
  });
}

describe('the credentials of a process', () => {
  it('are those of its kubeconfig, also in a pod', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(await credentials('/kubeconfig', env).resolve()).toMatchObject({ server: 'https://from.file' });
  });

  it('are asked for where there are none', () => {
    expect(() => credentials(undefined, {})).toThrow('set --kubeconfig or KUBECONFIG');
  });
});
