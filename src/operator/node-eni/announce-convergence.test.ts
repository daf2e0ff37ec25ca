import { describe, expect, it } from 'vitest';
import { aNodeEni } from '../../../test/builders/node-eni.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { ActionPermits, bucketSizes } from '../engine/action-permits.ts';
import { Ec2Budget } from '../engine/ec2-budget.ts';
import type { EventSink } from '../ports.ts';
import { announceConvergence } from './announce-convergence.ts';

type Event = Parameters<EventSink['record']>[0];

function world(share: number): {
  readonly permits: ActionPermits;
  readonly announce: (attachments: number) => Event[];
} {
  const clock = new FakeClock();
  const budget = new Ec2Budget({ clock, sizeOf: bucketSizes(share) });
  const permits = new ActionPermits({ clock, budget, onGrant: () => undefined });
  return {
    permits,
    announce: (attachments) => {
      const events: Event[] = [];
      const sink = { record: (event: Event): void => void events.push(event) };
      announceConvergence(aNodeEni(), attachments, { budget, permits, events: sink, clock });
      return events;
    },
  };
}

describe('many attachments made at once', () => {
  it('are announced on their NodeENI with the time that they will take', () => {
    const [event] = world(1).announce(100);
    expect(event).toMatchObject({
      kind: 'NodeENI',
      name: 'tenant-a',
      type: 'Normal',
      reason: 'ConvergenceEstimated',
      message: '100 attachments: about 14 s at 5/s',
    });
  });

  it('take longer by a smaller share of the account’s buckets', () => {
    expect(world(0.7).announce(1_000)[0]?.message).toBe('1000 attachments: about 280 s at 3.5/s');
  });

  it('take longer while EC2 throttles, and behind others that wait', () => {
    const throttled = world(1);
    throttled.permits.throttled('AttachNetworkInterface');
    expect(throttled.announce(100)[0]?.message).toMatch(/about 3\d s at 2.5\/s/);
    const crowded = world(1);
    for (let index = 0; index < 200; index += 1) {
      crowded.permits.take('CreateNetworkInterface', `other-${index}`);
    }
    expect(crowded.announce(100)[0]?.message).toBe('100 attachments: about 44 s at 5/s');
  });

  it('are no news when they fit into the burst', () => {
    expect(world(1).announce(50)).toEqual([]);
    expect(world(1).announce(51)).toHaveLength(1);
  });
});
