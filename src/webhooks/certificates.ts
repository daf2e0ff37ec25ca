import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Clock } from '../runtime/clock.ts';
import { delay } from '../runtime/delay.ts';
import { linkAbort } from '../runtime/linked-abort.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { CertificateFiles, CertificatePair } from './ports.ts';

/** A pair that works. */
export interface LoadedCertificate extends CertificatePair {
  readonly serialNumber: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** What {@link CertificateStore} needs. */
export interface CertificateStoreOptions {
  readonly files: CertificateFiles;
  readonly pollPeriodMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A new pair is to be served from now on. */
  readonly onLoaded: (certificate: LoadedCertificate) => void;
  /** What lies in the folder cannot be served; called at every look. */
  readonly onFailed: () => void;
}

/**
 * Reads a pair.
 *
 * @throws Error that says what is wrong: no PEM, a key of another certificate, a certificate that has expired.
 */
function loadCertificate(pair: CertificatePair, nowMs: number): LoadedCertificate {
  const leaf = new X509Certificate(pair.certificate);
  if (!leaf.checkPrivateKey(createPrivateKey(pair.key))) {
    throw new Error('the key in tls.key is not that of the certificate in tls.crt');
  }
  // The rest of the chain and what the TLS library refuses, such as keys that are too short.
  createSecureContext({ cert: pair.certificate, key: pair.key });
  const expiresAtMs = leaf.validToDate.getTime();
  if (expiresAtMs <= nowMs) throw new Error(`the certificate in tls.crt expired on ${leaf.validTo}`);
  return { ...pair, serialNumber: leaf.serialNumber, expiresAtMs };
}

/**
 * Follows the certificate files. A pair that does not work is reported and the one before it stays: what is served
 * never gets worse by a rotation.
 */
export class CertificateStore implements Runnable {
  readonly name = 'certificates';
  readonly #options: CertificateStoreOptions;
  readonly #loaded = Promise.withResolvers<void>();
  #current: LoadedCertificate | undefined;
  #problem = 'not read yet';

  constructor(options: CertificateStoreOptions) {
    this.#options = options;
  }

  /** What is served; undefined before the first pair that works. */
  get current(): LoadedCertificate | undefined {
    return this.#current;
  }

  /** Resolves when a pair is served. */
  ready(): Promise<void> {
    return this.#loaded.promise;
  }

  /** For `/readyz`: a certificate that the API server would accept is served. */
  check(): { readonly ok: boolean; readonly message: string } {
    if (this.#current === undefined) return { ok: false, message: `no certificate: ${this.#problem}` };
    const { expiresAtMs } = this.#current;
    const until = new Date(expiresAtMs).toISOString();
    if (expiresAtMs <= this.#options.clock.now()) return { ok: false, message: `expired on ${until}` };
    return { ok: true, message: `valid until ${until}` };
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, files, pollPeriodMs } = this.#options;
    let hasChanged = false;
    let wake: (() => void) | undefined;
    files.watch(() => {
      hasChanged = true;
      wake?.();
    }, signal);
    while (!signal.aborted) {
      hasChanged = false;
      await this.#look();
      const pause = linkAbort(signal);
      wake = () => pause.abort();
      if (!hasChanged) await delay(clock, pollPeriodMs, pause.signal);
      pause.dispose();
    }
  }

  async #look(): Promise<void> {
    const { files, clock, logger, onLoaded, onFailed } = this.#options;
    try {
      const pair = await files.read();
      if (pair.certificate === this.#current?.certificate && pair.key === this.#current.key) {
        this.#problem = '';
        return;
      }
      const loaded = loadCertificate(pair, clock.now());
      onLoaded(loaded);
      this.#current = loaded;
      this.#problem = '';
      const { serialNumber, expiresAtMs } = loaded;
      logger.info({ serialNumber, expiresAt: new Date(expiresAtMs).toISOString() }, 'certificate loaded');
      this.#loaded.resolve();
    } catch (error) {
      onFailed();
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === this.#problem) return;
      this.#problem = problem;
      const isServing = this.#current !== undefined;
      logger.error({ err: error, isServing }, 'certificate cannot be used');
    }
  }
}
