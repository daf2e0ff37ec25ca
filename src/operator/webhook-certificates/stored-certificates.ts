import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFacts, Validity } from '../../domain/webhook-certificates.ts';
import type { KeyPair, StoredSecret } from '../ports.ts';

/** What the two Secrets hold. */
export interface StoredCertificates {
  /** Absent when there is none that can sign. */
  readonly authority: KeyPair | undefined;
  /** PEM of an authority that leaves in use may be signed by, beside the present one. */
  readonly previous: string | undefined;
  readonly facts: CertificateFacts;
  /** Why something that is stored cannot be used. */
  readonly problems: readonly string[];
}

interface Parsed {
  readonly pair: KeyPair;
  readonly certificate: X509Certificate;
}

function validityOf({ validFromDate, validToDate }: X509Certificate): Validity {
  return { notBeforeMs: validFromDate.getTime(), notAfterMs: validToDate.getTime() };
}

function attempt<T>(what: string, problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function parsePair(what: string, secret: StoredSecret | undefined, problems: string[]): Parsed | undefined {
  if (secret === undefined) return undefined;
  return attempt(what, problems, () => {
    const { 'tls.crt': certificate = '', 'tls.key': key = '' } = secret.data;
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) throw new Error('tls.key is not the key of tls.crt');
    return { pair: { certificate, key }, certificate: parsed };
  });
}

function parseAuthority(secret: StoredSecret | undefined, problems: string[]): Parsed | undefined {
  const parsed = parsePair('authority', secret, problems);
  if (parsed === undefined || parsed.certificate.ca) return parsed;
  problems.push('authority: tls.crt is no certificate of an authority');
  return undefined;
}

function hasSigned(authority: X509Certificate | undefined, leaf: X509Certificate): boolean {
  return authority !== undefined && leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
}

function isServableUntil(certificate: X509Certificate | undefined, nowMs: number): boolean {
  return certificate !== undefined && certificate.validToDate.getTime() > nowMs;
}

/** The authority before: told by the Secret of the authority, or, where that was lost, by the Secret of the leaf. */
function parsePrevious(
  secrets: { readonly authority: StoredSecret | undefined; readonly leaf: StoredSecret | undefined },
  hasAuthority: boolean,
  problems: string[],
): { readonly pem: string; readonly certificate: X509Certificate } | undefined {
  const pem = hasAuthority ? secrets.authority?.data['previous.crt'] : secrets.leaf?.data['ca.crt'];
  if (pem === undefined) return undefined;
  return attempt('previous authority', problems, () => ({ pem, certificate: new X509Certificate(pem) }));
}

function leafFacts(
  leaf: X509Certificate | undefined,
  dnsNames: readonly string[],
  signers: {
    readonly authority: X509Certificate | undefined;
    readonly previous: X509Certificate | undefined;
  },
): CertificateFacts['leaf'] {
  if (leaf === undefined) return undefined;
  return {
    ...validityOf(leaf),
    hasWantedNames: dnsNames.every((name) => leaf.checkHost(name) !== undefined),
    signer: signerOf(leaf, signers.authority, signers.previous),
  };
}

/** Reads what is stored. What cannot be used counts as absent and is told of. */
export function readStoredCertificates(
  secrets: { readonly authority: StoredSecret | undefined; readonly leaf: StoredSecret | undefined },
  { dnsNames, nowMs }: { readonly dnsNames: readonly string[]; readonly nowMs: number },
): StoredCertificates {
  const problems: string[] = [];
  const authority = parseAuthority(secrets.authority, problems);
  const leaf = parsePair('leaf', secrets.leaf, problems)?.certificate;
  const told = parsePrevious(secrets, authority !== undefined, problems);
  const previous = isServableUntil(told?.certificate, nowMs) ? told : undefined;
  const signers = { authority: authority?.certificate, previous: previous?.certificate };
  return {
    problems,
    authority: authority?.pair,
    previous: previous?.pem,
    facts: {
      nowMs,
      authority: authority && {
        ...validityOf(authority.certificate),
        previous: told && validityOf(told.certificate),
      },
      leaf: leafFacts(leaf, dnsNames, signers),
    },
  };
}

function signerOf(
  leaf: X509Certificate,
  authority: X509Certificate | undefined,
  previous: X509Certificate | undefined,
): 'authority' | 'previous' | 'unknown' {
  if (hasSigned(authority, leaf)) return 'authority';
  return hasSigned(previous, leaf) ? 'previous' : 'unknown';
}
