import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { inClusterCredentials } from './api-credentials.ts';
import { kubeconfigCredentials } from './kubeconfig-credentials.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-credentials-'));
  await writeFile(join(directory, 'token'), 'first\n');
  await writeFile(join(directory, 'ca.crt'), 'CA');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

function credentials(host = '10.0.0.1'): ReturnType<typeof inClusterCredentials> & {
  clock: FakeClock;
  logger: RecordingLogger;
} {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  return { ...inClusterCredentials({ host, port: '443', directory, clock, logger }), clock, logger };
}

describe('service account credentials', () => {
  it('name the API server, also one with an IPv6 address', async () => {
    expect(await credentials().resolve()).toEqual({
      server: 'https://10.0.0.1:443',
      headers: { authorization: 'Bearer first' },
      tls: { ca: 'CA' },
    });
    expect((await credentials('fd00::1').resolve()).server).toBe('https://[fd00::1]:443');
  });

  it('are read again after a minute, and at once after the server refused them', async () => {
    const { resolve, invalidate, clock } = credentials();
    await resolve();
    await writeFile(join(directory, 'token'), 'second');
    await clock.advance(59_000);
    expect((await resolve()).headers).toEqual({ authorization: 'Bearer first' });
    await clock.advance(1_000);
    expect((await resolve()).headers).toEqual({ authorization: 'Bearer second' });
    await writeFile(join(directory, 'token'), 'third');
    invalidate();
    expect((await resolve()).headers).toEqual({ authorization: 'Bearer third' });
  });

  it('stay in use, with a warning, while the files cannot be read', async () => {
    const { resolve, clock, logger } = credentials();
    await resolve();
    await rm(join(directory, 'token'));
    await clock.advance(60_000);
    expect((await resolve()).headers).toEqual({ authorization: 'Bearer first' });
    expect(logger.messages('warn')).toEqual(['cannot reread kubernetes credentials, keeping the last ones']);
  });

  it('are refused when the token is empty or missing at the start', async () => {
    await writeFile(join(directory, 'token'), '\n');
    await expect(credentials().resolve()).rejects.toThrow(/token is empty/);
    await rm(join(directory, 'token'));
    await expect(credentials().resolve()).rejects.toThrow(/ENOENT/);
  });
});

describe('kubeconfig credentials', () => {
  const base = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'token' } },
      { name: 'two', context: { cluster: 'c', user: 'exec' } },
      { name: 'three', context: { cluster: 'proxied', user: 'token' } },
    ],
    clusters: [
      { name: 'c', cluster: { server: 'https://c.example:6443/', 'certificate-authority-data': btoa('CA') } },
      { name: 'proxied', cluster: { server: 'https://p.example', 'proxy-url': 'http://proxy' } },
    ],
    users: [
      {
        name: 'token',
        user: { token: 'abc', 'client-certificate-data': btoa('CERT'), 'client-key-data': btoa('KEY') },
      },
      {
        name: 'exec',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: 'echo',
            args: [
              JSON.stringify({
                apiVersion: 'client.authentication.k8s.io/v1',
                kind: 'ExecCredential',
                status: { token: 'from-plugin' },
              }),
            ],
            interactiveMode: 'Never',
          },
        },
      },
    ],
  };

  async function load(options: { context?: string; server?: string } = {}): Promise<unknown> {
    const path = join(directory, 'config');
    await writeFile(path, JSON.stringify(base));
    return kubeconfigCredentials({
      path,
      clock: new FakeClock(),
      logger: new RecordingLogger(),
      ...options,
    }).resolve();
  }

  it('take server, CA, client certificate and token from the current context', async () => {
    expect(await load()).toEqual({
      server: 'https://c.example:6443',
      headers: { authorization: 'Bearer abc' },
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
    });
  });

  it('run exec plugins, and take another context or server when told', async () => {
    expect(await load({ context: 'two', server: 'https://127.0.0.1:1' })).toMatchObject({
      server: 'https://127.0.0.1:1',
      headers: { authorization: 'Bearer from-plugin' },
    });
  });

  it('are refused for an unknown context and for a proxy', async () => {
    await expect(load({ context: 'nine' })).rejects.toThrow(/"nine" has no cluster/);
    await expect(load({ context: 'three' })).rejects.toThrow(/proxy-url of cluster proxied is not supported/);
  });
});
