import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/runtime/random.ts';
import { classPoints, packRuns } from './boundary-classes.ts';
import { crashPointsOf, describeRun, playCrashRun, shareOfPoints } from './crash-runs.ts';

const SEED = Number(process.env['CRASH_SEED'] ?? 20_261_122);
/** Runs of every third seed begin with ENIs of the reference controller. */
const TAKEOVER_SEED = 3 * Math.floor(SEED / 3) + 1;
/** A share of the wall time of the test run; what does not fit is left to the long run. */
const POINTS_BUDGET_MS = 10_000;
const CLASSES_BUDGET_MS = 8_000;
const DISTURBED_BUDGET_MS = 10_000;
const STRIDE = 97;
const POINTS_PER_PHASE = 3;

/** The whole operator in this process over the simulator and Kubernetes in memory, all on one virtual time. */
describe(`an operator that dies at any call (CRASH_SEED=${SEED})`, () => {
  const counts: string[] = [];

  // How much of the exhaustive run was done depends on the machine; people should see it.
  afterAll(() => console.log(counts.join('\n')));

  it('does all that is asked of it when nothing goes wrong', async () => {
    const result = await playCrashRun({ seed: SEED, isDisturbed: false });
    expect(result.violations).toEqual([]);
    expect(result.lives).toBe(1);
    expect(result.boundaries.map(({ name }) => name)).toContain('CreateNetworkInterface');
  });

  it('takes over what the reference made by its tags, and makes the rest', async () => {
    const result = await playCrashRun({ seed: TAKEOVER_SEED, isDisturbed: false });
    expect(result.violations).toEqual([]);
    const [taken, made] = ['CreateTags', 'CreateNetworkInterface'].map((action) =>
      result.boundaries.findIndex(({ name }) => name === action),
    );
    expect(taken).toBeGreaterThanOrEqual(0);
    expect(made).toBeGreaterThanOrEqual(0);
  });

  it('dies where it is told to, and another process takes over', async () => {
    const { boundaries } = await playCrashRun({ seed: SEED, isDisturbed: false });
    const boundary = boundaries.findIndex(({ name }) => name === 'AttachNetworkInterface');
    const point = { boundary, variant: 'reply lost' } as const;
    const result = await playCrashRun({ seed: SEED, point, isDisturbed: false });
    expect(result.boundaries[boundary]?.name).toBe('AttachNetworkInterface');
    expect(result.lives).toBe(2);
  });

  it('leaves no double, no orphan and nothing foreign touched, wherever it dies', async () => {
    const deadline = performance.now() + POINTS_BUDGET_MS;
    const violations: string[] = [];
    let runs = 0;
    let seed = SEED;
    for (; performance.now() < deadline; seed += 1) {
      const { boundaries } = await playCrashRun({ seed, isDisturbed: false });
      for (const point of shareOfPoints(crashPointsOf(boundaries.length), { seed, stride: STRIDE })) {
        if (performance.now() > deadline) break;
        const result = await playCrashRun({ seed, point, isDisturbed: false });
        if (result.violations.length > 0) violations.push(describeRun(result));
        runs += 1;
      }
    }
    counts.push(`${runs} crash points, seeds ${SEED} to ${seed - 1}`);
    expect(violations).toEqual([]);
    expect(runs).toBeGreaterThan(0);
  }, 60_000);

  it('does so too when it dies again and again', async () => {
    const deadline = performance.now() + CLASSES_BUDGET_MS;
    const violations: string[] = [];
    const hits = new Set<string>();
    let seed = SEED;
    for (; performance.now() < deadline; seed += 1) {
      const random = seededRandom(seed);
      const { boundaries } = await playCrashRun({ seed, isDisturbed: false });
      for (const points of packRuns(classPoints(boundaries, random), POINTS_PER_PHASE, random)) {
        if (performance.now() > deadline) break;
        const result = await playCrashRun({ seed, classPoints: points, isDisturbed: false });
        if (result.violations.length > 0) violations.push(describeRun(result));
        for (const { className } of result.hits) hits.add(className);
      }
    }
    counts.push(`${hits.size} classes of crash points, seeds ${SEED} to ${seed - 1}`);
    expect(violations).toEqual([]);
    expect(hits.size).toBeGreaterThan(0);
  }, 60_000);

  it('does so too while EC2, the API server and other people get in its way', async () => {
    const deadline = performance.now() + DISTURBED_BUDGET_MS;
    const violations: string[] = [];
    let seed = SEED;
    for (; performance.now() < deadline; seed += 1) {
      const result = await playCrashRun({ seed, isDisturbed: true });
      if (result.violations.length > 0) violations.push(describeRun(result));
    }
    counts.push(`disturbed runs, seeds ${SEED} to ${seed - 1}`);
    expect(violations).toEqual([]);
  }, 60_000);
});
