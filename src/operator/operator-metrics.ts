import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ControllerMetrics } from '../runtime/controller.ts';
import type { QueueMetrics } from '../runtime/work-queue.ts';
import type { NodeEniVerdict } from '../domain/node-eni-verdict.ts';
import { createEngineMetrics, type EngineMetrics } from './engine-metrics.ts';

/** What the caches hold, read when somebody asks. */
export interface ObservedState {
  readonly knownEnis: number;
  readonly attachments: number;
  readonly nodeEnis: readonly (NodeEniVerdict & { readonly name: string })[];
}

/** Counters of the collection of leaked ENIs. */
export interface OrphanMetrics {
  /** So many ENIs became due for collection. */
  found(count: number): void;
  deleted(): void;
  /** A pass deleted nothing because Kubernetes' state looks wrong. */
  braked(kind: 'TooMany' | 'NoAttachments'): void;
}

/** The operator's metrics; every name begins with `nodeeni_`. */
export interface OperatorMetrics {
  ec2Call(call: { readonly action: string; readonly result: string; readonly durationMs: number }): void;
  kubernetesCall(call: { readonly method: string; readonly status: number }): void;
  leading(isLeading: boolean): void;
  readonly engine: EngineMetrics;
  queue(controller: string): QueueMetrics;
  controller(controller: string): ControllerMetrics;
  readonly orphans: OrphanMetrics;
  /** ENIs of the reference controller by state, as of its last listing. */
  referenceEnis(counts: Readonly<Record<string, number>>): void;
  /** Gauges that are read when somebody asks; a later call replaces the earlier one. */
  observe(read: () => ObservedState): void;
  /** Text exposition format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates the metrics in a registry of their own. */
export function createOperatorMetrics(): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  let observed = new Registry();
  const ec2Calls = new Counter({
    name: 'nodeeni_ec2_calls_total',
    help: 'EC2 calls by action and result (ok or the EC2 error code)',
    labelNames: ['action', 'result'],
    registers,
  });
  const ec2Duration = new Histogram({
    name: 'nodeeni_ec2_call_duration_seconds',
    help: 'Duration of EC2 calls, SDK retries included',
    labelNames: ['action'],
    buckets: SECONDS,
    registers,
  });
  const kubernetesCalls = new Counter({
    name: 'nodeeni_kubernetes_calls_total',
    help: 'Calls to the API server by method and HTTP status (0 = no reply)',
    labelNames: ['method', 'status'],
    registers,
  });
  const leader = new Gauge({ name: 'nodeeni_leader', help: '1 while this process leads', registers });
  const depth = new Gauge({
    name: 'nodeeni_queue_depth',
    help: 'Keys that are ready but not worked on',
    labelNames: ['controller'],
    registers,
  });
  const waited = new Histogram({
    name: 'nodeeni_queue_wait_seconds',
    help: 'How long a key was ready before it was worked on',
    labelNames: ['controller'],
    buckets: SECONDS,
    registers,
  });
  const retries = new Counter({
    name: 'nodeeni_queue_retries_total',
    help: 'Keys that were put back with back-off',
    labelNames: ['controller'],
    registers,
  });
  const reconciles = new Histogram({
    name: 'nodeeni_reconcile_duration_seconds',
    help: 'Duration of reconciles by result',
    labelNames: ['controller', 'result'],
    buckets: SECONDS,
    registers,
  });
  const referenceEnis = new Gauge({
    name: 'nodeeni_reference_enis',
    help: 'ENIs with the tags of aws-multi-eni-controller at its last listing: TakenOver, Pending, or why they are left',
    labelNames: ['state'],
    registers,
  });
  return {
    ec2Call: ({ action, result, durationMs }) => {
      ec2Calls.inc({ action, result });
      ec2Duration.observe({ action }, durationMs / 1000);
    },
    kubernetesCall: ({ method, status }) => kubernetesCalls.inc({ method, status: String(status) }),
    engine: createEngineMetrics(registry),
    leading: (isLeading) => leader.set(isLeading ? 1 : 0),
    queue: (controller) => ({
      depthChanged: (keys) => depth.set({ controller }, keys),
      waited: (durationMs) => waited.observe({ controller }, durationMs / 1000),
      worked: () => undefined,
      retried: () => retries.inc({ controller }),
    }),
    controller: (controller) => ({
      reconciled: (result, durationMs) => reconciles.observe({ controller, result }, durationMs / 1000),
    }),
    orphans: orphanMetrics(registry),
    referenceEnis: (counts) => {
      referenceEnis.reset();
      for (const [state, enis] of Object.entries(counts)) referenceEnis.set({ state }, enis);
    },
    observe: (read) => {
      observed = observedGauges(read);
    },
    text: async () => ({
      contentType: registry.contentType,
      body: `${await registry.metrics()}\n${await observed.metrics()}`,
    }),
  };
}

function orphanMetrics(registry: Registry): OrphanMetrics {
  const registers = [registry];
  const found = new Counter({
    name: 'nodeeni_orphan_enis_found_total',
    help: 'ENIs of this cluster that nothing needs any more and that became due for deletion',
    registers,
  });
  const deleted = new Counter({
    name: 'nodeeni_orphan_enis_deleted_total',
    help: 'ENIs that were deleted because nothing needed them any more',
    registers,
  });
  const braked = new Counter({
    name: 'nodeeni_orphan_rounds_braked_total',
    help: 'Listings after which no ENI was deleted because what Kubernetes shows looks wrong, by kind',
    labelNames: ['kind'],
    registers,
  });
  return {
    found: (count) => found.inc(count),
    deleted: () => deleted.inc(),
    braked: (kind) => braked.inc({ kind }),
  };
}

function observedGauges(read: () => ObservedState): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    const created: Gauge = new Gauge({
      name,
      help,
      registers,
      collect(): void {
        created.set(value());
      },
    });
  };
  gauge('nodeeni_known_enis', 'ENIs of this cluster in the inventory', () => read().knownEnis);
  gauge('nodeeni_attachments', 'NodeENIAttachments in the cache', () => read().attachments);
  const verdicts: Gauge = new Gauge({
    name: 'nodeeni_condition',
    help: '1 for what each NodeENI says: Stalled, Reconciling or Ready, and why',
    labelNames: ['nodeeni', 'condition', 'reason'],
    registers,
    collect(): void {
      verdicts.reset();
      for (const { name, condition, reason } of read().nodeEnis) {
        verdicts.set({ nodeeni: name, condition, reason }, 1);
      }
    },
  });
  return registry;
}
