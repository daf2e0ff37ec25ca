import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { Wakeup } from './wakeup.ts';

/** A wait, and whether it is over. */
function begin(wakeup: Wakeup, delayMs: number, signal = new AbortController().signal): { isOver: boolean } {
  const wait = { isOver: false };
  void wakeup.wait(delayMs, signal).then(() => {
    wait.isOver = true;
    return wait;
  });
  return wait;
}

describe('a wait that others can end', () => {
  it('ends after its time', async () => {
    const clock = new FakeClock();
    const wait = begin(new Wakeup(clock), 1_000);
    await clock.advance(999);
    expect(wait.isOver).toBe(false);
    await clock.advance(1);
    expect(wait.isOver).toBe(true);
    expect(clock.pendingCount).toBe(0);
  });

  it('ends when it is woken, and leaves no timer', async () => {
    const clock = new FakeClock();
    const wakeup = new Wakeup(clock);
    const wait = begin(wakeup, 1_000);
    wakeup.wake();
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
    expect(clock.pendingCount).toBe(0);
  });

  it('ends when its signal aborts, or has aborted before', async () => {
    const clock = new FakeClock();
    const wakeup = new Wakeup(clock);
    const stop = new AbortController();
    const wait = begin(wakeup, 1_000, stop.signal);
    stop.abort();
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
    const late = begin(wakeup, 1_000, stop.signal);
    await clock.advance(0);
    expect(late.isOver).toBe(true);
    expect(clock.pendingCount).toBe(0);
  });

  it('may have no end of its own', async () => {
    const clock = new FakeClock();
    const wakeup = new Wakeup(clock);
    const wait = begin(wakeup, Infinity);
    await clock.advance(10_000_000);
    expect(wait.isOver).toBe(false);
    wakeup.wake();
    await clock.advance(0);
    expect(wait.isOver).toBe(true);
  });

  it('is not ended by a wake that came before it', async () => {
    const clock = new FakeClock();
    const wakeup = new Wakeup(clock);
    wakeup.wake();
    const wait = begin(wakeup, 1_000);
    await clock.advance(999);
    expect(wait.isOver).toBe(false);
  });
});
