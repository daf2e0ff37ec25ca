import type { Random } from '../../src/runtime/random.ts';
import { CRASH_VARIANTS, type Boundary, type CrashVariant } from './boundaries.ts';

/** Where in its phase a call stands among those of its name: alone or first, last, or one drawn from between. */
type OccurrenceClass = 'first' | 'between' | 'last';

/**
 * Something that happens at one call of a run. Runs of one class differ in their seed: in delays, options of the scenario and
 * the order of what is done at the same time.
 */
export interface ClassPoint {
  /** Phase, call, occurrence class and variant in one text; the same in every seed. */
  readonly className: string;
  readonly phase: string;
  readonly name: string;
  readonly occurrence: number;
  readonly variant: CrashVariant;
}

function sampled(count: number, random: Random): [OccurrenceClass, number][] {
  const occurrences: [OccurrenceClass, number][] = [['first', 0]];
  if (count > 2) occurrences.push(['between', 1 + Math.floor(random() * (count - 2))]);
  if (count > 1) occurrences.push(['last', count - 1]);
  return occurrences;
}

/** One point of every class that the boundaries of a run show, in the order of the boundaries. */
export function classPoints(crossed: readonly Boundary[], random: Random): ClassPoint[] {
  const counts = new Map<string, { readonly first: Boundary; count: number }>();
  for (const boundary of crossed) {
    const key = `${boundary.phase}: ${boundary.name}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { first: boundary, count: 1 });
    else known.count += 1;
  }
  return [...counts].flatMap(([key, { first, count }]) =>
    sampled(count, random).flatMap(([occurrenceClass, occurrence]) =>
      CRASH_VARIANTS.map((variant) => ({
        className: `${key}, ${occurrenceClass}, ${variant}`,
        phase: first.phase,
        name: first.name,
        occurrence,
        variant,
      })),
    ),
  );
}

/** Distributes points over runs, so that no run has more than `perPhase` in one phase; which meet is drawn. */
export function packRuns(points: readonly ClassPoint[], perPhase: number, random: Random): ClassPoint[][] {
  const runs: ClassPoint[][] = [];
  const placed = new Map<string, number>();
  for (const point of shuffled(points, random)) {
    const nth = placed.get(point.phase) ?? 0;
    placed.set(point.phase, nth + 1);
    const run = Math.floor(nth / perPhase);
    (runs[run] ??= []).push(point);
  }
  return runs;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
