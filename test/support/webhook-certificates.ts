import { generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../hack/control-plane/run-command.ts';
import type { CertificatePair } from '../../src/webhooks/ports.ts';

/** An authority for tests, in a temporary folder. */
export interface TestAuthority {
  /** PEM, for a webhook's caBundle. */
  readonly certificate: string;
  /** A new leaf with a new key for loopback; negative `days` = expired already. */
  issue(days?: number): Promise<CertificatePair>;
  /** Removes its files. */
  close(): void;
}

const config = `[req]
distinguished_name = subject
prompt = no
[subject]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost, DNS:eni-webhook.eni-controller-system.svc
`;

async function openssl(args: readonly string[], stdin = ''): Promise<string> {
  const result = await runCommand('openssl', args, { stdin });
  if (result.exitCode !== 0) throw new Error(`openssl ${args[0] ?? ''} failed: ${result.stderr.trim()}`);
  return result.stdout;
}

function newKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}

/** Makes an authority with openssl, as cert-manager's CA issuer is one. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const dir = mkdtempSync(join(tmpdir(), 'multi-eni-operator-authority-'));
  const configPath = join(dir, 'openssl.cnf');
  const caKey = join(dir, 'ca.key');
  const caCertificate = join(dir, 'ca.crt');
  writeFileSync(configPath, config);
  writeFileSync(caKey, newKey(), { mode: 0o600 });
  const selfSigned = ['req', '-x509', '-new', '-config', configPath, '-extensions', 'ca', '-days', '10'];
  await openssl([...selfSigned, '-key', caKey, '-subj', '/CN=test-ca', '-out', caCertificate]);
  let serial = 1;
  return {
    certificate: readFileSync(caCertificate, 'utf8'),
    async issue(days = 1) {
      serial += 1;
      const keyPath = join(dir, `${serial}.key`);
      const key = newKey();
      writeFileSync(keyPath, key, { mode: 0o600 });
      const subject = ['-key', keyPath, '-subj', '/CN=eni-webhook'];
      const request = await openssl(['req', '-new', '-config', configPath, ...subject]);
      const signing = ['x509', '-req', '-CA', caCertificate, '-CAkey', caKey, '-days', String(days)];
      const content = ['-set_serial', String(serial), '-extfile', configPath, '-extensions', 'leaf'];
      return { certificate: await openssl([...signing, ...content], request), key };
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

let issues = 0;

/** Puts a pair into a folder in the way in which the kubelet mounts and renews a Secret. */
export function mountCertificate(directory: string, { certificate, key }: CertificatePair): void {
  issues += 1;
  const issue = `..issue-${issues}`;
  mkdirSync(join(directory, issue), { recursive: true });
  writeFileSync(join(directory, issue, 'tls.crt'), certificate);
  writeFileSync(join(directory, issue, 'tls.key'), key);
  symlinkSync(issue, join(directory, `..data-${issues}`));
  renameSync(join(directory, `..data-${issues}`), join(directory, '..data'));
  for (const name of ['tls.crt', 'tls.key']) {
    try {
      symlinkSync(join('..data', name), join(directory, name));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
