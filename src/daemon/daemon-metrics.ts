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

type Labels = Readonly<Record<string, string>>;

/** What is counted under one name: a value for each set of labels, and for each suffix of a histogram. */
interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: Map<string, number>;
}

/** Upper bounds of the histogram, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

function resultOf(isOk: boolean): 'success' | 'error' {
  return isOk ? 'success' : 'error';
}

/** All values of labels are words of ours, in which nothing has to be escaped. */
function sample(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${pairs.join(',')}}`;
}

function add({ samples }: Family, key: string, value: number): void {
  samples.set(key, (samples.get(key) ?? 0) + value);
}

function observe(family: Family, labels: Labels, seconds: number): void {
  const { name } = family;
  for (const bound of BUCKETS) {
    add(family, sample(`${name}_bucket`, { le: String(bound), ...labels }), seconds <= bound ? 1 : 0);
  }
  add(family, sample(`${name}_bucket`, { le: '+Inf', ...labels }), 1);
  add(family, sample(`${name}_sum`, labels), seconds);
  add(family, sample(`${name}_count`, labels), 1);
}

function page({ name, type, help, samples }: Family): string {
  const lines = [...samples].map(([key, value]) => `${key} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** The few metrics of the daemon in the text format of Prometheus; a library would weigh on every node. */
export function createDaemonMetrics(): DaemonMetrics {
  const steps: Family = {
    name: 'nodeeni_daemon_host_steps_total',
    type: 'counter',
    help: 'Changes of the host that were tried.',
    samples: new Map(),
  };
  const passes: Family = {
    name: 'nodeeni_daemon_pass_duration_seconds',
    type: 'histogram',
    help: 'Duration of one look at the host with everything that it led to.',
    samples: new Map(),
  };
  const links: Family = {
    name: 'nodeeni_daemon_links',
    type: 'gauge',
    help: 'Attachments of this node by whether their link is as wanted.',
    samples: new Map(),
  };
  return {
    step: (step, isOk) => add(steps, sample(steps.name, { step, result: resultOf(isOk) }), 1),
    passed: (durationMs, isOk) => observe(passes, { result: resultOf(isOk) }, durationMs / 1_000),
    links(counts) {
      for (const state of ['configured', 'other'] as const) {
        links.samples.set(sample(links.name, { state }), counts[state]);
      }
    },
    text: () =>
      Promise.resolve({
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: [steps, passes, links].map((family) => page(family)).join('\n'),
      }),
  };
}
