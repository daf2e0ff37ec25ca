import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestLoopback } from '../../hack/control-plane/request-loopback.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { sendReview } from '../support/send-review.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

/** The long run rotates eight times in eighty seconds, the short one three times in nine. */
const [ROTATIONS, PERIOD_MS] = process.env['TEST_LONG'] === '1' ? [8, 10_000] : [3, 3_000];
const PER_SECOND = 200;
const TICK_MS = 25;

function serialOf(certificate: string): string {
  return new X509Certificate(certificate).serialNumber;
}

interface Load {
  readonly failures: string[];
  readonly serials: Set<string>;
  readonly calls: () => number;
  /** Waits for the calls under way. */
  readonly end: () => Promise<void>;
}

/** Half of the calls over connections that are kept, half over one of their own, which sees the newest certificate. */
function startLoad(url: string, ca: string): Load {
  const kept = new Agent({ keepAlive: true, maxSockets: 10, ca });
  const failures: string[] = [];
  const serials = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let calls = 0;
  const call = async (agent: Agent | false): Promise<void> => {
    const { status, text, serial } = await sendReview({ url, ca, agent });
    if (!text.includes('"allowed":true')) failures.push(`${status}: ${text}`);
    if (serial !== undefined) serials.add(serial);
  };
  const timer = setInterval(() => {
    for (let index = 0; index < (PER_SECOND * TICK_MS) / 1000; index += 1) {
      calls += 1;
      const one = call(calls % 2 === 0 ? kept : false)
        .catch((error: unknown) => void failures.push(String(error)))
        .finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }, TICK_MS);
  return {
    failures,
    serials,
    calls: () => calls,
    end: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      kept.destroy();
    },
  };
}

describe('the certificate of the webhooks', () => {
  let authority: TestAuthority;
  let webhook: WebhookProcess;
  const mounted: string[] = [];

  beforeAll(async () => {
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    mounted.push(serialOf(certificate.certificate));
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
  });

  afterAll(async () => {
    await webhook.stop();
    webhook.close();
    authority.close();
  });

  async function loads(): Promise<number> {
    const metrics = await requestLoopback({ url: `${webhook.httpUrl}/metrics` });
    return Number(/^nodeeni_webhook_certificate_loads_total (\d+)$/m.exec(metrics?.body ?? '')?.[1]);
  }

  it('is renewed again and again, broken ones between, without one failed call', async () => {
    const load = startLoad(webhook.url, authority.certificate);
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
      await delay(PERIOD_MS / 2);
      const [next, other] = [await authority.issue(), await authority.issue()];
      webhook.mount({ certificate: next.certificate, key: other.key });
      await delay(PERIOD_MS / 2);
      webhook.mount(next);
      mounted.push(serialOf(next.certificate));
      await waitUntil(async () => ((await loads()) === rotation + 1 ? true : undefined), {
        what: 'the new certificate to be loaded',
        deadlineMs: 15_000,
      });
    }
    await delay(500);
    await load.end();

    expect(load.failures).toEqual([]);
    expect(load.calls()).toBeGreaterThan((PER_SECOND * ROTATIONS * PERIOD_MS) / 1000 / 2);
    expect([...load.serials].toSorted()).toEqual(mounted.toSorted());
    const complaints = webhook
      .logLines()
      .filter(({ msg }) => String(msg).startsWith('certificate cannot be used'));
    expect(complaints).toHaveLength(ROTATIONS);
  }, 300_000);

  it('is no reason to drop calls at the end of the process either', async () => {
    const load = startLoad(webhook.url, authority.certificate);
    await delay(500);
    const ending = webhook.stop();
    const unready = await waitUntil(
      async () => {
        const reply = await requestLoopback({ url: `${webhook.httpUrl}/readyz` });
        return reply?.status === 503 ? reply.body : undefined;
      },
      { what: 'the process not to be ready', deadlineMs: 3_000, intervalMs: 20 },
    );
    await delay(3_000);
    await load.end();

    expect(unready).toContain('[-]draining: yes');
    expect(load.failures).toEqual([]);
    expect(await ending).toBe('webhook ended with exit code 0');
  });
});
