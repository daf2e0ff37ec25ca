import { describe, expect, it } from 'vitest';
import { anAttachedEni, anEni } from '../../../test/builders/ec2-resources.ts';
import { listerWorld, OWNED_TAGS, RESYNC_MS } from '../../../test/support/lister-world.ts';

const ENI = anEni({ tags: OWNED_TAGS });

describe('full listings', () => {
  it('are made at start and once per resync, and nothing else while idle', async () => {
    const { clock, start, listings, follows } = listerWorld([ENI]);
    start();
    await clock.advance(3_600_000);
    expect(listings()).toEqual(Array.from({ length: 13 }, (_, index) => index * RESYNC_MS));
    expect(follows()).toEqual([]);
  });

  it('complete the inventory, which is told once', async () => {
    const { clock, start, lister, inventory, heard } = listerWorld([ENI]);
    expect(lister.isComplete).toBe(false);
    start();
    await clock.advance(RESYNC_MS);
    expect(lister.isComplete).toBe(true);
    expect(inventory.get('eni-0a')).toEqual(ENI);
    expect(heard).toMatchObject({ firstListings: 1, changed: ['eni-0a'] });
  });

  it('have an age, from the first on', async () => {
    const { clock, start, lister } = listerWorld();
    expect(lister.listingAgeMs).toBeUndefined();
    start();
    await clock.advance(RESYNC_MS - 1);
    expect(lister.listingAgeMs).toBe(RESYNC_MS - 1);
    await clock.advance(1_001);
    expect(lister.listingAgeMs).toBe(1_000);
  });

  it('end when the signal aborts', async () => {
    const { clock, start, listings } = listerWorld();
    const stop = start();
    await clock.advance(1);
    stop.abort();
    await clock.advance(RESYNC_MS * 2);
    expect(listings()).toEqual([0]);
    expect(clock.pendingCount).toBe(0);
  });
});

