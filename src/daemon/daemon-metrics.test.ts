import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createDaemonMetrics } from './daemon-metrics.ts';

/** Lines of a page in an order of their own. */
function lines(page: string): string[] {
  return page.split('\n').filter(Boolean).toSorted();
}

describe('the metrics of the daemon', () => {
  it('are what the usual client library writes', async () => {
    const metrics = createDaemonMetrics();
    const registry = new Registry();
    const registers = [registry];
    const steps = new Counter({
      name: 'nodeeni_daemon_host_steps_total',
      help: 'Changes of the host that were tried.',
      labelNames: ['step', 'result'],
      registers,
    });
    const passes = new Histogram({
      name: 'nodeeni_daemon_pass_duration_seconds',
      help: 'Duration of one look at the host with everything that it led to.',
      labelNames: ['result'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    const links = new Gauge({
      name: 'nodeeni_daemon_links',
      help: 'Attachments of this node by whether their link is as wanted.',
      labelNames: ['state'],
      registers,
    });
    for (const [step, result] of [
      ['set-mtu', 'success'],
      ['set-mtu', 'success'],
      ['set-up', 'error'],
    ] as const) {
      metrics.step(step, result === 'success');
      steps.inc({ step, result });
    }
    for (const [durationMs, result] of [
      [5, 'success'],
      [6.25, 'success'],
      [300, 'success'],
      [60_000, 'error'],
    ] as const) {
      metrics.passed(durationMs, result === 'success');
      passes.observe({ result }, durationMs / 1_000);
    }
    metrics.links({ configured: 1, other: 5 });
    metrics.links({ configured: 2, other: 0 });
    links.set({ state: 'configured' }, 2);
    links.set({ state: 'other' }, 0);

    const { contentType, body } = await metrics.text();
    expect(contentType).toBe(registry.contentType);
    expect(lines(body)).toEqual(lines(await registry.metrics()));
  });
});
