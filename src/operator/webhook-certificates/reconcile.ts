import {
  CERTIFICATE_LIFETIMES,
  type CertificateLifetimes,
  type CertificatePlan,
  planCertificates,
  validityFrom,
} from '../../domain/webhook-certificates.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { type ReconcileOutcome, requeueAfter } from '../../runtime/outcome.ts';
import type { CertificateIssuer, KeyPair, StoredSecret, WebhookCertificateStore } from '../ports.ts';
import { readStoredCertificates, type StoredCertificates } from './stored-certificates.ts';

/** What {@link createWebhookCertificatesReconcile} needs. */
export interface WebhookCertificatesDeps {
  readonly store: WebhookCertificateStore;
  readonly issuer: CertificateIssuer;
  /** By which the API server calls the webhooks: those of their Service. */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests; default {@link CERTIFICATE_LIFETIMES}. */
  readonly lifetimes?: CertificateLifetimes;
}

/** Secret of the authority: tls.crt, tls.key, and previous.crt while there is one. */
const AUTHORITY_SECRET = 'eni-webhook-ca';
/** Secret that the webhooks mount: tls.crt, tls.key, and ca.crt of who signed. */
const LEAF_SECRET = 'eni-webhook-tls';
/** The webhooks go without a bundle that somebody removed for no longer than that. */
const LOOK_AGAIN_MS = 60_000;
/** Until both configurations are there: somebody is installing. */
const LOOK_FOR_CONFIGURATIONS_MS = 5_000;

interface Trust {
  readonly authority: KeyPair;
  readonly previous?: string | undefined;
}

function bundleOf({ authority, previous }: Trust): string {
  return [authority.certificate, ...(previous === undefined ? [] : [previous])]
    .map((pem) => `${pem.trim()}\n`)
    .join('');
}

/**
 * Keeps an authority and a certificate for the webhooks, and the API server told of the authority, where no cert-manager
 * does. In steady state it reads two Secrets and the configurations once a minute and writes nothing.
 */
export function createWebhookCertificatesReconcile(
  deps: WebhookCertificatesDeps,
): (key: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  const { store, issuer, dnsNames, clock, logger, lifetimes = CERTIFICATE_LIFETIMES } = deps;
  const told = new Set<string>();

  function tellOnce(message: string, fields: Readonly<Record<string, unknown>>): void {
    const text = JSON.stringify([message, fields]);
    if (told.has(text)) return;
    told.add(text);
    logger.warn(fields, message);
  }

  async function renewAuthority(
    previous: string | undefined,
    secret: StoredSecret | undefined,
    signal: AbortSignal,
  ): Promise<Trust> {
    const validity = validityFrom(clock.now(), lifetimes.authorityMs);
    const authority = await issuer.makeAuthority({ ...validity, commonName: AUTHORITY_SECRET });
    const data = { 'tls.crt': authority.certificate, 'tls.key': authority.key, 'previous.crt': previous };
    await store.writeSecret(AUTHORITY_SECRET, data, secret, signal);
    logger.info({ expiresAt: new Date(validity.notAfterMs).toISOString() }, 'webhook authority made');
    return { authority, previous };
  }

  async function settleAuthority(
    stored: StoredCertificates,
    { authority: step }: CertificatePlan,
    secret: StoredSecret | undefined,
    signal: AbortSignal,
  ): Promise<Trust> {
    const { authority, previous } = stored;
    // An authority that has expired is of no use to anyone, one that has been lost still vouches for its leaf.
    if (authority === undefined || step === 'make') return renewAuthority(previous, secret, signal);
    if (step === 'replace') return renewAuthority(authority.certificate, secret, signal);
    if (step === 'forget-previous') {
      const data = { 'tls.crt': authority.certificate, 'tls.key': authority.key, 'previous.crt': undefined };
      await store.writeSecret(AUTHORITY_SECRET, data, secret, signal);
      return { authority };
    }
    return { authority, previous };
  }

  /** Returns whether the API server was told by every kind of configuration. */
  async function tellApiServer(bundle: string, signal: AbortSignal): Promise<boolean> {
    const configurations = await store.readConfigurations(signal);
    for (const configuration of configurations) {
      const { kind, name, caBundles, isInjectedByCertManager } = configuration;
      if (isInjectedByCertManager) {
        tellOnce('webhook configuration is left to cert-manager', { kind, name });
      } else if (caBundles.some((pem) => pem !== bundle)) {
        await store.setCaBundle(configuration, bundle, signal);
        logger.info({ kind, name }, 'webhook authority told to the api server');
      }
    }
    return new Set(configurations.map(({ kind }) => kind)).size === 2;
  }

  async function issueLeaf(
    trust: Trust,
    secret: StoredSecret | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const validity = validityFrom(clock.now(), lifetimes.leafMs);
    const leaf = await issuer.issueLeaf(trust.authority, { ...validity, dnsNames });
    const data = { 'tls.crt': leaf.certificate, 'tls.key': leaf.key, 'ca.crt': trust.authority.certificate };
    await store.writeSecret(LEAF_SECRET, data, secret, signal);
    logger.info({ expiresAt: new Date(validity.notAfterMs).toISOString() }, 'webhook certificate issued');
  }

  return async (_, signal) => {
    const [authority, leaf] = await Promise.all([
      store.readSecret(AUTHORITY_SECRET, signal),
      store.readSecret(LEAF_SECRET, signal),
    ]);
    const stored = readStoredCertificates({ authority, leaf }, { dnsNames, nowMs: clock.now() });
    for (const problem of stored.problems) tellOnce('stored certificate cannot be used', { problem });
    const plan = planCertificates(stored.facts, lifetimes);
    const trust = await settleAuthority(stored, plan, authority, signal);
    const isTold = await tellApiServer(bundleOf(trust), signal);
    if (plan.leaf === 'issue') await issueLeaf(trust, leaf, signal);
    const lookMs = isTold ? LOOK_AGAIN_MS : LOOK_FOR_CONFIGURATIONS_MS;
    return requeueAfter(Math.min(Math.max(plan.nextInMs, 1_000), lookMs), 'next look at the certificates');
  };
}
