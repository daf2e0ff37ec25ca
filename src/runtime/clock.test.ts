import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { delay } from './delay.ts';
import { FakeClock } from './fake-clock.ts';
import { linkAbort } from './linked-abort.ts';
import { TimeLimitError, withTimeLimit } from './time-limit.ts';

describe('the system clock', () => {
  it('runs a callback once and can cancel one', async () => {
    const ran: string[] = [];
    const cancelled = systemClock.schedule(0, () => ran.push('cancelled'));
    cancelled.cancel();
    await new Promise<void>((resolve) => {
      systemClock.schedule(1, () => {
        ran.push('kept');
        resolve();
      });
    });
    expect(ran).toEqual(['kept']);
  });

  it('does not fire a wait of more than 24 days at once', async () => {
    let hasFired = false;
    const task = systemClock.schedule(3_000_000_000, () => {
      hasFired = true;
    });
    await new Promise<void>((resolve) => systemClock.schedule(5, resolve));
    task.cancel();
    expect(hasFired).toBe(false);
  });
});

describe('the fake clock', () => {
  it('runs what falls due in order, also what that schedules', async () => {
    const clock = new FakeClock();
    const ran: [string, number][] = [];
    clock.schedule(20, () => ran.push(['b', clock.monotonicMs()]));
    clock.schedule(10, () => {
      ran.push(['a', clock.monotonicMs()]);
      clock.schedule(5, () => ran.push(['nested', clock.monotonicMs()]));
    });
    clock.schedule(31, () => ran.push(['late', clock.monotonicMs()]));
    await clock.advance(30);
    expect(ran).toEqual([
      ['a', 10],
      ['nested', 15],
      ['b', 20],
    ]);
  });
});

describe('delay', () => {
  it('ends early when the signal aborts and leaves no timer', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const waiting = delay(clock, 1_000, stop.signal);
    stop.abort();
    await waiting;
    await delay(clock, 1_000, stop.signal);
    expect(clock.pendingCount).toBe(0);
  });
});

describe('a linked abort', () => {
  it('follows each parent with its reason, also one that aborted before', () => {
    const parent = new AbortController();
    const link = linkAbort(undefined, parent.signal);
    parent.abort('why');
    expect(link.signal.reason).toBe('why');
    expect(linkAbort(parent.signal).signal.reason).toBe('why');
  });

  it('stops following once disposed', () => {
    const parent = new AbortController();
    const link = linkAbort(parent.signal);
    link.dispose();
    parent.abort();
    expect(link.signal.aborted).toBe(false);
  });
});

describe('a time limit', () => {
  it('stops waiting for work that ignores its signal', async () => {
    const clock = new FakeClock();
    const limited = withTimeLimit({ clock, limitMs: 100 }, () => new Promise(() => undefined));
    const outcome = limited.catch((error: unknown) => error);
    await clock.advance(100);
    expect(await outcome).toBeInstanceOf(TimeLimitError);
  });

  it('passes on what the work returns or throws and leaves no timer', async () => {
    const clock = new FakeClock();
    await expect(withTimeLimit({ clock, limitMs: 100 }, async () => 7)).resolves.toBe(7);
    await expect(
      withTimeLimit({ clock, limitMs: 100 }, async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    expect(clock.pendingCount).toBe(0);
  });

  it('rejects with the reason of the parent signal', async () => {
    const parent = new AbortController();
    const limit = { clock: new FakeClock(), limitMs: 100, signal: parent.signal };
    const limited = withTimeLimit(limit, () => new Promise(() => undefined));
    parent.abort(new Error('shutting down'));
    await expect(limited).rejects.toThrow('shutting down');
  });
});
