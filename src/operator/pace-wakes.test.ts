import { describe, expect, it } from 'vitest';
import { FakeClock } from '../runtime/fake-clock.ts';
import { seededRandom } from '../runtime/random.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import { paceWakes } from './pace-wakes.ts';

function world(): {
  clock: FakeClock;
  wake: (key: string) => void;
  forget: (key: string) => void;
  due: string[];
} {
  const clock = new FakeClock();
  const due: string[] = [];
  const queue = {
    addAfter: (key: string, delayMs: number) => void due.push(`${key} ${clock.monotonicMs() + delayMs}`),
  };
  return { clock, due, ...paceWakes(queue, clock, 1_000) };
}

describe('wakes that are paced', () => {
  it('come at once, then once a period however many there are, and none is lost', async () => {
    const { clock, wake, due } = world();
    for (let step = 0; step < 35; step += 1) {
      wake('a');
      await clock.advance(100);
    }
    expect([...new Set(due)]).toEqual(['a 0', 'a 1000', 'a 2000', 'a 3000', 'a 4000']);
  });

  it('are not lost when the key was handed out meanwhile for another reason', async () => {
    const clock = new FakeClock();
    const queue = new WorkQueue({ clock, random: seededRandom(1) });
    const owners = paceWakes(queue, clock, 1_000);
    const handOut = async (): Promise<void> => queue.done((await queue.take()) ?? '');
    owners.wake('a');
    await handOut();
    queue.addAfter('a', 300);
    await clock.advance(100);
    owners.wake('a');
    await clock.advance(200);
    await handOut();
    expect(queue.depth).toBe(0);
    owners.wake('a');
    await clock.advance(700);
    expect(queue.depth).toBe(1);
  });

  it('of one key do not hold those of another', () => {
    const { wake, due } = world();
    wake('a');
    wake('b');
    expect(due).toEqual(['a 0', 'b 0']);
  });

  it('begin anew for a key that was forgotten, and after a quiet period', async () => {
    const { clock, wake, forget, due } = world();
    wake('a');
    forget('a');
    wake('a');
    await clock.advance(5_000);
    wake('a');
    expect(due).toEqual(['a 0', 'a 0', 'a 5000']);
  });
});
