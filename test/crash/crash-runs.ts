import { seededRandom } from '../../src/runtime/random.ts';
import type { Knobs } from '../../simulator/knobs.ts';
import { type Boundary, CRASH_VARIANTS, type CrashPlan, type CrashVariant } from './boundaries.ts';
import type { ClassPoint } from './boundary-classes.ts';
import { createCrashWorld } from './crash-world.ts';
import { drawDisturbances } from './disturbances.ts';
import { playScenario, SCENARIO_PLAN } from './scenario.ts';

/** One run of the scenario: everything that happened in it follows from these. */
export interface CrashRun {
  readonly seed: number;
  /** Where the process dies; absent: it lives. */
  readonly point?: CrashPoint;
  /** Further calls at which something happens, each once. */
  readonly classPoints?: readonly ClassPoint[];
  /** Faults, actors and random deaths, drawn from the seed. */
  readonly isDisturbed: boolean;
}

/** A call and what happens at it. */
export interface CrashPoint {
  readonly boundary: number;
  readonly variant: CrashVariant;
}

/** How a run ended. */
export interface CrashRunResult {
  readonly run: CrashRun;
  /** The external calls, in order. */
  readonly boundaries: readonly Boundary[];
  /** Those of {@link CrashRun.classPoints} that the run came to; a death may change what comes after it. */
  readonly hits: readonly ClassPoint[];
  /** Processes that lived. */
  readonly lives: number;
  readonly violations: readonly string[];
}

/** The share of calls at which a disturbed run's process dies or loses its reply. */
const RANDOM_DEATHS = 0.02;
const MOST_RANDOM_DEATHS = 8;
const BURNT_TOKENS: readonly Knobs['burntToken'][] = ['replay', 'not-found', 'create-anew'];

/** What is planned, and what has happened of it. */
function fixedPlan({ point, classPoints = [] }: CrashRun, hits: ClassPoint[]): CrashPlan {
  return ({ index, phase, name, occurrence }) => {
    if (index === point?.boundary) return point.variant;
    const hit = classPoints.find(
      (planned) => planned.phase === phase && planned.name === name && planned.occurrence === occurrence,
    );
    if (hit !== undefined) hits.push(hit);
    return hit?.variant;
  };
}

function crashPlanOf(run: CrashRun, hits: ClassPoint[]): CrashPlan {
  const { seed, isDisturbed } = run;
  if (!isDisturbed) return fixedPlan(run, hits);
  const random = seededRandom(seed * 7 + 1);
  let left = MOST_RANDOM_DEATHS;
  return () => {
    if (left === 0 || random() >= RANDOM_DEATHS) return undefined;
    left -= 1;
    return CRASH_VARIANTS[Math.floor(random() * CRASH_VARIANTS.length)];
  };
}

/** Plays the scenario once. */
export async function playCrashRun(run: CrashRun): Promise<CrashRunResult> {
  const { seed, isDisturbed } = run;
  const random = seededRandom(seed * 31 + 7);
  const hits: ClassPoint[] = [];
  const burntToken = BURNT_TOKENS[seed % BURNT_TOKENS.length] ?? 'replay';
  const world = await createCrashWorld({
    seed,
    plan: SCENARIO_PLAN,
    profile: 'realistic',
    knobs: { burntToken, describeLagMs: isDisturbed && seed % 5 === 0 ? 3_000 : 0 },
    crashPlan: crashPlanOf(run, hits),
    watchLagMs: seed % 4 === 3 ? 3_000 : 200,
    writeFaultShare: isDisturbed ? 0.1 : 0,
  });
  try {
    const violations = await playScenario(world, {
      deleteOnTermination: seed % 2 === 1,
      isTakeover: seed % 3 === 1,
      replacement: seed % 4 < 2 ? 'instance first' : 'node first',
      random,
      ...(isDisturbed ? { disturbances: drawDisturbances(random) } : {}),
    });
    return { run, boundaries: world.boundaries.crossed, hits, lives: world.lives, violations };
  } finally {
    await world.close();
  }
}

/** All points of a run with so many boundaries: every boundary with every variant. */
export function crashPointsOf(boundaryCount: number): CrashPoint[] {
  return Array.from({ length: boundaryCount }, (_, boundary) =>
    CRASH_VARIANTS.map((variant) => ({ boundary, variant })),
  ).flat();
}

/** Every `stride`th point, beginning with another one for each seed, so that `stride` seeds cover them all. */
export function shareOfPoints(
  points: readonly CrashPoint[],
  share: { readonly seed: number; readonly stride: number },
): CrashPoint[] {
  // Neighbours differ in their variant only: a step that is no multiple of their number mixes both.
  return points.filter((_, index) => index % share.stride === share.seed % share.stride);
}

function placeOf({ point, classPoints, isDisturbed }: CrashRun): string {
  if (point !== undefined) return `boundary ${point.boundary}, ${point.variant}`;
  if (classPoints !== undefined) {
    return classPoints.map(({ className, occurrence }) => `${className} (${occurrence})`).join(' + ');
  }
  return isDisturbed ? 'disturbed' : 'undisturbed';
}

/** A run in one line, for messages and result files. */
export function describeRun({ run, violations }: CrashRunResult): string {
  return `seed ${run.seed}, ${placeOf(run)}: ${violations.join('; ')}`;
}
