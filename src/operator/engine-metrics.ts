import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BudgetObserver } from './engine/ec2-budget.ts';

/** What the engine's gauges show, read when somebody asks. */
export interface EngineState {
  /** Tokens that are left and gained a second, by EC2 action. */
  readonly buckets: Readonly<Record<string, { readonly tokens: number; readonly tokensPerSecond: number }>>;
  /** Keys that wait for a permit, by EC2 action. */
  readonly waiting: Readonly<Record<string, number>>;
  /** Milliseconds since the last full listing; undefined before the first. */
  readonly listingAgeMs: number | undefined;
  /** Attachments that have no ENI. */
  readonly openIntents: number;
  /** Milliseconds until all that waits for EC2 is made at its present rate. */
  readonly convergenceMs: number;
  /** ENIs of ours whose description by EC2 cannot be understood. */
  readonly unreadableEnis: number;
}

/** Metrics of the EC2 engine. */
export interface EngineMetrics extends BudgetObserver {
  /** An ENI was attached for the first time, so long after its attachment was made. */
  firstAttached(durationMs: number): void;
  /** An attachment became Ready for the first time, so long after it was made. */
  firstReady(durationMs: number): void;
  /** Gauges that are read when somebody asks. */
  observe(read: () => EngineState): void;
}

const WAIT_SECONDS = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const READY_SECONDS = [1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800];

/** Creates the engine's metrics in `registry`. */
export function createEngineMetrics(registry: Registry): EngineMetrics {
  const registers = [registry];
  const labelNames = ['action'];
  const waits = new Histogram({
    name: 'nodeeni_ec2_limiter_wait_seconds',
    help: 'How long an EC2 call waited for a token of its action',
    labelNames,
    buckets: WAIT_SECONDS,
    registers,
  });
  const throttles = new Counter({
    name: 'nodeeni_ec2_throttles_total',
    help: 'Throttled replies of EC2 by action, those that the SDK repeated included',
    labelNames,
    registers,
  });
  const attached = new Histogram({
    name: 'nodeeni_attachment_attached_seconds',
    help: 'Time from the creation of a NodeENIAttachment until its ENI was attached for the first time',
    buckets: READY_SECONDS,
    registers,
  });
  const ready = new Histogram({
    name: 'nodeeni_attachment_ready_seconds',
    help: 'Time from the creation of a NodeENIAttachment until it was Ready for the first time',
    buckets: READY_SECONDS,
    registers,
  });
  let source: (() => EngineState) | undefined;
  return {
    waited: (action, durationMs) => waits.observe({ action }, durationMs / 1000),
    throttled: (action) => throttles.inc({ action }),
    firstAttached: (durationMs) => attached.observe(durationMs / 1000),
    firstReady: (durationMs) => ready.observe(durationMs / 1000),
    observe: (read) => {
      // A later leadership brings a new engine, not new gauges.
      if (source === undefined) addGauges(() => source?.(), registry);
      source = read;
    },
  };
}

function addGauges(read: () => EngineState | undefined, registry: Registry): void {
  const gauge = (
    text: { readonly name: string; readonly help: string },
    set: (gauge: Gauge, state: EngineState) => void,
    labelNames: string[] = [],
  ): void => {
    const created: Gauge = new Gauge({
      ...text,
      labelNames,
      registers: [registry],
      collect(): void {
        const state = read();
        if (state !== undefined) set(created, state);
      },
    });
  };
  gauge(
    { name: 'nodeeni_ec2_tokens', help: 'Estimated tokens left in our share of the bucket of an action' },
    (gauge, { buckets }) => {
      for (const [action, { tokens }] of Object.entries(buckets)) gauge.set({ action }, tokens);
    },
    ['action'],
  );
  gauge(
    { name: 'nodeeni_ec2_tokens_per_second', help: 'Calls a second that an action may make at present' },
    (gauge, { buckets }) => {
      for (const [action, bucket] of Object.entries(buckets)) gauge.set({ action }, bucket.tokensPerSecond);
    },
    ['action'],
  );
  gauge(
    { name: 'nodeeni_ec2_waiting_keys', help: 'Attachments that wait for a token of an action' },
    (gauge, { waiting }) => {
      for (const [action, keys] of Object.entries(waiting)) gauge.set({ action }, keys);
    },
    ['action'],
  );
  gauge(
    {
      name: 'nodeeni_inventory_age_seconds',
      help: 'Time since the last full listing of ENIs; NaN before it',
    },
    (gauge, { listingAgeMs }) => gauge.set((listingAgeMs ?? Number.NaN) / 1000),
  );
  gauge({ name: 'nodeeni_open_intents', help: 'NodeENIAttachments without an ENI' }, (gauge, state) =>
    gauge.set(state.openIntents),
  );
  gauge(
    {
      name: 'nodeeni_convergence_seconds',
      help: 'Estimated time until all that waits for EC2 is made at the present rates; 0 when nothing waits',
    },
    (gauge, { convergenceMs }) => gauge.set(convergenceMs / 1000),
  );
  gauge(
    {
      name: 'nodeeni_unreadable_enis',
      help: 'ENIs of this cluster whose description by EC2 cannot be understood; nothing is done to them',
    },
    (gauge, { unreadableEnis }) => gauge.set(unreadableEnis),
  );
}
