const DAY_MS = 86_400_000;

/** How long certificates live, milliseconds. */
export interface CertificateLifetimes {
  readonly authorityMs: number;
  readonly leafMs: number;
}

/** As cert-manager's are set up in `config/certmanager`. */
export const CERTIFICATE_LIFETIMES: CertificateLifetimes = {
  authorityMs: 3_650 * DAY_MS,
  leafMs: 90 * DAY_MS,
};

/** Certificates begin so much before they are made: clocks differ. */
const BACKDATED_MS = 300_000;
/** Every API server has heard of a new authority by then; no leaf of it is served before. */
const AUTHORITY_SETTLES_MS = 300_000;

/** A validity, epoch milliseconds. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What is stored, as far as it can be used: a key that is not that of its certificate is as good as none. */
export interface CertificateFacts {
  /** Absent when there is none with which a leaf could be signed. */
  readonly authority?:
    | (Validity & {
        /** The authority before, while the API server is given both. */
        readonly previous?: Validity | undefined;
      })
    | undefined;
  readonly leaf?:
    | (Validity & {
        readonly hasWantedNames: boolean;
        /** Who signed it, of those that the API server is given. */
        readonly signer: 'authority' | 'previous' | 'unknown';
      })
    | undefined;
  readonly nowMs: number;
}

/** What is to be done, in this order: authority, then the bundle of the API server, then the leaf. */
export interface CertificatePlan {
  /** `make` and `replace` both make a new one; `replace` keeps the one before in the bundle. */
  readonly authority: 'keep' | 'make' | 'replace' | 'forget-previous';
  readonly leaf: 'keep' | 'issue';
  /** When the next step is due, from now. */
  readonly nextInMs: number;
}

/** The validity of a certificate that is made now. */
export function validityFrom(nowMs: number, lifetimeMs: number): Validity {
  return { notBeforeMs: nowMs - BACKDATED_MS, notAfterMs: nowMs + lifetimeMs };
}

/** Two thirds of the life have passed then. */
function renewalOf({ notBeforeMs, notAfterMs }: Validity): number {
  return notBeforeMs + ((notAfterMs - notBeforeMs) * 2) / 3;
}

function planAuthority(
  { authority, nowMs }: CertificateFacts,
  { leafMs }: CertificateLifetimes,
): { readonly step: CertificatePlan['authority']; readonly dueMs: number } {
  if (authority === undefined || authority.notAfterMs <= nowMs) return { step: 'make', dueMs: nowMs };
  const renewalMs = renewalOf(authority);
  if (renewalMs <= nowMs) return { step: 'replace', dueMs: nowMs };
  if (authority.previous === undefined) return { step: 'keep', dueMs: renewalMs };
  // No leaf of it can be valid any more.
  const forgetMs = Math.min(authority.previous.notAfterMs, authority.notBeforeMs + BACKDATED_MS + leafMs);
  if (forgetMs <= nowMs) return { step: 'forget-previous', dueMs: renewalMs };
  return { step: 'keep', dueMs: Math.min(renewalMs, forgetMs) };
}

/** Whether what an earlier step left may be served after this one; an authority that is made anew or forgotten ends that. */
function isServable(
  { hasWantedNames, signer, notAfterMs }: NonNullable<CertificateFacts['leaf']>,
  step: CertificatePlan['authority'],
  nowMs: number,
): boolean {
  if (!hasWantedNames || notAfterMs <= nowMs) return false;
  if (signer === 'previous') return step !== 'make' && step !== 'forget-previous';
  return signer === 'authority' && step !== 'make';
}

/** When the leaf is to be replaced; now or before: at once. */
function leafDueMs({ leaf, authority, nowMs }: CertificateFacts, step: CertificatePlan['authority']): number {
  if (leaf === undefined || authority === undefined || !isServable(leaf, step, nowMs)) return nowMs;
  if (step !== 'replace' && leaf.signer === 'authority') return renewalOf(leaf);
  const madeMs = step === 'replace' ? nowMs : authority.notBeforeMs + BACKDATED_MS;
  return Math.min(madeMs + AUTHORITY_SETTLES_MS, leaf.notAfterMs);
}

/**
 * What to do about the certificates of the webhooks. Authority and leaf are renewed after two thirds of their life. A new
 * authority is trusted beside the old one before anything is signed by it, and the old one is trusted as long as any leaf
 * of it may be served: no call fails by a rotation.
 */
export function planCertificates(facts: CertificateFacts, lifetimes: CertificateLifetimes): CertificatePlan {
  const { nowMs } = facts;
  const { step, dueMs } = planAuthority(facts, lifetimes);
  const leafMs = leafDueMs(facts, step);
  const isIssued = leafMs <= nowMs;
  const nextAuthorityMs =
    step === 'make' || step === 'replace' ? (lifetimes.authorityMs * 2) / 3 : dueMs - nowMs;
  const nextLeafMs = isIssued ? (lifetimes.leafMs * 2) / 3 : leafMs - nowMs;
  return {
    authority: step,
    leaf: isIssued ? 'issue' : 'keep',
    nextInMs: Math.max(0, Math.min(nextAuthorityMs, nextLeafMs)),
  };
}
