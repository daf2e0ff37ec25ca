import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { hostInventoriesOf, type HostInventory, inventoryOf } from './inventory.ts';
import { type KindToolsResult, SETUP_DEADLINE_MS } from './kind-tools.ts';
import { createKindWorld, type KindWorld, type KindWorldOptions } from './kind-world.ts';

/** A cluster that the steps of a suite share, and what was in it before them. */
export interface KindSuite {
  readonly world: KindWorld;
  /** Names of its objects. */
  readonly objectsBefore: ReadonlySet<string>;
  readonly hostsBefore: readonly HostInventory[];
}

/**
 * Gives the suite that calls it one cluster. Each step stands on the ones before: when one fails, it is told what a person
 * would look at, and the others are skipped.
 * @returns the cluster, for the steps; throws before they run
 */
export function useKindSuite(
  found: KindToolsResult,
  options: Omit<KindWorldOptions, 'tools'>,
): () => KindSuite {
  let suite: KindSuite | undefined;
  let hasFailed = false;

  beforeAll(async () => {
    if (found.kind === 'missing') return;
    const world = await createKindWorld({ ...options, tools: found.tools });
    const [objectsBefore, hostsBefore] = [
      await inventoryOf(world.cluster),
      await hostInventoriesOf(world.cluster),
    ];
    suite = { world, objectsBefore, hostsBefore };
  }, SETUP_DEADLINE_MS);

  beforeEach(({ skip }) => skip(hasFailed, 'an earlier step failed'));

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    hasFailed = true;
    console.log(await suite?.world.explain());
  });

  afterAll(async () => {
    await suite?.world.close();
  });

  return () => {
    if (suite === undefined) throw new Error('the cluster is not up');
    return suite;
  };
}

/** Objects that are in the cluster now and were not before the steps. */
export async function objectsLeft({ world, objectsBefore }: KindSuite): Promise<readonly string[]> {
  const objects = await inventoryOf(world.cluster);
  return [...objects].filter((object) => !objectsBefore.has(object));
}
