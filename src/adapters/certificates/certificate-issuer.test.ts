import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificateIssuer } from './certificate-issuer.ts';

const issuer = createCertificateIssuer();
const validity = { notBeforeMs: Date.UTC(2026, 0, 1), notAfterMs: Date.UTC(2026, 3, 1) };
const dnsNames = [
  'eni-webhook.eni-controller-system.svc',
  'eni-webhook.eni-controller-system.svc.cluster.local',
];

describe('certificates of the operator', () => {
  it('are an authority that signs itself, and leaves that it signs for the names of a server', async () => {
    const authority = await issuer.makeAuthority({ ...validity, commonName: 'eni-webhook-ca' });
    const pair = await issuer.issueLeaf(authority, { ...validity, dnsNames });
    const [ca, leaf] = [new X509Certificate(authority.certificate), new X509Certificate(pair.certificate)];

    expect({ ca: ca.ca, subject: ca.subject }).toEqual({ ca: true, subject: 'CN=eni-webhook-ca' });
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
    expect(leaf.subjectAltName).toBe(dnsNames.map((name) => `DNS:${name}`).join(', '));
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).toEqual([
      validity.notBeforeMs,
      validity.notAfterMs,
    ]);
  });

  it('never share a serial number or a key', async () => {
    const authority = await issuer.makeAuthority({ ...validity, commonName: 'a' });
    const pairs = await Promise.all(
      [1, 2, 3].map(() => issuer.issueLeaf(authority, { ...validity, dnsNames })),
    );
    const serials = pairs.map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    expect(new Set(serials).size).toBe(3);
    expect(new Set(pairs.map(({ key }) => key)).size).toBe(3);
  });

  it('do not come from an authority of the same name with another key', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => issuer.makeAuthority({ ...validity, commonName: 'eni-webhook-ca' })),
    );
    const leaf = await issuer.issueLeaf(one ?? { certificate: '', key: '' }, { ...validity, dnsNames });
    const stranger = new X509Certificate(other?.certificate ?? '');
    expect(new X509Certificate(leaf.certificate).checkIssued(stranger)).toBe(false);
  });
});
