import { describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { anAttachedEni, anEni, anEniAttachment } from '../../../test/builders/ec2-resources.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import { EniInventory, type EniRead } from './eni-inventory.ts';

const TAGS = { [ENI_TAGS.instance]: 'i-1', [ENI_TAGS.attachment]: 'uid-1', [ENI_TAGS.attempt]: '1' };
const ENI = anEni({ tags: TAGS });

function listing(begunAtMs: number, ...enis: Eni[]): EniRead {
  return { begunAtMs, enis };
}

/** A read by id; asks for `eni-0a` unless told otherwise. */
function byId(begunAtMs: number, enis: readonly Eni[] = [], ids: readonly string[] = ['eni-0a']): EniRead {
  return { begunAtMs, enis, askedIds: new Set(ids) };
}

/** An inventory that has seen the ENI at time 0. */
function seen(eni: Eni = ENI): EniInventory {
  const inventory = new EniInventory();
  inventory.merge(listing(0, eni));
  return inventory;
}

describe('what the inventory knows', () => {
  it('is what EC2 showed, found by id and by the instance that the tags name', () => {
    const inventory = seen();
    expect(inventory.get('eni-0a')).toEqual(ENI);
    expect(inventory.ofInstance('i-1')).toEqual([ENI]);
    expect(inventory.ofInstance('i-2')).toEqual([]);
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    expect(inventory.size).toBe(1);
  });

  it('follows the instance tag when somebody changes it', () => {
    const inventory = seen();
    const moved = anEni({ tags: { ...TAGS, [ENI_TAGS.instance]: 'i-2' } });
    inventory.merge(listing(1_000, moved));
    expect(inventory.ofInstance('i-1')).toEqual([]);
    expect(inventory.ofInstance('i-2')).toEqual([moved]);
  });

  it('grows by every read and loses nothing that a read was not about', () => {
    const inventory = seen();
    const other = anEni({ eniId: 'eni-0b' });
    inventory.merge(byId(1_000, [other], ['eni-0b']));
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    expect(inventory.size).toBe(2);
  });

  it('is unknown for an id that nobody has mentioned', () => {
    expect(new EniInventory().presenceOf('eni-0a')).toBe('unknown');
  });

  it('tells what changed, and nothing when a listing repeats what is known', () => {
    const inventory = seen();
    expect(inventory.merge(listing(1_000, ENI)).changed).toEqual([]);
    const attached = anAttachedEni({}, { tags: TAGS });
    expect(inventory.merge(listing(2_000, attached)).changed).toEqual([attached]);
  });

  it('takes the same tags in another order for no change', () => {
    const inventory = seen();
    const reversed = Object.fromEntries(Object.entries(TAGS).toReversed());
    expect(inventory.merge(listing(1_000, anEni({ tags: reversed }))).changed).toEqual([]);
  });
});

describe('a local write', () => {
  const attached = anAttachedEni({ status: 'attaching' }, { tags: TAGS });

  it('is not undone by a describe that began before it', () => {
    const inventory = seen();
    inventory.recordWrite(attached, 5_000);
    inventory.merge(listing(4_999, ENI));
    inventory.merge(byId(4_999, [ENI]));
    expect(inventory.get('eni-0a')).toEqual(attached);
    expect(inventory.isConfirmed('eni-0a')).toBe(false);
  });

  it('is not made doubtful by a listing that began before it and lacks the ENI', () => {
    const inventory = new EniInventory();
    inventory.recordWrite(ENI, 5_000);
    const change = inventory.merge(listing(4_000));
    expect(change).toEqual({ changed: [], doubtful: [], settled: [] });
    expect(inventory.presenceOf('eni-0a')).toBe('present');
  });

  it('is confirmed by a describe that began after it, which counts as a change even when it shows the same', () => {
    const inventory = seen();
    inventory.recordWrite(attached, 5_000);
    expect(inventory.merge(byId(5_001, [attached])).changed).toEqual([attached]);
    expect(inventory.isConfirmed('eni-0a')).toBe(true);
    expect(inventory.merge(byId(6_001, [attached])).changed).toEqual([]);
  });

  it('gives way to what a later describe shows', () => {
    const inventory = seen();
    inventory.recordWrite(attached, 5_000);
    inventory.merge(byId(6_000, [ENI]));
    expect(inventory.get('eni-0a')).toEqual(ENI);
  });

  it('leaves a new ENI unconfirmed until EC2 shows it', () => {
    const inventory = new EniInventory();
    inventory.recordWrite(ENI, 1_000);
    expect(inventory.isConfirmed('eni-0a')).toBe(false);
    inventory.merge(listing(2_000, ENI));
    expect(inventory.isConfirmed('eni-0a')).toBe(true);
  });
});

describe('an ENI that a read misses', () => {
  it('is doubtful after one miss, and asked for by id', () => {
    const inventory = seen();
    const change = inventory.merge(listing(10_000));
    expect(change.doubtful).toEqual(['eni-0a']);
    expect(change.changed).toEqual([ENI]);
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    expect(inventory.get('eni-0a')).toEqual(ENI);
  });

  it('is doubtful still after a second miss less than 30 s later', () => {
    const inventory = seen();
    inventory.merge(byId(100_000));
    inventory.merge(byId(129_999));
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
  });

  it('is gone after two misses 30 s apart', () => {
    const inventory = seen();
    inventory.merge(byId(100_000));
    const change = inventory.merge(byId(130_000));
    expect(change).toEqual({ changed: [ENI], doubtful: [], settled: [] });
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
    expect(inventory.get('eni-0a')).toBeUndefined();
    expect(inventory.ofInstance('i-1')).toEqual([]);
  });

  it('is never gone by listings alone, however many: it may only have lost its tags', () => {
    const inventory = seen();
    for (const begunAtMs of [100_000, 400_000, 700_000, 1_000_000]) inventory.merge(listing(begunAtMs));
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    const untagged = anEni();
    inventory.merge(byId(1_001_000, [untagged]));
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    expect(inventory.get('eni-0a')).toEqual(untagged);
  });

  it('is not gone when it shows up between two misses', () => {
    const inventory = seen();
    inventory.merge(byId(100_000));
    inventory.merge(byId(115_000, [ENI]));
    inventory.merge(byId(131_000));
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
  });

  it('is not gone within a minute of our last write to it: EC2 may not show it yet', () => {
    const inventory = new EniInventory();
    inventory.recordWrite(ENI, 100_000);
    inventory.merge(byId(101_000));
    inventory.merge(byId(159_999));
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    inventory.merge(byId(160_000));
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
  });

  it('stays when other ids were asked for', () => {
    const inventory = seen();
    inventory.merge(byId(100_000, [], ['eni-0b']));
    inventory.merge(byId(140_000, [], ['eni-0b']));
    expect(inventory.presenceOf('eni-0a')).toBe('present');
  });
});

describe('an ENI that is gone', () => {
  it('is not brought back by a read that is late', () => {
    const inventory = seen();
    inventory.recordGone('eni-0a', 10_000);
    expect(inventory.merge(listing(11_000, ENI)).changed).toEqual([]);
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
    expect(inventory.size).toBe(0);
  });

  it('ends the attempt that made it, and no other', () => {
    const inventory = seen();
    expect(inventory.isAttemptGone('uid-1', 1)).toBe(false);
    inventory.recordGone('eni-0a', 10_000);
    expect(inventory.isAttemptGone('uid-1', 1)).toBe(true);
    expect(inventory.isAttemptGone('uid-1', 2)).toBe(false);
    expect(inventory.isAttemptGone('uid-2', 1)).toBe(false);
  });

  it('is forgotten after five minutes', () => {
    const inventory = seen();
    inventory.recordGone('eni-0a', 10_000);
    inventory.merge(listing(310_000));
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
    inventory.merge(listing(310_001));
    expect(inventory.presenceOf('eni-0a')).toBe('unknown');
    expect(inventory.isAttemptGone('uid-1', 1)).toBe(false);
  });

  it('was never known: nothing is remembered of it', () => {
    const inventory = new EniInventory();
    inventory.recordGone('eni-0a', 10_000);
    expect(inventory.presenceOf('eni-0a')).toBe('unknown');
  });
});

describe('an id that only a status remembers', () => {
  it('is doubtful after one miss and settled as gone after two misses 30 s apart', () => {
    const inventory = new EniInventory();
    expect(inventory.merge(byId(0)).settled).toEqual([]);
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
    expect(inventory.merge(byId(29_999)).settled).toEqual([]);
    expect(inventory.merge(byId(30_000)).settled).toEqual(['eni-0a']);
    expect(inventory.presenceOf('eni-0a')).toBe('gone');
  });

  it('is present as soon as a read shows it, and a later miss starts the proof anew', () => {
    const inventory = new EniInventory();
    inventory.merge(byId(0));
    inventory.merge(byId(10_000, [ENI]));
    expect(inventory.presenceOf('eni-0a')).toBe('present');
    inventory.merge(byId(31_000));
    expect(inventory.presenceOf('eni-0a')).toBe('doubtful');
  });
});

it('keeps what an ENI is attached to, as EC2 showed it', () => {
  const attached = anAttachedEni({ deviceIndex: 3 }, { tags: TAGS });
  expect(seen(attached).get('eni-0a')?.attachment).toEqual(anEniAttachment({ deviceIndex: 3 }));
});
