import { describe, expect, it } from 'vitest';
import { rateAt } from '../../domain/rate-bucket.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { StoppingError } from '../../runtime/stopping-error.ts';
import { Ec2Budget } from './ec2-budget.ts';

const CREATE = 'CreateNetworkInterface';
const DESCRIBE = 'DescribeNetworkInterfaces';

function world(): {
  readonly clock: FakeClock;
  readonly budget: Ec2Budget;
  /** Sends a request; its name is in `sent` once it was let go. */
  readonly send: (name: string, action: string, attempt?: number) => void;
  readonly sent: string[];
  readonly waits: [string, number][];
} {
  const clock = new FakeClock();
  const [sent, waits]: [string[], [string, number][]] = [[], []];
  const budget = new Ec2Budget({
    clock,
    sizeOf: () => ({ burst: 2, tokensPerSecond: 1 }),
    observer: {
      waited: (action, durationMs) => waits.push([action, durationMs]),
      throttled: () => undefined,
    },
  });
  const send = (name: string, action: string, attempt = 1): void =>
    void budget.admit(action, attempt).then(() => sent.push(name));
  return { clock, budget, send, sent, waits };
}

describe('calls that read', () => {
  it('wait for a token of their own action, first come first served', async () => {
    const { clock, send, sent, waits } = world();
    for (const name of ['a', 'b', 'c', 'd']) send(name, DESCRIBE);
    send('other', 'DescribeInstances');
    await clock.advance(0);
    expect(sent).toEqual(['a', 'b', 'other']);
    await clock.advance(1_000);
    expect(sent).toEqual(['a', 'b', 'other', 'c']);
    await clock.advance(1_000);
    expect(sent.at(-1)).toBe('d');
    expect(waits.at(-1)).toEqual([DESCRIBE, 2_000]);
  });

  it('go at half the rate after a throttle', async () => {
    const { clock, budget, send, sent } = world();
    budget.throttled(DESCRIBE);
    for (const name of ['a', 'b', 'c']) send(name, DESCRIBE);
    await clock.advance(1_900);
    expect(sent).toEqual([]);
    await clock.advance(100);
    expect(sent).toEqual(['a']);
    await clock.advance(2_000);
    expect(sent).toEqual(['a', 'b']);
  });
});

describe('a throttle that the SDK hides by a retry', () => {
  it('slows a read, and leaves a change to whoever concludes from its failure', () => {
    const { clock, budget } = world();
    for (const action of [DESCRIBE, CREATE]) budget.noticeThrottle(action);
    expect(rateAt(budget.bucketOf(DESCRIBE), clock.monotonicMs())).toBe(0.5);
    expect(rateAt(budget.bucketOf(CREATE), clock.monotonicMs())).toBe(1);
  });
});

describe('the first try of a call that changes something', () => {
  it('has its token already and takes none', async () => {
    const { clock, budget, send, sent } = world();
    for (const name of ['a', 'b', 'c']) send(name, CREATE);
    await clock.advance(0);
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(budget.bucketOf(CREATE).tokens).toBe(2);
  });
});

describe('a repetition by the SDK', () => {
  it('counts against the same action, and waits for its token ahead of new calls', async () => {
    const { clock, budget, send, sent } = world();
    expect([budget.tryTake(CREATE), budget.tryTake(CREATE)]).toEqual([true, true]);
    send('again', CREATE, 2);
    await clock.advance(999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual(['again']);
    expect(budget.tryTake(CREATE)).toBe(false);
  });

  it('gets a token that is given back', async () => {
    const { clock, budget, send, sent } = world();
    budget.tryTake(CREATE);
    budget.tryTake(CREATE);
    send('again', CREATE, 2);
    budget.giveBack(CREATE);
    await clock.advance(0);
    expect(sent).toEqual(['again']);
  });
});

it('shows the buckets that are in use as they are now', async () => {
  const { clock, budget } = world();
  budget.tryTake(CREATE);
  budget.throttled(DESCRIBE);
  await clock.advance(500);
  expect(Object.keys(budget.buckets()).toSorted()).toEqual([CREATE, DESCRIBE]);
  expect(budget.buckets()[CREATE]?.tokens).toBe(1.5);
  expect(budget.buckets()[DESCRIBE]?.tokens).toBeCloseTo(0.25, 2);
});

describe('a stop of the process', () => {
  it('ends every wait for a token at once, and lets nobody begin another one', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const size = { burst: 1, tokensPerSecond: 0.01 };
    const budget = new Ec2Budget({ clock, sizeOf: () => size, stop: stop.signal });
    await budget.admit(DESCRIBE, 1);
    const waits = [
      budget.admit(DESCRIBE, 1),
      budget.admit('DescribeInstances', 1),
      budget.takeInTurn(DESCRIBE),
    ];
    const ends = Promise.allSettled(waits);
    stop.abort();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    await expect(budget.admit('DescribeSubnets', 1)).rejects.toThrow(StoppingError);
    expect(clock.monotonicMs()).toBe(0);
  });
});
