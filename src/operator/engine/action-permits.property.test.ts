import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { ActionPermits, bucketSizes, type MutatingAction } from './action-permits.ts';
import { Ec2Budget } from './ec2-budget.ts';

const ACTIONS: readonly MutatingAction[] = ['CreateNetworkInterface', 'AttachNetworkInterface'];

interface Step {
  readonly afterMs: number;
  readonly action: MutatingAction;
  readonly key: string;
  readonly isRelease: boolean;
}

const schedules = fc.array(
  fc.record({
    afterMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4_000 })),
    action: fc.constantFrom(...ACTIONS),
    key: fc.integer({ min: 0, max: 12 }).map((index) => `att-${index}`),
    isRelease: fc.boolean(),
  }),
  { maxLength: 150 },
);

/** Runs a schedule; every grant is either used at once, as a worker would, or left to the schedule. */
async function run(schedule: readonly Step[], isGrantUsed: boolean): Promise<Map<MutatingAction, number[]>> {
  const clock = new FakeClock();
  const usedAtMs = new Map<MutatingAction, number[]>(ACTIONS.map((action) => [action, []]));
  const wanted = new Map<string, MutatingAction>();
  const use = (action: MutatingAction, key: string): void => {
    if (permits.take(action, key)) usedAtMs.get(action)?.push(clock.monotonicMs());
    else wanted.set(key, action);
  };
  const permits: ActionPermits = new ActionPermits({
    clock,
    budget: new Ec2Budget({ clock, sizeOf: bucketSizes(0.06) }),
    onGrant: (key) => {
      const action = wanted.get(key);
      if (isGrantUsed && action !== undefined) clock.schedule(0, () => use(action, key));
    },
  });
  for (const { afterMs, action, key, isRelease } of schedule) {
    await clock.advance(afterMs);
    if (isRelease) permits.release(key);
    else use(action, key);
  }
  return usedAtMs;
}

describe('permits over random schedules', () => {
  it.each([true, false])('never exceed burst plus rate (grants used at once: %s)', async (isGrantUsed) => {
    const sizeOf = bucketSizes(0.06);
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        for (const [action, usedAtMs] of await run(schedule, isGrantUsed)) {
          const { burst, tokensPerSecond } = sizeOf(action);
          for (const [index, atMs] of usedAtMs.entries()) {
            expect(index + 1).toBeLessThanOrEqual(burst + (atMs / 1_000) * tokensPerSecond + 1e-6);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('wake every key that waits, sooner or later', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }), async (keys) => {
        const clock = new FakeClock();
        const woken: string[] = [];
        const permits = new ActionPermits({
          clock,
          budget: new Ec2Budget({ clock, sizeOf: bucketSizes(0.06) }),
          onGrant: (key) => woken.push(key),
        });
        const waiting = keys.filter((key) => !permits.take('DetachNetworkInterface', key));
        await clock.advance((waiting.length + 1) * 4_000);
        expect(woken).toEqual(waiting);
        expect(clock.pendingCount).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
