import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { HostStep } from '../domain/host/host-step.ts';

/** Where the daemon reports to. */
export interface DaemonMetrics {
  step(kind: HostStep['kind'], isOk: boolean): void;
  /** One pass over the node ended. */
  passed(durationMs: number, isOk: boolean): void;
  /** Attachments of this node by whether their link is as wanted. */
  links(counts: { readonly configured: number; readonly other: number }): void;
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

function resultOf(isOk: boolean): 'success' | 'error' {
  return isOk ? 'success' : 'error';
}

/** Metrics in a registry of their own. */
export function createDaemonMetrics(): DaemonMetrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
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
  return {
    step: (kind, isOk) => steps.inc({ step: kind, result: resultOf(isOk) }),
    passed: (durationMs, isOk) => passes.observe({ result: resultOf(isOk) }, durationMs / 1_000),
    links({ configured, other }) {
      links.set({ state: 'configured' }, configured);
      links.set({ state: 'other' }, other);
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