describe('an ENI in flight', () => {
  it('is asked for once a second until its state changes, then never again', async () => {
    const { clock, ec2, start, lister, follows, heard } = listerWorld([ENI]);
    start();
    await clock.advance(100);
    lister.follow('eni-0a', 'att-1');
    await clock.advance(2_500);
    ec2.region.addEni(anAttachedEni({}, { tags: OWNED_TAGS }));
    await clock.advance(10_000);
    expect(follows().map(({ atMs }) => atMs)).toEqual([100, 1_100, 2_100, 3_100]);
    expect(heard.answered).toEqual(['att-1']);
    expect(heard.changed).toEqual(['eni-0a', 'eni-0a']);
  });

  it('shares one call with all the others, and wakes each that asked', async () => {
    const enis = [ENI, anEni({ eniId: 'eni-0b', tags: OWNED_TAGS })];
    const { clock, ec2, start, lister, follows, heard } = listerWorld(enis);
    start();
    await clock.advance(100);
    lister.follow('eni-0a', 'att-1');
    lister.follow('eni-0a', 'att-2');
    lister.follow('eni-0b', 'att-3');
    for (const { eniId } of enis) ec2.region.addEni(anAttachedEni({}, { eniId, tags: OWNED_TAGS }));
    await clock.advance(500);
    expect(follows()).toEqual([{ atMs: 100, ids: ['eni-0a', 'eni-0b'] }]);
    expect(heard.answered.toSorted()).toEqual(['att-1', 'att-2', 'att-3']);
  });

  it('waits its turn: at most one call a second and 200 ids a call, all ids in rotation', async () => {
    const { clock, start, lister, follows } = listerWorld();
    start();
    await clock.advance(100);
    const ids = Array.from({ length: 450 }, (_, index) => `eni-${index}`);
    for (const eniId of ids) lister.follow(eniId, eniId);
    await clock.advance(2_999);
    expect(follows().map(({ atMs, ids: asked }) => [atMs, asked.length])).toEqual([
      [100, 200],
      [1_100, 200],
      [2_100, 200],
    ]);
    expect(new Set(follows().flatMap(({ ids: asked }) => asked)).size).toBe(450);
  });

  it('stays under one call a second however often it is asked for', async () => {
    const { clock, start, lister, follows } = listerWorld([ENI]);
    start();
    for (let step = 0; step < 100; step += 1) {
      lister.follow('eni-0a', `att-${step}`);
      await clock.advance(100);
    }
    const gaps = follows().map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? -Infinity));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    expect(follows().length).toBeLessThanOrEqual(11);
  });

  it('that EC2 shows unchanged is asked for no longer than 30 s, unless somebody asks again', async () => {
    const { clock, start, lister, follows } = listerWorld([ENI]);
    start();
    await clock.advance(100);
    lister.follow('eni-0a', 'att-1');
    await clock.advance(20_000);
    lister.follow('eni-0a', 'att-1');
    await clock.advance(600_000);
    const lastAtMs = follows().at(-1)?.atMs ?? 0;
    expect(lastAtMs).toBeGreaterThanOrEqual(50_100);
    expect(lastAtMs).toBeLessThanOrEqual(55_100);
  });

  it('is asked for less often the longer it takes, and every 5 s at least', async () => {
    const { clock, start, lister, follows } = listerWorld([ENI]);
    start();
    for (let second = 0; second < 60; second += 10) {
      lister.follow('eni-0a', 'att-1');
      await clock.advance(10_000);
    }
    const gaps = follows().map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? 0));
    expect(gaps.slice(1, 5)).toEqual([1_000, 1_000, 1_000, 1_000]);
    expect(gaps.slice(1).toSorted((a, b) => a - b)).toEqual(gaps.slice(1));
    expect(gaps.at(-1)).toBe(5_000);
  });

  it('that is new does not wait because another one takes long', async () => {
    const enis = [ENI, anEni({ eniId: 'eni-0b', tags: OWNED_TAGS })];
    const { clock, start, lister, follows } = listerWorld(enis);
    start();
    lister.follow('eni-0a', 'att-1');
    await clock.advance(25_500);
    lister.follow('eni-0b', 'att-2');
    await clock.advance(10_000);
    const first = follows().find(({ ids }) => ids.includes('eni-0b'));
    expect(first?.atMs).toBeLessThanOrEqual(26_500);
  });

  it('that cannot have changed yet is read only then, or with another one', async () => {
    const { clock, start, lister, follows } = listerWorld([ENI]);
    start();
    lister.follow('eni-0a', 'att-1', 1_000);
    await clock.advance(999);
    expect(follows()).toEqual([]);
    await clock.advance(1);
    expect(follows()).toEqual([{ atMs: 1_000, ids: ['eni-0a'] }]);
  });

  it('is read with the others every two seconds where there are many', async () => {
    const enis = Array.from({ length: 20 }, (_, index) => anEni({ eniId: `eni-${index}`, tags: OWNED_TAGS }));
    const { clock, start, lister, follows } = listerWorld(enis);
    start();
    for (const { eniId } of enis) lister.follow(eniId, eniId);
    await clock.advance(6_500);
    expect(follows().map(({ atMs, ids }) => [atMs, ids.length])).toEqual([
      [0, 20],
      [2_000, 20],
      [4_000, 20],
      [6_000, 20],
    ]);
  });

  it('that a listing misses is asked for by id until it is gone, and its attachment is woken', async () => {
    const { clock, ec2, start, inventory, follows, heard } = listerWorld([ENI]);
    start();
    await clock.advance(1_000);
    ec2.region.removeEni('eni-0a');
    await clock.advance(RESYNC_MS);
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    await clock.advance(60_000);
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
    expect(heard.changed).toEqual(['eni-0a', 'eni-0a', 'eni-0a']);
    const asked = follows().length;
    expect(asked).toBeLessThanOrEqual(32);
    await clock.advance(120_000);
    expect(follows()).toHaveLength(asked);
  });

  it('that only a status remembers settles after 30 s and the wait for the next read', async () => {
    const { clock, start, lister, heard, inventory } = listerWorld();
    start();
    lister.follow('eni-none', 'att-1');
    await clock.advance(29_000);
    expect(heard.answered).toEqual([]);
    await clock.advance(6_000);
    expect(heard.answered).toEqual(['att-1']);
    expect(inventory.presenceOf('eni-none')).toBe('gone');
  });
});
