import { seededRandom } from '../../src/runtime/random.ts';
import { CRASH_VARIANTS } from './boundaries.ts';
import { type ClassPoint, classPoints, packRuns } from './boundary-classes.ts';
import {
  type CrashRun,
  type CrashRunResult,
  crashPointsOf,
  describeRun,
  playCrashRun,
} from './crash-runs.ts';

/** What a long run is to do, and how long it may take. */
export interface LongRunOptions {
  /** Seeds in which each class of boundaries is to be hit, and seeds of the disturbed runs. */
  readonly seeds: number;
  /** Classes that not every seed shows are waited for so long. */
  readonly mostSeeds: number;
  readonly limitMs: number;
  readonly onProgress: (line: string) => void;
}

/** What was done, as counted. */
export interface LongRunResult {
  /** External calls of the undisturbed scenario of seed 1. */
  readonly boundaries: number;
  readonly exhaustiveRuns: number;
  readonly disturbedSeeds: number;
  /** Processes that died in disturbed runs. */
  readonly disturbedDeaths: number;
  readonly classRuns: number;
  readonly classSeeds: number;
  /** Processes that died in runs of classes. */
  readonly classDeaths: number;
  /** Class → seeds in which something happened at a call of it. */
  readonly hits: ReadonlyMap<string, number>;
  readonly wantedHits: number;
  readonly violations: readonly string[];
  readonly durationMs: number;
}

/** So many points of one phase meet in one run: more take less time together, but each death may spare others their call. */
const PER_PHASE = 5;
const PROGRESS_SEEDS = 10;
/** In the result: of a run that was cut short, all classes would be. */
const MOST_LISTED = 40;
/** Share of the time that the parts before the classes may take at most. */
const FIRST_PARTS_SHARE = 0.3;

/** What the parts of a long run have in common. */
interface Run {
  readonly options: LongRunOptions;
  readonly play: (run: CrashRun) => Promise<CrashRunResult>;
  readonly isOver: (share: number) => boolean;
}

async function playEveryPoint({ play, isOver }: Run): Promise<{ boundaries: number; runs: number }> {
  const { boundaries } = await play({ seed: 1, isDisturbed: false });
  let runs = 0;
  for (const point of crashPointsOf(boundaries.length)) {
    if (isOver(FIRST_PARTS_SHARE)) break;
    await play({ seed: 1, point, isDisturbed: false });
    runs += 1;
  }
  return { boundaries: boundaries.length, runs };
}

async function playDisturbed({ play, isOver, options }: Run): Promise<{ seeds: number; deaths: number }> {
  let deaths = 0;
  let seeds = 0;
  for (let seed = 1; seed <= options.seeds && !isOver(FIRST_PARTS_SHARE); seed += 1) {
    const { lives } = await play({ seed, isDisturbed: true });
    deaths += lives - 1;
    seeds = seed;
  }
  return { seeds, deaths };
}

