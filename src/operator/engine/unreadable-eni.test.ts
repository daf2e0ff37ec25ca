import { describe, expect, it } from 'vitest';
import { anEni } from '../../../test/builders/ec2-resources.ts';
import { listerWorld, OWNED_TAGS, RESYNC_MS } from '../../../test/support/lister-world.ts';

const ENI = anEni({ tags: OWNED_TAGS });
const OTHER = anEni({ eniId: 'eni-0b', tags: OWNED_TAGS });
const TOLD = 'cannot understand a network interface';

describe('an ENI that cannot be understood', () => {
  it('keeps no other ENI from being known, and is told in the log once', async () => {
    const { clock, ec2, inventory, lister, logger, start } = listerWorld([ENI, OTHER]);
    ec2.unreadable.add('eni-0a');
    start();
    await clock.advance(3 * RESYNC_MS);
    expect(lister.isComplete).toBe(true);
    expect(lister.lastError).toBeUndefined();
    expect(inventory.list().map(({ eniId }) => eniId)).toEqual(['eni-0b']);
    expect([...inventory.unreadable]).toEqual(['eni-0a']);
    expect(logger.messages('warn')).toEqual([TOLD]);
  });

  it('is never gone, however long it lasts: it exists', async () => {
    const { clock, ec2, inventory, lister, start } = listerWorld([ENI]);
    start();
    await clock.advance(1_000);
    ec2.unreadable.add('eni-0a');
    for (let minute = 0; minute < 30; minute += 1) {
      lister.follow('eni-0a', 'att-1');
      await clock.advance(60_000);
      expect(inventory.presenceOf('eni-0a')).not.toBe('gone');
    }
    expect(inventory.get('eni-0a')).toEqual(ENI);
  });

  it('is never gone either when only a status remembers its id', async () => {
    const { clock, ec2, inventory, lister, start } = listerWorld([ENI]);
    ec2.unreadable.add('eni-0a');
    start();
    for (let minute = 0; minute < 10; minute += 1) {
      lister.follow('eni-0a', 'att-1');
      await clock.advance(60_000);
      expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    }
  });

  it('ends a doubt that an earlier miss began', async () => {
    const { clock, ec2, inventory, start } = listerWorld([ENI]);
    start();
    await clock.advance(1_000);
    inventory.merge({ begunAtMs: 2_000, enis: [], askedIds: new Set(['eni-0a']) });
    ec2.unreadable.add('eni-0a');
    await clock.advance(RESYNC_MS);
    inventory.merge({ begunAtMs: RESYNC_MS + 2_000, enis: [], askedIds: new Set(['eni-0a']) });
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
  });

  it('costs no read of its own: listings look at it', async () => {
    const { clock, ec2, follows, lister, start } = listerWorld([ENI]);
    start();
    await clock.advance(1_000);
    ec2.unreadable.add('eni-0a');
    lister.follow('eni-0a', 'att-1');
    await clock.advance(5_000);
    for (let second = 0; second < 60; second += 1) {
      lister.follow('eni-0a', 'att-1');
      await clock.advance(1_000);
    }
    expect(follows()).toHaveLength(1);
  });

  it('is no proof of an absence while it may be the one that is looked for', async () => {
    const { clock, ec2, heard, lister, listings, start } = listerWorld([ENI]);
    ec2.unreadable.add('eni-0a');
    start();
    for (let second = 0; second < 600; second += 10) {
      expect(lister.proveAbsence('att-1')).toBe(false);
      await clock.advance(10_000);
    }
    expect(heard.answered).toEqual([]);
    // One a minute, however often it is asked.
    expect(listings().length).toBeLessThanOrEqual(11);
    ec2.unreadable.clear();
    await clock.advance(2 * RESYNC_MS);
    expect(heard.answered).toEqual(['att-1']);
  });

  it('holds no proof up once it is known whose it is', async () => {
    const { clock, ec2, heard, lister, start } = listerWorld([ENI]);
    start();
    await clock.advance(1_000);
    ec2.unreadable.add('eni-0a');
    lister.proveAbsence('att-1');
    await clock.advance(60_000);
    expect(heard.answered).toEqual(['att-1']);
  });

  it('is as good as any other once it is understood again, and wakes who waits for it', async () => {
    const { clock, ec2, heard, inventory, start } = listerWorld([ENI]);
    ec2.unreadable.add('eni-0a');
    start();
    await clock.advance(1_000);
    expect(heard.changed).toEqual([]);
    ec2.unreadable.clear();
    await clock.advance(RESYNC_MS);
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    expect(heard.changed).toEqual(['eni-0a']);
    expect(inventory.unreadable.size).toBe(0);
  });
});
