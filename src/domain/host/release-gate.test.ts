import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releaseGate, type ReleaseGateFacts } from './release-gate.ts';

const claimed: ReleaseGateFacts = {
  isClaimed: true,
  isReleased: false,
  users: [],
  isNodeGone: false,
  releaseDeadlineMs: 600_000,
  isForced: false,
};

describe('the gate before a detach', () => {
  it.each<[string, Partial<ReleaseGateFacts>, string]>([
    ['is shut while pods use the link', { users: ['a/b'] }, 'blocked'],
    ['is shut while pods use a link that nobody claimed', { users: ['a/b'], isClaimed: false }, 'blocked'],
    ['is shut while pods use a link that was released', { users: ['a/b'], isReleased: true }, 'blocked'],
    ['waits for the pods to be read', { users: undefined }, 'waiting'],
    ['waits for a living daemon as long as it takes', {}, 'waiting'],
    ['waits for a dead daemon until the deadline', { daemonDeadForMs: 599_999 }, 'waiting'],
    ['opens at the deadline of a dead daemon', { daemonDeadForMs: 600_000 }, 'open'],
    [
      'stays shut for a pod even if the daemon is dead',
      { daemonDeadForMs: 900_000, users: ['a/b'] },
      'blocked',
    ],
    ['opens when the daemon has released', { isReleased: true }, 'open'],
    ['is open for what no daemon claimed', { isClaimed: false }, 'open'],
    ['is open for a node that is gone', { isNodeGone: true, users: undefined }, 'open'],
    ['is open by order', { isForced: true, users: ['a/b'] }, 'open'],
  ])('%s', (_, change, expected) => {
    expect(releaseGate({ ...claimed, ...change }).kind).toBe(expected);
  });

  it('never opens under a pod without an order, whatever else is true', () => {
    const facts = fc.record({
      isClaimed: fc.boolean(),
      isReleased: fc.boolean(),
      daemonDeadForMs: fc.integer({ min: 0, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(facts, (rest) => {
        expect(releaseGate({ ...claimed, ...rest, users: ['a/b'] }).kind).toBe('blocked');
      }),
    );
  });
});
