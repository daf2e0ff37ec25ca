import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import type * as X509 from '@peculiar/x509';
import type { CertificateIssuer, KeyPair } from '../../operator/ports.ts';

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Loaded when the first certificate is made: whoever has cert-manager never pays for it. */
async function loadX509(): Promise<typeof X509> {
  // Its dependency injection fails without; the order counts.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function toPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, false, ['sign']);
}

/** Positive, and of 127 bits at most (RFC 5280, Serial Number). */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function validityOf({
  notBeforeMs,
  notAfterMs,
}: {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(notBeforeMs), notAfter: new Date(notAfterMs) };
}

/** Makes certificates with @peculiar/x509, which is loaded when the first one is asked for. */
export function createCertificateIssuer(): CertificateIssuer {
  return {
    async makeAuthority({ commonName, ...validity }): Promise<KeyPair> {
      const x509 = await loadX509();
      const keys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        serialNumber: newSerialNumber(),
        name: `CN=${commonName}`,
        ...validityOf(validity),
        keys,
        signingAlgorithm: SIGNING_ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return { certificate: `${certificate.toString('pem')}\n`, key: toPem(keys.privateKey) };
    },

    async issueLeaf(authority, { dnsNames, ...validity }): Promise<KeyPair> {
      const x509 = await loadX509();
      const issuer = new x509.X509Certificate(authority.certificate);
      const keys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: newSerialNumber(),
        subject: `CN=${dnsNames[0] ?? ''}`.slice(0, 'CN='.length + 64),
        issuer: issuer.subject,
        ...validityOf(validity),
        publicKey: keys.publicKey,
        signingKey: await importKey(authority.key),
        signingAlgorithm: SIGNING_ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
          await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return { certificate: `${certificate.toString('pem')}\n`, key: toPem(keys.privateKey) };
    },
  };
}
