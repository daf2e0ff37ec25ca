import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../adapters/manifests/parse-manifests.ts';
import type { LocatedValue } from '../ports.ts';
import { fieldText, placeOfField } from './field-path.ts';

function rootOf(text: string): LocatedValue {
  const root = parseManifests(text)[0]?.root;
  if (root === undefined) throw new Error('unreadable');
  return root;
}

const root = rootOf(`metadata:
  name: a
spec:
  nodeSelector:
    node-role.kubernetes.io/edge: ""
    node-role: x
  subnetIDs:
    - subnet-a
    - subnet-b
`);

describe('the place of a field', () => {
  it.each([
    ['spec.nodeSelector.node-role.kubernetes.io/edge', 5, 35],
    ['spec.nodeSelector.node-role', 6, 16],
    ['spec.subnetIDs[1]', 9, 7],
    ['spec.subnetIDs', 7, 3],
    ['spec.deviceIndex', 3, 1],
    ['metadata.annotations', 1, 1],
    ['metadata.name', 2, 9],
    ['', 1, 1],
  ])(
    '%s is %i:%i: scalars at their value, all else at its key, what is missing at what is around it',
    (field, line, column) => {
      expect(placeOfField(root, field)).toEqual({ line, column });
    },
  );

  it('is the key where a key is at fault', () => {
    expect(placeOfField(root, 'spec.nodeSelector', 'node-role')).toEqual({ line: 6, column: 5 });
    expect(placeOfField(root, 'spec.nodeSelector', 'gone')).toEqual({ line: 4, column: 3 });
  });
});

describe('a path as text', () => {
  it('is what the API server writes', () => {
    expect(fieldText(['spec', 'subnetIDs', 1])).toBe('spec.subnetIDs[1]');
    expect(fieldText(['spec', 'nodeSelector', 'a.b/c'])).toBe('spec.nodeSelector.a.b/c');
    expect(fieldText([])).toBe('');
  });
});
