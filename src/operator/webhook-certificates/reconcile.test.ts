import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificateIssuer } from '../../adapters/certificates/certificate-issuer.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { StoredSecret, WebhookCertificateStore, WebhookConfigurationState } from '../ports.ts';
import { createWebhookCertificatesReconcile } from './reconcile.ts';

const DAY_MS = 86_400_000;
const dnsNames = ['eni-webhook.eni-controller-system.svc'];

/** An API server that keeps Secrets and configurations, with their versions. */
class FakeStore implements WebhookCertificateStore {
  readonly secrets = new Map<string, StoredSecret>();
  configurations: WebhookConfigurationState[] = [
    configuration('ValidatingWebhookConfiguration', 2),
    configuration('MutatingWebhookConfiguration', 1),
  ];
  writes = 0;
  refusesBundles = false;

  async readSecret(name: string): Promise<StoredSecret | undefined> {
    return this.secrets.get(name);
  }

  async writeSecret(
    name: string,
    data: Readonly<Record<string, string | undefined>>,
    read: StoredSecret | undefined,
  ): Promise<void> {
    if (this.secrets.get(name) !== read) throw new Error('conflict');
    const kept = Object.entries({ ...read?.data, ...data }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    this.writes += 1;
    this.secrets.set(name, { resourceVersion: `${this.writes}`, data: Object.fromEntries(kept) });
  }

  async readConfigurations(): Promise<readonly WebhookConfigurationState[]> {
    return this.configurations;
  }

  async setCaBundle({ kind }: WebhookConfigurationState, pem: string): Promise<void> {
    if (this.refusesBundles) throw new Error('the API server is away');
    this.writes += 1;
    this.configurations = this.configurations.map((each) =>
      each.kind === kind ? { ...each, caBundles: each.caBundles.map(() => pem) } : each,
    );
  }

  secret(name: string, key: string): string {
    return this.secrets.get(name)?.data[key] ?? '';
  }

  /** Whether the API server would trust what the webhooks are given. */
  get isTrusted(): boolean {
    const leaf = new X509Certificate(this.secret('eni-webhook-tls', 'tls.crt'));
    return this.configurations.every(({ caBundles }) =>
      caBundles.every((bundle) =>
        (bundle.match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g) ?? []).some((pem) =>
          leaf.verify(new X509Certificate(pem).publicKey),
        ),
      ),
    );
  }
}

function configuration(kind: WebhookConfigurationState['kind'], webhooks: number): WebhookConfigurationState {
  return {
    kind,
    name: 'eni-webhook',
    resourceVersion: '1',
    caBundles: Array.from({ length: webhooks }, () => ''),
    isInjectedByCertManager: false,
  };
}

function createWorld(): {
  readonly store: FakeStore;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly look: () => ReturnType<ReturnType<typeof createWebhookCertificatesReconcile>>;
} {
  const [store, clock, logger] = [new FakeStore(), new FakeClock(), new RecordingLogger()];
  const issuer = createCertificateIssuer();
  const reconcile = createWebhookCertificatesReconcile({ store, issuer, dnsNames, clock, logger });
  return { store, clock, logger, look: () => reconcile('', new AbortController().signal) };
}

