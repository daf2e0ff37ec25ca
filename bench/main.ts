import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describeMachine, type Machine } from '../hack/machine.ts';
import {
  applyBenchNodeEnis,
  type BenchWorldOptions,
  createBenchWorld,
  deleteBenchNodeEnis,
  isAllGone,
  isAllReady,
  measureSpan,
  NODES_PER_NODE_ENI,
  type Span,
} from './bench-world.ts';
import { type BenchArguments, parseBenchArguments, usage } from './bench-arguments.ts';
import { runCluster } from './cluster-run.ts';
import { benchHost } from './host-bench.ts';
import { operatorCalls } from '../test/crash/invariants.ts';
import type { CrashWorld } from '../test/crash/crash-world.ts';
import { benchPlanner, type PlannerPoint } from './planner-bench.ts';
import { type EngineResult, writePerformancePage } from './performance-page.ts';

const RESULTS = 'bench/results';
const HOUR_MS = 3_600_000;
/** Worlds of the plan below; `npm run bench -- engine 3` runs the first three only. */
const ALL_WORLDS = Number.POSITIVE_INFINITY;
const PLANNER_SIZES = [10, 100, 500, 1_000, 2_500, 5_000];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** From the first EC2 call of the new process to its last one; the time before is the wait for the old one's Lease. */
async function measureRestart(world: CrashWorld): Promise<Span> {
  const since = world.region.simulator.auditLog.read({ since: 0, action: 'none' }).lastSequence;
  world.restart();
  const span = await measureSpan(world, { lastingMs: 120_000 });
  const times = operatorCalls(world, since).map(
    ({ timeMs, latencyMs }) => [timeMs, timeMs + latencyMs] as const,
  );
  const first = times[0]?.[0] ?? 0;
  const last = Math.max(first, ...times.map(([, endMs]) => endMs));
  return { ...span, seconds: (last - first) / 1000 };
}

async function attachAll(options: BenchWorldOptions): Promise<{ world: CrashWorld; attach: Span }> {
  const world = await createBenchWorld(options);
  applyBenchNodeEnis(world, options);
  const enis = options.nodes * options.subnets;
  const attach = await measureSpan(world, { isOver: () => isAllReady(world, enis) });
  say(
    `${enis} ENIs at share ${options.ec2Share}: ${attach.seconds} s, wall ${attach.wallSeconds.toFixed(1)} s`,
  );
  await world.time.runFor(30_000);
  return { world, attach };
}

async function benchEngine(options: BenchWorldOptions, parts: ReadonlySet<string>): Promise<EngineResult> {
  const { world, attach } = await attachAll(options);
  const enis = options.nodes * options.subnets;
  const restart = parts.has('restart') ? await measureRestart(world) : undefined;
  const idleHour = parts.has('idle') ? await measureSpan(world, { lastingMs: HOUR_MS }) : undefined;
  let deletion: Span | undefined;
  if (parts.has('delete')) {
    deleteBenchNodeEnis(world);
    deletion = await measureSpan(world, { isOver: () => isAllGone(world) });
  }
  await world.close();
  return {
    ...options,
    enis,
    attach,
    ...(restart === undefined ? {} : { restart }),
    ...(idleHour === undefined ? {} : { idleHour }),
    ...(deletion === undefined ? {} : { deletion }),
  };
}

async function save(name: string, content: unknown): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(`${RESULTS}/${name}.json`, `${JSON.stringify(content, undefined, 2)}\n`);
}

async function benchWebhooks(): Promise<void> {
  // The others do not need its HTTP server.
  const { benchWebhook } = await import('./webhook-bench.ts');
  await save('webhook', { machine: describeMachine(new Date()), webhook: await benchWebhook() });
}

async function benchEngines(worlds: number): Promise<void> {
  const machine = describeMachine(new Date());
  const planner: PlannerPoint[] = [];
  for (const nodes of PLANNER_SIZES) planner.push(await benchPlanner(nodes));
  await save('planner', { machine, planner });
  const engine: EngineResult[] = [];
  const plan: readonly (readonly [BenchWorldOptions, readonly string[]])[] = [
    [{ nodes: 500, subnets: 2, ec2Share: 1 }, ['delete']],
    [{ nodes: 500, subnets: 2, ec2Share: 0.7 }, ['delete']],
    [{ nodes: 500, subnets: 2, ec2Share: 1, nodesPerNodeEni: 500 }, ['delete']],
    [{ nodes: 1_000, subnets: 2, ec2Share: 1 }, ['restart', 'idle']],
    [{ nodes: 10, subnets: 2, ec2Share: 1 }, []],
    [{ nodes: 100, subnets: 2, ec2Share: 1 }, []],
    [{ nodes: 2_500, subnets: 2, ec2Share: 1 }, ['restart']],
    [{ nodes: 2_500, subnets: 2, ec2Share: 0.7 }, []],
    [{ nodes: 5_000, subnets: 1, ec2Share: 1 }, []],
  ];
  for (const [options, parts] of plan.slice(0, worlds)) {
    engine.push(await benchEngine(options, new Set(parts)));
    await save('engine', { machine, nodesPerNodeEni: NODES_PER_NODE_ENI, engine });
    await writePerformancePage({ machine, planner, engine });
  }
}

async function readResults<T>(name: string): Promise<T> {
  const content: T = JSON.parse(await readFile(`${RESULTS}/${name}.json`, 'utf8'));
  return content;
}

/** Shows new cluster runs beside the results of the last `npm run bench`. */
async function rewritePage(): Promise<void> {
  const { machine, engine } = await readResults<{ machine: Machine; engine: EngineResult[] }>('engine');
  const { planner } = await readResults<{ planner: PlannerPoint[] }>('planner');
  await writePerformancePage({ machine, planner, engine });
}

/** All that runs in this process by default; each part can be named. */
async function run(wanted: Exclude<BenchArguments, { kind: 'help' | 'wrong' }>): Promise<void> {
  switch (wanted.kind) {
    case 'host':
      await save('host', { machine: describeMachine(new Date()), host: await benchHost() });
      await rewritePage();
      return;
    case 'cluster':
      await runCluster(wanted);
      await rewritePage();
      return;
    case 'webhook':
      await benchWebhooks();
      return;
    case 'engine':
      await benchEngines(wanted.worlds ?? ALL_WORLDS);
      return;
    case 'default':
      await benchWebhooks();
      await benchEngines(ALL_WORLDS);
  }
}

const wanted = parseBenchArguments(process.argv.slice(2));
if (wanted.kind === 'help') {
  process.stdout.write(usage);
} else if (wanted.kind === 'wrong') {
  process.stderr.write(wanted.problems.map((problem) => `bench: ${problem}\n`).join(''));
  process.exitCode = 2;
} else {
  await run(wanted);
}