/** Hits of each class, every class of every seed counted once. */
class ClassHits {
  readonly seeds = new Map<string, number>();
  readonly #wanted: number;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Those whose classes have not been hit often enough yet; they are known from now on. */
  missing(points: readonly ClassPoint[]): ClassPoint[] {
    for (const { className } of points) this.seeds.set(className, this.seeds.get(className) ?? 0);
    return points.filter(({ className }) => (this.seeds.get(className) ?? 0) < this.#wanted);
  }

  add(points: readonly ClassPoint[]): void {
    for (const { className } of points) this.seeds.set(className, (this.seeds.get(className) ?? 0) + 1);
  }

  get fewest(): number {
    return Math.min(...this.seeds.values());
  }

  get complete(): number {
    return [...this.seeds.values()].filter((count) => count >= this.#wanted).length;
  }
}

async function playClasses(
  { play, isOver, options }: Run,
  hits: ClassHits,
): Promise<{ runs: number; seeds: number; deaths: number }> {
  const done = { runs: 0, seeds: 0, deaths: 0 };
  for (let seed = 1; seed <= options.mostSeeds && !isOver(1); seed += 1) {
    const random = seededRandom(seed * 13 + 5);
    const { boundaries } = await play({ seed, isDisturbed: false });
    const runs = packRuns(hits.missing(classPoints(boundaries, random)), PER_PHASE, random);
    for (const points of runs) {
      if (isOver(1)) break;
      const result = await play({ seed, classPoints: points, isDisturbed: false });
      hits.add(result.hits);
      done.runs += 1;
      done.deaths += result.lives - 1;
    }
    done.seeds = seed;
    if (seed % PROGRESS_SEEDS === 0) {
      const { size } = hits.seeds;
      options.onProgress(
        `${seed} seeds, ${done.runs} runs, ${done.deaths} deaths; ${hits.complete} of ${size} classes hit in ${options.seeds} seeds, each in at least ${hits.fewest}`,
      );
    }
    if (hits.complete === hits.seeds.size) break;
  }
  return done;
}

/**
 * Kills at every boundary of one seed in every variant, one death a run; disturbs many seeds; then makes something happen at
 * a call of every class of boundaries in so many seeds, several a run.
 */
export async function playLongRun(options: LongRunOptions): Promise<LongRunResult> {
  const startedAtMs = performance.now();
  const violations: string[] = [];
  const run: Run = {
    options,
    isOver: (share) => performance.now() - startedAtMs > options.limitMs * share,
    play: async (what) => {
      const result = await playCrashRun(what);
      if (result.violations.length > 0) {
        violations.push(describeRun(result));
        options.onProgress(describeRun(result));
      }
      return result;
    },
  };
  const every = await playEveryPoint(run);
  options.onProgress(`${every.runs} points of seed 1`);
  const disturbed = await playDisturbed(run);
  options.onProgress(`${disturbed.seeds} disturbed seeds`);
  const hits = new ClassHits(options.seeds);
  const classes = await playClasses(run, hits);
  return {
    boundaries: every.boundaries,
    exhaustiveRuns: every.runs,
    disturbedSeeds: disturbed.seeds,
    disturbedDeaths: disturbed.deaths,
    classRuns: classes.runs,
    classSeeds: classes.seeds,
    classDeaths: classes.deaths,
    hits: hits.seeds,
    wantedHits: options.seeds,
    violations,
    durationMs: performance.now() - startedAtMs,
  };
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** Classes that were hit in fewer seeds than wanted, because few seeds show them or time was short, and in how many. */
function rareClasses({ hits, wantedHits }: LongRunResult): (readonly [name: string, seeds: number])[] {
  return [...hits].filter(([, count]) => count < wantedHits).toSorted(([, a], [, b]) => a - b);
}

function rareSection(rare: readonly (readonly [name: string, seeds: number])[], wanted: number): string[] {
  if (rare.length === 0) return [];
  const more = rare.length - MOST_LISTED;
  return [
    `## Classes hit in fewer than ${wanted} seeds`,
    '',
    ...rare.slice(0, MOST_LISTED).map(([name, count]) => `- ${count} seeds: ${name}`),
    ...(more > 0 ? [`- ${more} more, each in at least ${rare[MOST_LISTED]?.[1] ?? 0} seeds`] : []),
  ];
}

/** The result as it is committed. */
export function renderLongRun(result: LongRunResult, machine: string): string {
  const { hits, wantedHits, boundaries } = result;
  const rare = rareClasses(result);
  const rows = [
    [
      'boundaries × 4 variants, seed 1, one a run',
      `${boundaries} boundaries`,
      `${result.exhaustiveRuns} of ${boundaries * CRASH_VARIANTS.length}`,
    ],
    ['faults, actors and random deaths', `${result.disturbedSeeds} seeds`, result.disturbedSeeds],
    [
      `classes of boundaries × 4 variants, up to ${PER_PHASE} a phase`,
      `${result.classSeeds} seeds`,
      result.classRuns,
    ],
  ];
  return [
    '# Crash points',
    '',
    'Written by `npm run test:long`; see `test/crash`. A boundary is one external call of the operator: an EC2 call or a',
    'Kubernetes write. Variants: killed before the call, killed after it took effect with its reply lost, killed after the',
    'reply, and alive with the reply lost. Disturbed runs draw faults, out-of-band actors and up to eight deaths each.',
    'A class of boundaries is a phase of the scenario (create, change groups and lose a label, replace a node, delete), a call',
    'and its occurrence in that phase: the first, the last, or one drawn from between.',
    '',
    '| what | over | runs |',
    '| ---- | ---- | ---- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `- Violations: ${result.violations.length}`,
    `- Classes × variants: ${hits.size}; hit in ${wantedHits} seeds: ${hits.size - rare.length}; hits: ${sum(hits.values())}`,
    `- Processes that died in disturbed runs: ${result.disturbedDeaths}, in runs of classes: ${result.classDeaths}`,
    `- Duration: ${Math.round(result.durationMs / 1000)} s`,
    `- ${machine}`,
    '',
    ...result.violations.map((violation) => `- ${violation}`),
    ...rareSection(rare, wantedHits),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
