import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSubnetSlots } from './subnet-slots.ts';

function keysOf(fields: Parameters<typeof mergeSubnetSlots>[0]): string[] {
  return mergeSubnetSlots(fields).map((slot) => slot.key);
}

describe('merged subnet list', () => {
  it('takes subnetID, subnetIDs, subnetName, subnetNames in this order', () => {
    const fields = {
      subnetNames: ['n2', 'n3'],
      subnetName: 'n1',
      subnetIDs: ['subnet-2', 'subnet-3'],
      subnetID: 'subnet-1',
    };
    expect(keysOf(fields)).toEqual([
      'id/subnet-1',
      'id/subnet-2',
      'id/subnet-3',
      'name/n1',
      'name/n2',
      'name/n3',
    ]);
  });

  it('drops duplicates and keeps the first of them, so one subnet never makes two ENIs', () => {
    const fields = {
      subnetID: 'subnet-1',
      subnetIDs: ['subnet-2', 'subnet-1', 'subnet-2'],
      subnetNames: ['n', 'n'],
    };
    expect(keysOf(fields)).toEqual(['id/subnet-1', 'id/subnet-2', 'name/n']);
  });

  it('keeps an id and a name of the same text apart', () => {
    expect(keysOf({ subnetID: 'subnet-1', subnetName: 'subnet-1' })).toEqual([
      'id/subnet-1',
      'name/subnet-1',
    ]);
  });

  it('is empty without any entry', () => {
    expect(mergeSubnetSlots({})).toEqual([]);
  });

  it('keeps every earlier entry in its place when the list grows at its end', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(names, names, names, (subnetIDs, subnetNames, more) => {
        const before = keysOf({ subnetIDs, subnetNames });
        const after = keysOf({ subnetIDs, subnetNames: [...subnetNames, ...more] });
        expect(after.slice(0, before.length)).toEqual(before);
        expect(new Set(after).size).toBe(after.length);
      }),
    );
  });
});