describe('the operator without cert-manager', () => {
  it('makes an authority and a certificate and tells the API server, then writes nothing', async () => {
    const { store, look } = createWorld();

    await look();

    expect(store.writes).toBe(4);
    expect(store.isTrusted).toBe(true);
    expect(store.secret('eni-webhook-tls', 'tls.key')).toContain('PRIVATE KEY');
    expect(store.secrets.get('eni-webhook-tls')?.data).not.toHaveProperty('previous.crt');
    expect(await look()).toMatchObject({ type: 'requeueAfter', delayMs: 60_000 });
    expect(store.writes).toBe(4);
  });

  it('gives the key of the authority to nobody', async () => {
    const { store, logger, look } = createWorld();
    await look();
    const key = store.secret('eni-webhook-ca', 'tls.key');
    expect(Object.values(store.secrets.get('eni-webhook-tls')?.data ?? {})).not.toContain(key);
    expect(JSON.stringify(logger.lines)).not.toContain('PRIVATE KEY');
  });

  it('renews the certificate after sixty days, under the same authority', async () => {
    const { store, clock, look } = createWorld();
    await look();
    const before = new X509Certificate(store.secret('eni-webhook-tls', 'tls.crt'));

    await clock.advance(60 * DAY_MS);
    await look();

    const after = new X509Certificate(store.secret('eni-webhook-tls', 'tls.crt'));
    expect(after.serialNumber).not.toBe(before.serialNumber);
    expect(after.validToDate.getTime()).toBe(clock.now() + 90 * DAY_MS - (clock.now() % 1_000));
    expect(store.writes).toBe(5);
    expect(store.isTrusted).toBe(true);
  });

  it('renews the authority without a moment in which the certificate is not trusted', async () => {
    const { store, clock, look } = createWorld();
    await look();
    const first = store.secret('eni-webhook-ca', 'tls.crt');
    await clock.advance(2_430 * DAY_MS);
    await look();
    const served = store.secret('eni-webhook-tls', 'tls.crt');

    await clock.advance(5 * DAY_MS);
    expect(await look()).toMatchObject({ delayMs: 60_000 });
    expect(store.secret('eni-webhook-ca', 'previous.crt')).toBe(first);
    expect(store.secret('eni-webhook-tls', 'tls.crt')).toBe(served);
    expect(store.isTrusted).toBe(true);

    await clock.advance(300_000);
    await look();
    expect(store.secret('eni-webhook-tls', 'ca.crt')).toBe(store.secret('eni-webhook-ca', 'tls.crt'));
    expect(store.configurations[0]?.caBundles[0]).toContain(first.trim());
    expect(store.isTrusted).toBe(true);

    await clock.advance(91 * DAY_MS);
    await look();
    expect(store.secrets.get('eni-webhook-ca')?.data).not.toHaveProperty('previous.crt');
    expect(store.configurations[0]?.caBundles[0]).not.toContain(first.trim());
    expect(store.isTrusted).toBe(true);
  });

  it('puts back a bundle that somebody took away', async () => {
    const { store, look } = createWorld();
    await look();
    store.configurations = [
      configuration('ValidatingWebhookConfiguration', 2),
      ...store.configurations.slice(1),
    ];
    await look();
    expect(store.isTrusted).toBe(true);
    expect(store.writes).toBe(5);
  });

  it('serves the old certificate in peace where its authority was lost', async () => {
    const { store, look } = createWorld();
    await look();
    const [old, lost] = [
      store.secret('eni-webhook-tls', 'tls.crt'),
      store.secret('eni-webhook-ca', 'tls.crt'),
    ];
    store.secrets.delete('eni-webhook-ca');

    await look();

    const bundle = store.configurations[0]?.caBundles[0] ?? '';
    expect(bundle).toContain(lost.trim());
    expect(new X509Certificate(old).verify(new X509Certificate(lost).publicKey)).toBe(true);
    expect(store.secret('eni-webhook-tls', 'tls.crt')).not.toBe(old);
    expect(store.isTrusted).toBe(true);
  });

  it('issues nothing before the API server has been told who signs', async () => {
    const { store, look } = createWorld();
    store.refusesBundles = true;
    await expect(look()).rejects.toThrow('the API server is away');
    expect(store.secrets.has('eni-webhook-tls')).toBe(false);
    store.refusesBundles = false;
    await look();
    expect(store.isTrusted).toBe(true);
  });

  it('makes anew what was spoilt, and says so once', async () => {
    const { store, logger, look } = createWorld();
    await look();
    const leaf = store.secrets.get('eni-webhook-tls');
    store.secrets.set('eni-webhook-tls', {
      resourceVersion: 'x',
      data: { ...leaf?.data, 'tls.key': store.secret('eni-webhook-ca', 'tls.key') },
    });
    await look();
    await look();
    expect(store.isTrusted).toBe(true);
    expect(
      logger.lines.filter(({ message }) => message === 'stored certificate cannot be used'),
    ).toHaveLength(1);
  });

  it('leaves a configuration alone that cert-manager fills, and looks soon for one that is not there', async () => {
    const { store, look } = createWorld();
    store.configurations = [
      { ...configuration('ValidatingWebhookConfiguration', 2), isInjectedByCertManager: true },
    ];
    expect(await look()).toMatchObject({ delayMs: 5_000 });
    expect(store.configurations[0]?.caBundles).toEqual(['', '']);
  });
});
