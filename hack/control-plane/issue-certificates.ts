import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrerequisiteError } from './prerequisite-error.ts';
import { runCommand } from './run-command.ts';

/** Paths of the PEM files of one control plane. */
export interface CertificatePaths {
  readonly caCertificate: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

const validityDays = '3650';

const opensslConfig = `[req]
distinguished_name = subject
prompt = no
[subject]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc
[admin]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
`;

function certificatePaths(dir: string): CertificatePaths {
  return {
    caCertificate: join(dir, 'ca.crt'),
    serverCertificate: join(dir, 'server.crt'),
    serverKey: join(dir, 'server.key'),
    adminCertificate: join(dir, 'admin.crt'),
    adminKey: join(dir, 'admin.key'),
    serviceAccountKey: join(dir, 'service-account.key'),
    serviceAccountPublicKey: join(dir, 'service-account.pub'),
  };
}

/**
 * Makes a certificate authority, the API server's certificate for loopback, a client certificate in the group
 * `system:masters` and the keys that sign service-account tokens. A complete set from before is kept, so that
 * tokens in kept data stay valid.
 * @throws PrerequisiteError when openssl is missing.
 */
export async function issueCertificates(dir: string, signal?: AbortSignal): Promise<CertificatePaths> {
  const paths = certificatePaths(dir);
  if (Object.values(paths).every((path: string) => existsSync(path))) {
    return paths;
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const config = join(dir, 'openssl.cnf');
  const caKey = join(dir, 'ca.key');
  writeFileSync(config, opensslConfig);
  writeKeyPair(caKey);
  writeKeyPair(paths.serverKey);
  writeKeyPair(paths.adminKey);
  writeKeyPair(paths.serviceAccountKey, paths.serviceAccountPublicKey);
  const selfSigned = ['req', '-x509', '-new', '-config', config, '-extensions', 'ca', '-days', validityDays];
  await openssl(
    [...selfSigned, '-key', caKey, '-subj', '/CN=control-plane-ca', '-out', paths.caCertificate],
    { signal },
  );
  const authority = { config, certificate: paths.caCertificate, key: caKey, signal };
  await sign(authority, {
    key: paths.serverKey,
    subject: '/CN=kube-apiserver',
    extensions: 'server',
    serial: '2',
    out: paths.serverCertificate,
  });
  await sign(authority, {
    key: paths.adminKey,
    subject: '/O=system:masters/CN=admin',
    extensions: 'admin',
    serial: '3',
    out: paths.adminCertificate,
  });
  return paths;
}

function writeKeyPair(privatePath: string, publicPath?: string): void {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(privatePath, pair.privateKey, { mode: 0o600 });
  if (publicPath !== undefined) {
    writeFileSync(publicPath, pair.publicKey);
  }
}

interface Authority {
  readonly config: string;
  readonly certificate: string;
  readonly key: string;
  readonly signal: AbortSignal | undefined;
}

interface CertificateRequest {
  readonly key: string;
  readonly subject: string;
  readonly extensions: 'server' | 'admin';
  readonly serial: string;
  readonly out: string;
}

async function sign(authority: Authority, wanted: CertificateRequest): Promise<void> {
  const { config, signal } = authority;
  const request = ['req', '-new', '-config', config, '-key', wanted.key, '-subj', wanted.subject];
  const stdin = await openssl(request, { signal });
  const signing = [
    'x509',
    '-req',
    '-CA',
    authority.certificate,
    '-CAkey',
    authority.key,
    '-days',
    validityDays,
  ];
  const content = ['-set_serial', wanted.serial, '-extfile', config, '-extensions', wanted.extensions];
  await openssl([...signing, ...content, '-out', wanted.out], { signal, stdin });
}

async function openssl(
  args: readonly string[],
  options: { readonly signal: AbortSignal | undefined; readonly stdin?: string },
): Promise<string> {
  const result = await runCommand('openssl', args, options);
  if (result.isMissing) {
    throw new PrerequisiteError(
      'openssl is not installed; it issues the certificates (Debian: apt-get install openssl)',
    );
  }
  if (result.exitCode !== 0) {
    throw new Error(
      `openssl ${args[0] ?? ''} failed with exit code ${result.exitCode}: ${result.stderr.trim()}`,
    );
  }
  return result.stdout;
}
