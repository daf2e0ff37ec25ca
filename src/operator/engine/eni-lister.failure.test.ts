import { describe, expect, it } from 'vitest';
import { anEni } from '../../../test/builders/ec2-resources.ts';
import { listerWorld, OWNED_TAGS, RESYNC_MS } from '../../../test/support/lister-world.ts';

const ENI = anEni({ tags: OWNED_TAGS });

describe('a read that fails', () => {
  const OUTAGE = { action: '*', code: 'InternalError', status: 500, times: Infinity };

  it('is tried again with a growing back-off of at most a minute, and told in the log', async () => {
    const { clock, ec2, start, listings, logger } = listerWorld();
    ec2.fail(OUTAGE);
    start();
    await clock.advance(200_000);
    expect(listings()).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000, 123_000, 183_000]);
    expect(new Set(logger.messages('warn'))).toEqual(new Set(['cannot read network interfaces']));
  });

  it('keeps what was known and says why, until one succeeds', async () => {
    const { clock, ec2, start, lister, inventory, heard } = listerWorld([ENI]);
    start();
    await clock.advance(RESYNC_MS - 1);
    expect(lister.lastError).toBeUndefined();
    ec2.fail(OUTAGE);
    await clock.advance(1);
    expect(lister.lastError?.message).toContain('InternalError');
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    ec2.heal();
    await clock.advance(1_000);
    expect(lister.lastError).toBeUndefined();
    expect(lister.isComplete).toBe(true);
    expect(heard.firstListings).toBe(1);
  });

  it('does not complete the inventory', async () => {
    const { clock, ec2, start, lister, heard } = listerWorld();
    ec2.fail({ ...OUTAGE, times: 3 });
    start();
    await clock.advance(6_999);
    expect(lister.isComplete).toBe(false);
    expect(heard.firstListings).toBe(0);
    await clock.advance(1);
    expect(lister.isComplete).toBe(true);
  });

  it('backs off reads by id too', async () => {
    const { clock, ec2, start, lister, follows } = listerWorld([ENI]);
    start();
    await clock.advance(500);
    ec2.fail(OUTAGE);
    lister.follow('eni-0a', 'att-1');
    await clock.advance(10_000);
    expect(follows().map(({ atMs }) => atMs)).toEqual([500, 1_500, 3_500, 7_500]);
  });

  it('is not hurried by questions that are asked meanwhile', async () => {
    const { clock, ec2, start, lister, listings } = listerWorld();
    ec2.fail(OUTAGE);
    start();
    for (let step = 0; step < 300; step += 1) {
      lister.proveAbsence(`att-${step % 50}`);
      await clock.advance(100);
    }
    expect(listings()).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
  });
});

describe('a proof of absence', () => {
  it('takes two listings at least 30 s apart, both begun after the question', async () => {
    const { clock, start, lister, listings, heard } = listerWorld();
    start();
    await clock.advance(10_000);
    expect(lister.proveAbsence('att-1')).toBe(false);
    await clock.advance(29_999);
    expect(lister.proveAbsence('att-1')).toBe(false);
    expect(heard.answered).toEqual([]);
    await clock.advance(1);
    expect(listings()).toEqual([0, 10_000, 40_000]);
    expect(heard.answered).toEqual(['att-1']);
    expect(lister.proveAbsence('att-1')).toBe(true);
  });

  it('costs nothing more once it is answered', async () => {
    const { clock, start, lister, listings } = listerWorld();
    start();
    await clock.advance(1);
    lister.proveAbsence('att-1');
    await clock.advance(RESYNC_MS + 40_000);
    expect(listings()).toEqual([0, 1, 30_001, 30_001 + RESYNC_MS]);
  });

  it('serves many questions with the same listings', async () => {
    const { clock, start, lister, listings, heard } = listerWorld();
    start();
    await clock.advance(1);
    for (let index = 0; index < 100; index += 1) lister.proveAbsence(`att-${index}`);
    await clock.advance(30_000);
    expect(listings()).toEqual([0, 1, 30_001]);
    expect(heard.answered).toHaveLength(100);
  });

  it('is asked for anew after it was forgotten', async () => {
    const { clock, start, lister } = listerWorld();
    start();
    lister.proveAbsence('att-1');
    await clock.advance(60_000);
    lister.forgetAbsence('att-1');
    expect(lister.proveAbsence('att-1')).toBe(false);
  });
});
