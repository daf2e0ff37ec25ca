import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('the nearest name', () => {
  it.each([
    ['mtuu', 'mtu'],
    ['subnetId', 'subnetID'],
    ['sunbetID', 'subnetID'],
    ['securityGroupIds', 'securityGroupIDs'],
    ['deviceindex', 'deviceIndex'],
  ])('of %s is %s', (name, near) => {
    const fields = ['mtu', 'subnetID', 'subnetIDs', 'securityGroupIDs', 'deviceIndex', 'tags'];
    expect(nearestName(name, fields)).toBe(near);
  });

  it('is none where nothing is near', () => {
    expect(nearestName('colour', ['mtu', 'subnetID'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('of a known name is itself', () => {
    assert(
      property(
        string({ minLength: 1 }),
        (name) => nearestName(name, ['mtu', name]) === name || name.toLowerCase() === 'mtu',
      ),
    );
  });
});
