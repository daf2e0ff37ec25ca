import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OneEniWorld, oneEniWorld } from '../../test/builders/one-eni-world.ts';
import type { EniStep } from './eni-step.ts';

type Event = readonly [name: string, happen: (world: OneEniWorld) => void];

const STEPS: readonly Event[] = [
  ['step', (world) => void world.step()],
  ['step, reply lost', (world) => void world.step({ isReplyLost: true })],
  ['step, sent twice', (world) => void world.step({ isSentTwice: true })],
  ['step, sent twice, replies lost', (world) => void world.step({ isSentTwice: true, isReplyLost: true })],
];
const WORLD: readonly Event[] = [
  ['read', (world) => world.read()],
  ['1 s', (world) => world.advance(1_000)],
  ['31 s', (world) => world.advance(31_000)],
  ['crash', (world) => world.crash()],
];
const PEOPLE: readonly Event[] = [
  ['vanish', (world) => world.vanish()],
  ['detach by hand', (world) => world.detachByHand()],
  ['change by hand', (world) => world.changeByHand()],
];
const INSTANCE: readonly Event[] = [
  ['stopping', (world) => world.setInstanceState('stopping')],
  ['running', (world) => world.setInstanceState('running')],
];
const DEATH: readonly Event[] = [
  ['shutting-down', (world) => world.setInstanceState('shutting-down')],
  ['terminated', (world) => world.setInstanceState('terminated')],
];

function events(...groups: readonly (readonly Event[])[]): fc.Arbitrary<Event[]> {
  return fc.array(fc.constantFrom(...STEPS, ...STEPS, ...groups.flat()), { maxLength: 40 });
}

const troubles = events(WORLD, WORLD, PEOPLE, INSTANCE);

function happen(world: OneEniWorld, history: readonly Event[]): void {
  for (const [, event] of history) event(world);
}

/** Nothing goes wrong any more. */
function calm(world: OneEniWorld, isDone: (step: EniStep) => boolean): EniStep {
  let step: EniStep = world.step();
  for (let round = 0; round < 30 && !isDone(step); round += 1) {
    world.advance(31_000);
    world.read();
    step = world.step();
  }
  return step;
}

describe('the steps for one ENI, whatever EC2, people and crashes do', () => {
  it('end with exactly one ENI, attached as wanted', () => {
    fc.assert(
      fc.property(troubles, (history) => {
        const world = oneEniWorld();
        happen(world, history);
        world.setInstanceState('running');
        world.crash();
        expect(calm(world, ({ kind }) => kind === 'ready')).toEqual({ kind: 'ready' });
        expect(world.violations()).toEqual([]);
        expect(world.enis()).toMatchObject([
          {
            sourceDestCheck: false,
            securityGroupIds: ['sg-1', 'sg-2'],
            attachment: { instanceId: 'i-1', deviceIndex: 2, status: 'attached', deleteOnTermination: true },
          },
        ]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('change nothing any more once ready', () => {
    fc.assert(
      fc.property(troubles, fc.nat(5), (history, rounds) => {
        const world = oneEniWorld();
        happen(world, history);
        world.setInstanceState('running');
        world.crash();
        calm(world, ({ kind }) => kind === 'ready');
        const before = world.enis();
        for (let round = 0; round <= rounds; round += 1) expect(world.step()).toEqual({ kind: 'ready' });
        expect(world.enis()).toEqual(before);
      }),
    );
  });

  it('end without any ENI when released, also when the instance dies, and never detach from a dying one', () => {
    fc.assert(
      fc.property(troubles, events(WORLD, WORLD, PEOPLE, DEATH), fc.boolean(), (history, more, isDead) => {
        const world = oneEniWorld();
        happen(world, history);
        world.release();
        happen(world, more);
        world.setInstanceState(isDead ? 'terminated' : 'running');
        world.crash();
        expect(calm(world, ({ kind }) => kind === 'finish')).toEqual({ kind: 'finish' });
        expect(world.violations()).toEqual([]);
        expect(world.enis()).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never say that they are finished while an ENI is left', () => {
    fc.assert(
      fc.property(troubles, events(WORLD, WORLD, PEOPLE), (history, more) => {
        const world = oneEniWorld();
        happen(world, history);
        world.release();
        const leftovers = more.flatMap(([, event]) => {
          event(world);
          return world.step().kind === 'finish' ? world.enis() : [];
        });
        expect(leftovers).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
