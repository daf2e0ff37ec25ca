import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSelector, parseProviderId } from './node-selection.ts';

describe('node selection', () => {
  it('selects a node that bears every pair, whatever else it bears', () => {
    expect(matchesSelector({ a: '1', b: '2' }, { a: '1', b: '2', c: '3' })).toBe(true);
  });

  it.each([
    ['a pair is missing', { a: '1' }],
    ['a value differs', { a: '1', b: 'other' }],
    ['the node has no labels', {}],
  ])('does not select a node where %s', (_, labels) => {
    expect(matchesSelector({ a: '1', b: '2' }, labels)).toBe(false);
  });

  it('selects nothing with an empty selector, rather than every node', () => {
    expect(matchesSelector({}, { a: '1' })).toBe(false);
  });

  it('compares an empty value too', () => {
    expect(matchesSelector({ a: '' }, { a: '' })).toBe(true);
    expect(matchesSelector({ a: '' }, {})).toBe(false);
  });

  it('selects with two selectors together exactly the nodes that both select', () => {
    const values = fc.constantFrom('', '1');
    const left = fc.dictionary(fc.constantFrom('a', 'constructor'), values, { minKeys: 1 });
    const right = fc.dictionary(fc.constantFrom('b', 'toString'), values, { minKeys: 1 });
    const labels = fc.dictionary(fc.constantFrom('a', 'b', 'constructor', 'toString'), values);
    fc.assert(
      fc.property(left, right, labels, (a, b, nodeLabels) => {
        const both = matchesSelector(a, nodeLabels) && matchesSelector(b, nodeLabels);
        expect(matchesSelector({ ...a, ...b }, nodeLabels)).toBe(both);
        expect(matchesSelector(a, { ...nodeLabels, ...a })).toBe(true);
      }),
    );
  });
});

describe('instance id of a providerID', () => {
  it.each([
    ['aws:///us-east-1a/i-0123456789abcdef0', 'i-0123456789abcdef0'],
    ['aws:///us-west-2-lax-1a/i-0a1b2c3d', 'i-0a1b2c3d'],
    ['aws:///i-0a1b2c3d', 'i-0a1b2c3d'],
    ['aws:////i-0a1b2c3d', 'i-0a1b2c3d'],
  ])('reads %s', (providerId, instanceId) => {
    expect(parseProviderId(providerId)).toBe(instanceId);
  });

  it.each([
    undefined,
    '',
    'aws:///us-east-1a/fargate-ip-10-0-1-2.ec2.internal',
    'gce://project/us-east1-b/i-0a1b2c3d',
    'eks-hybrid:///us-east-1/cluster/mi-0a1b2c3d',
    'aws:///us-east-1a/i-0a1b2c3d/extra',
    'aws:///us-east-1a/i-',
  ])('takes %j for no EC2 instance', (providerId) => {
    expect(parseProviderId(providerId)).toBeUndefined();
  });
});
