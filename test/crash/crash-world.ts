import type { Knobs, ProfileName } from '../../simulator/knobs.ts';
import type { OperatorDeps } from '../../src/operator/operator.ts';
import { FakeLeaseStore } from '../../src/runtime/fake-lease-store.ts';
import type { LogFields, Logger } from '../../src/runtime/logger.ts';
import { seededRandom } from '../../src/runtime/random.ts';
import type { SeedPlan } from '../support/seed-ec2.ts';
import { Boundaries, type CrashPlan } from './boundaries.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { CLUSTER, type OperatorLife, startOperatorLife } from './operator-life.ts';
import { createSimulatedRegion, type SimulatedRegion } from './simulated-ec2.ts';
import { VirtualTime } from './virtual-time.ts';

/** How a world is to be. Everything in it follows from these. */
export interface CrashWorldOptions {
  readonly seed: number;
  readonly plan: SeedPlan;
  readonly profile: ProfileName;
  readonly knobs?: Partial<Knobs>;
  readonly config?: Partial<WorldConfig>;
  readonly crashPlan?: CrashPlan;
  /** Longest delay of a watch event, milliseconds. Default 200. */
  readonly watchLagMs?: number;
  /** Share of Kubernetes writes that get no reply while {@link CrashWorld.isFaulty}. Default 0. */
  readonly writeFaultShare?: number;
}

/** A cluster, a region and an operator that can die at every call, on one virtual time. */
export interface CrashWorld {
  readonly time: VirtualTime;
  readonly cluster: MemoryCluster;
  readonly region: SimulatedRegion;
  readonly boundaries: Boundaries;
  /** Whether Kubernetes writes fail. */
  isFaulty: boolean;
  /** Processes started so far. */
  readonly lives: number;
  /** Lines of severity error: they would call a person. */
  readonly errors: readonly string[];
  /** Kills the running process and starts one that knows nothing. */
  restart(): void;
  close(): Promise<void>;
}

/** The operator's settings, and its share of the account's buckets. */
export type WorldConfig = OperatorDeps['config'] & { readonly ec2Share: number };

/** The documented defaults, with a whole share of the account's buckets. */
const WORLD_CONFIG: WorldConfig = {
  leaseDurationMs: 15_000,
  resyncPeriodMs: 300_000,
  detachGraceMs: 30_000,
  nodeGoneGraceMs: 300_000,
  maxConcurrentReconciles: 5,
  maxConcurrentEniCleanup: 3,
  ec2Share: 1,
};

/** Time between the end of a process and the start of the next. */
const RESTART_MS = 1_000;

function errorCollector(errors: string[]): Logger {
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields: LogFields, message) => void errors.push(`${message}: ${String(fields['err'])}`),
    child: () => logger,
  };
  return logger;
}

/** Builds a world and starts its first operator. */
export async function createCrashWorld(options: CrashWorldOptions): Promise<CrashWorld> {
  const { seed, watchLagMs = 200, writeFaultShare = 0 } = options;
  const time = new VirtualTime();
  const random = seededRandom(seed);
  const cluster = new MemoryCluster(() => time.now());
  const region = await createSimulatedRegion({
    time,
    seed: String(seed),
    profile: options.profile,
    ...(options.knobs === undefined ? {} : { knobs: options.knobs }),
    plan: options.plan,
  });
  const boundaries = new Boundaries(options.crashPlan);
  const leaseStore = new FakeLeaseStore();
  const errors: string[] = [];
  const logger = errorCollector(errors);
  let lives = 0;
  let life: OperatorLife | undefined;
  const start = (): void => {
    lives += 1;
    life = startOperatorLife({
      time,
      cluster,
      simulator: region.simulator,
      leaseStore,
      boundaries,
      config: { ...WORLD_CONFIG, ...options.config },
      logger,
      random,
      identity: `operator-${lives}`,
      lagMs: () => random() * watchLagMs,
      kubernetesFault: () => {
        if (!world.isFaulty || random() >= writeFaultShare) return undefined;
        return random() < 0.5 ? 'refused' : 'reply lost';
      },
      onDeath: () => void time.schedule(RESTART_MS, start),
    });
  };
  const world: CrashWorld = {
    time,
    cluster,
    region,
    boundaries,
    isFaulty: false,
    get lives() {
      return lives;
    },
    errors,
    restart: () => {
      life?.kill();
      start();
    },
    close: async () => {
      life?.kill();
      await region.simulator.close();
      region.owner.destroy();
    },
  };
  start();
  return world;
}

/** Identity of the cluster, as its ENIs bear it. */
export const WORLD_CLUSTER: OperatorDeps['cluster'] = CLUSTER;
