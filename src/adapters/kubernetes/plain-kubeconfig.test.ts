import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { plainKubeconfigCredentials } from './plain-kubeconfig.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'plain-kubeconfig-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const cluster = { server: 'https://c.example:6443/', 'certificate-authority-data': base64('CA') };

function resolveOf(change: {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string;
}): Promise<unknown> {
  const config = {
    'current-context': change.context ?? 'one',
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: change.cluster ?? cluster }],
    users: [{ name: 'u', user: change.user ?? { token: 'abc' } }],
  };
  const path = join(directory, 'config');
  writeFileSync(path, JSON.stringify(config));
  return plainKubeconfigCredentials({
    path,
    clock: new FakeClock(),
    logger: new RecordingLogger(),
  }).resolve();
}

describe('a kubeconfig without plugins', () => {
  it('gives server, CA and token of the current context', async () => {
    expect(await resolveOf({})).toEqual({
      server: 'https://c.example:6443',
      headers: { authorization: 'Bearer abc' },
      tls: { ca: 'CA' },
    });
  });

  it('gives client certificates in the file, or in files beside it', async () => {
    const data = { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') };
    expect(await resolveOf({ user: data })).toMatchObject({ headers: {}, tls: { cert: 'CERT', key: 'KEY' } });
    for (const name of ['ca', 'crt', 'key']) writeFileSync(join(directory, name), name);
    const files = { 'client-certificate': 'crt', 'client-key': join(directory, 'key') };
    expect(
      await resolveOf({ user: files, cluster: { server: 'https://c', 'certificate-authority': 'ca' } }),
    ).toMatchObject({ tls: { ca: 'ca', cert: 'crt', key: 'key' } });
  });

  it.each([
    ['its context is missing', { context: 'two' }, 'kubeconfig has no context "two"'],
    ['it names no server', { cluster: {} }, 'names no server'],
  ])('is refused in words when %s', async (_, change, words) => {
    await expect(resolveOf(change)).rejects.toThrow(words);
  });
});
