import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountCertificate } from '../../../test/support/webhook-certificates.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { createCertificateFiles } from './certificate-files.ts';

describe('the folder of the certificate', () => {
  let directory = '';
  const logger = new RecordingLogger();

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'multi-eni-operator-certificates-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is read as the kubelet mounts a Secret, and as plain files', async () => {
    const pair = { certificate: 'certificate', key: 'key' };
    mountCertificate(directory, pair);
    const plain = mkdtempSync(join(directory, 'plain-'));
    writeFileSync(join(plain, 'tls.crt'), 'certificate');
    writeFileSync(join(plain, 'tls.key'), 'key');

    expect(await createCertificateFiles(directory, logger).read()).toEqual(pair);
    expect(await createCertificateFiles(plain, logger).read()).toEqual(pair);
  });

  it('names the file that is missing', async () => {
    await expect(createCertificateFiles(directory, logger).read()).rejects.toThrow(/ENOENT.*tls\.crt/);
  });

  it('tells of a renewal', async () => {
    mountCertificate(directory, { certificate: 'old', key: 'old' });
    const files = createCertificateFiles(directory, logger);
    const stop = new AbortController();
    const changed = new Promise<void>((resolve) => {
      files.watch(resolve, stop.signal);
    });

    mountCertificate(directory, { certificate: 'new', key: 'new' });
    await changed;

    expect(await files.read()).toEqual({ certificate: 'new', key: 'new' });
    stop.abort();
  });

  it('is polled only where it cannot be watched', () => {
    const files = createCertificateFiles(join(directory, 'absent'), logger);

    files.watch(() => undefined, new AbortController().signal);

    expect(logger.messages('warn')).toEqual(['cannot watch the certificate folder, only polling it']);
  });
});
