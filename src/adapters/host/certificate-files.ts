import { watch } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../../runtime/logger.ts';
import type { CertificateFiles } from '../../webhooks/ports.ts';

const CERTIFICATE = 'tls.crt';
const KEY = 'tls.key';

/**
 * `tls.crt` and `tls.key` in a folder, as cert-manager's Secret is mounted. The kubelet replaces a mounted Secret by
 * swapping the symbolic link `..data`, so both are read from the folder that the link leads to.
 */
export function createCertificateFiles(directory: string, logger: Logger): CertificateFiles {
  const giveUp = (error: unknown): void =>
    logger.warn({ directory, err: error }, 'cannot watch the certificate folder, only polling it');
  return {
    async read() {
      const issue = dirname(await realpath(join(directory, CERTIFICATE)));
      const [certificate, key] = await Promise.all(
        [CERTIFICATE, KEY].map((name) => readFile(join(issue, name), 'utf8')),
      );
      return { certificate: certificate ?? '', key: key ?? '' };
    },
    watch(onChange, signal) {
      try {
        const watcher = watch(directory, { signal, persistent: false }, () => onChange());
        watcher.on('error', (error) => {
          if (!signal.aborted) giveUp(error);
        });
      } catch (error) {
        giveUp(error);
      }
    },
  };
}
