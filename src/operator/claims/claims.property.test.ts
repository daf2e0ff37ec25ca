import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClaimingNodeEni, type ClaimWorld, claimWorld } from '../../../test/support/claim-world.ts';

const NAMES = ['a', 'b', 'c', 'd'];

function nodeEnisArbitrary(): fc.Arbitrary<ClaimingNodeEni[]> {
  return fc
    .uniqueArray(
      fc.record(
        {
          name: fc.constantFrom(...NAMES),
          createdAtSeconds: fc.integer({ min: 100, max: 101 }),
          replaces: fc.constantFrom(...NAMES),
        },
        { requiredKeys: ['name', 'createdAtSeconds'] },
      ),
      { minLength: 2, maxLength: 4, selector: ({ name }) => name },
    )
    .map((wanted) =>
      wanted.map(({ name, createdAtSeconds, replaces }) => ({
        name,
        createdAtSeconds,
        ...(replaces === undefined || replaces === name ? {} : { replaces }),
      })),
    );
}

function winnerOf(nodeEni: ReturnType<ClaimWorld['nodeEnis']>[number]): string | undefined {
  const conflicted = nodeEni.status.conditions?.find(({ type }) => type === 'Conflicted');
  return /NodeENI "([^"]+)"/.exec(conflicted?.message ?? '')?.[1];
}

/** Every key has one attachment, EC2 was called for it alone, and every loser names its NodeENI. */
function expectOneWinnerPerNode(world: ClaimWorld, nodes: number): void {
  const attachments = world.attachments();
  expect(attachments.map(({ spec }) => spec.nodeName).toSorted()).toEqual(
    Array.from({ length: nodes }, (_, at) => `node-${at + 1}`),
  );
  expect(attachments.every(({ spec }) => spec.attempt !== undefined)).toBe(true);
  const owners = attachments.map(({ spec }) => spec.nodeENI.name);
  for (const nodeEni of world.nodeEnis()) {
    const won = owners.filter((owner) => owner === nodeEni.metadata.name).length;
    const expected: readonly (string | undefined)[] = won === nodes ? [undefined] : owners;
    expect(expected).toContain(winnerOf(nodeEni));
  }
}

const RUNS = { numRuns: process.env['TEST_LONG'] === '1' ? 4_000 : 150 };

describe('NodeENIs that want one device index', () => {
  it('have one winner per node, and EC2 is called for no other, however late anything is and with two operators at work', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        nodeEnisArbitrary(),
        fc.integer({ min: 1, max: 2 }),
        async (scheduler, wanted, nodes) => {
          const world = claimWorld(scheduler, nodes);
          for (const nodeEni of wanted) void world.createNodeEni(nodeEni);
          world.startReplica();
          void scheduler.schedule(Promise.resolve(), 'second operator').then(() => world.startReplica());
          await scheduler.waitIdle();
          expect(world.violations).toEqual([]);
          expect(new Set(world.ec2Changes.map(({ uid }) => uid)).size).toBe(nodes);
          expectOneWinnerPerNode(world, nodes);
        },
      ),
      RUNS,
    );
  });

  it('make one attachment per node where one operator is at work: a loser never has any', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), nodeEnisArbitrary(), async (scheduler, wanted) => {
        const world = claimWorld(scheduler, 2);
        for (const nodeEni of wanted) void world.createNodeEni(nodeEni);
        world.startReplica();
        await scheduler.waitIdle();
        expect(world.doubles).toEqual([]);
        expectOneWinnerPerNode(world, 2);
      }),
      RUNS,
    );
  });

  it('follow each other: when the winner is deleted another one wins, and never do two at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), nodeEnisArbitrary(), async (scheduler, wanted) => {
        const world = claimWorld(scheduler, 1);
        for (const nodeEni of wanted) void world.createNodeEni(nodeEni);
        world.startReplica();
        world.startReplica();
        await scheduler.waitIdle();
        const winner = world.attachments()[0]?.spec.nodeENI.name ?? '';
        void world.deleteNodeEni(winner);
        await scheduler.waitIdle();
        expect(world.violations).toEqual([]);
        expect(world.nodeEnis().map(({ metadata }) => metadata.name)).not.toContain(winner);
        expectOneWinnerPerNode(world, 1);
      }),
      RUNS,
    );
  });
});
