import { request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmissionReview } from '../../test/builders/admission-request.ts';
import { createTestAuthority, type TestAuthority } from '../../test/support/webhook-certificates.ts';
import { systemClock } from '../runtime/clock.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { allow } from './admission-review.ts';
import { createApp } from './app.ts';
import { createWebhookServer, type WebhookServer } from './webhook-server.ts';

const body = JSON.stringify(anAdmissionReview());

describe('the server of the webhooks', () => {
  let authority: TestAuthority;
  let server: WebhookServer;
  const stop = new AbortController();
  let ended: Promise<void>;

  beforeAll(async () => {
    authority = await createTestAuthority();
    const app = createApp({
      webhooks: [{ name: 'a', path: '/a', review: (call) => allow(call), failsOpen: () => true }],
      clock: systemClock,
      logger: new RecordingLogger(),
      onReview: () => undefined,
      isDraining: () => false,
    });
    server = createWebhookServer({ app, clock: systemClock, host: '127.0.0.1', port: 0 });
    ended = server.start(stop.signal);
    await server.ready();
  });

  afterAll(async () => {
    stop.abort();
    await ended;
    authority.close();
  });

  /** Serial number that a new connection is shown. */
  function serial(): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: server.port ?? 0, host: '127.0.0.1', ca: authority.certificate }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.end();
      });
      socket.on('error', reject);
    });
  }

  function call(): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        port: server.port,
        path: '/a',
        ca: authority.certificate,
        agent: false,
        headers: { 'content-type': 'application/json' },
      };
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  it('refuses handshakes before it has a certificate, and shows each new one to new connections', async () => {
    await expect(serial()).rejects.toThrow();

    server.useCertificate(await authority.issue());
    const first = await serial();
    server.useCertificate(await authority.issue());

    expect(await serial()).not.toBe(first);
    expect(await call()).toContain('"allowed":true');
  });

  it('keeps its certificate when it is given one with another key', async () => {
    const [one, other] = [await authority.issue(), await authority.issue()];
    server.useCertificate(one);
    const shown = await serial();

    expect(() => server.useCertificate({ ...one, key: other.key })).toThrow('key values mismatch');

    expect(await serial()).toBe(shown);
  });
});
