import { CRASH_VARIANTS } from './boundaries.ts';
import {
  type CrashRun,
  type CrashRunResult,
  crashPointsOf,
  describeRun,
  playCrashRun,
  shareOfPoints,
} from './crash-runs.ts';

/** What a long run is to do, and how long it may take. */
export interface LongRunOptions {
  /** Seeds of the runs with a share of the points each, and of the disturbed runs. */
  readonly seeds: number;
  /** Every so many seeds each point had its turn once. */
  readonly stride: number;
  readonly limitMs: number;
  readonly onProgress: (line: string) => void;
}

/** What was done, as counted. */
export interface LongRunResult {
  /** External calls of the undisturbed scenario. */
  readonly boundaries: number;
  readonly exhaustiveRuns: number;
  readonly sampledSeeds: number;
  readonly sampledRuns: number;
  readonly disturbedSeeds: number;
  /** Processes that died in disturbed runs. */
  readonly disturbedDeaths: number;
  readonly violations: readonly string[];
  readonly isWhole: boolean;
  readonly durationMs: number;
}

/** Share of the time that each part may take at most. */
const EXHAUSTIVE_SHARE = 0.65;
const DISTURBED_SHARE = 0.85;

/** Kills at every boundary of one seed in every variant, disturbs many seeds, then kills at a share of the points of many. */
export async function playLongRun(options: LongRunOptions): Promise<LongRunResult> {
  const startedAtMs = performance.now();
  const { seeds, stride, limitMs, onProgress } = options;
  const violations: string[] = [];
  let isWhole = true;
  const isOver = (share: number): boolean => performance.now() - startedAtMs > limitMs * share;
  const play = async (run: CrashRun): Promise<CrashRunResult> => {
    const result = await playCrashRun(run);
    if (result.violations.length > 0) {
      violations.push(describeRun(result));
      onProgress(describeRun(result));
    }
    return result;
  };

  const { boundaries } = await play({ seed: 1, isDisturbed: false });
  let exhaustiveRuns = 0;
  for (const point of crashPointsOf(boundaries.length)) {
    if (isOver(EXHAUSTIVE_SHARE)) {
      isWhole = false;
      break;
    }
    await play({ seed: 1, point, isDisturbed: false });
    exhaustiveRuns += 1;
  }
  onProgress(`${exhaustiveRuns} points of seed 1`);

  let disturbedDeaths = 0;
  let disturbedSeeds = 0;
  for (let seed = 1; seed <= seeds && !isOver(DISTURBED_SHARE); seed += 1) {
    const { lives } = await play({ seed, isDisturbed: true });
    disturbedDeaths += lives - 1;
    disturbedSeeds = seed;
  }
  onProgress(`${disturbedSeeds} disturbed seeds`);
  let sampledRuns = 0;
  let sampledSeeds = 0;
  for (let seed = 1; seed <= seeds && !isOver(1); seed += 1) {
    const whole = await play({ seed, isDisturbed: false });
    for (const point of shareOfPoints(crashPointsOf(whole.boundaries.length), { seed, stride })) {
      await play({ seed, point, isDisturbed: false });
      sampledRuns += 1;
    }
    sampledSeeds = seed;
  }
  onProgress(`${sampledRuns} points of ${sampledSeeds} seeds`);

  return {
    boundaries: boundaries.length,
    exhaustiveRuns,
    sampledSeeds,
    sampledRuns,
    disturbedSeeds,
    disturbedDeaths,
    violations,
    isWhole: isWhole && sampledSeeds === seeds && disturbedSeeds === seeds,
    durationMs: performance.now() - startedAtMs,
  };
}

/** The result as it is committed. */
export function renderLongRun(result: LongRunResult, machine: string): string {
  const rows = [
    [
      'boundaries × 4 variants, seed 1',
      `${result.boundaries} boundaries`,
      `${result.exhaustiveRuns} of ${result.boundaries * CRASH_VARIANTS.length}`,
    ],
    [`a share of boundaries × variants per seed`, `${result.sampledSeeds} seeds`, result.sampledRuns],
    ['faults, actors and random deaths', `${result.disturbedSeeds} seeds`, result.disturbedSeeds],
  ];
  return [
    '# Crash points',
    '',
    'Written by `npm run test:long`; see `test/crash`. A boundary is one external call of the operator: an EC2 call or a',
    'Kubernetes write. Variants: killed before the call, killed after it took effect with its reply lost, killed after the',
    'reply, and alive with the reply lost. Disturbed runs draw faults, out-of-band actors and up to eight deaths each.',
    '',
    '| what | over | runs |',
    '| ---- | ---- | ---- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `- Violations: ${result.violations.length}`,
    `- Processes that died in disturbed runs: ${result.disturbedDeaths}`,
    `- The plan was carried out ${result.isWhole ? 'whole' : 'as far as the time limit allowed'}, in ${Math.round(result.durationMs / 1000)} s`,
    `- ${machine}`,
    '',
    ...result.violations.map((violation) => `- ${violation}`),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
