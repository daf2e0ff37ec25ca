import { describe, expect, it } from 'vitest';
import { aClusterNode } from '../../test/builders/cluster-node.ts';
import { TRUNK_LABEL, trunkReserve } from './trunk-reserve.ts';

describe('the place of the trunk interface', () => {
  it.each([
    ['is kept while the node waits for it', { [TRUNK_LABEL]: 'false' }, 1],
    ['is held by the interface itself once that is attached', { [TRUNK_LABEL]: 'true' }, 0],
    ['is not kept on a node without one', {}, 0],
  ])('%s', (_name, labels, reserved) => {
    expect(trunkReserve([aClusterNode({ labels })])).toBe(reserved);
  });

  it('is not kept where nobody knows the Node', () => {
    expect(trunkReserve([])).toBe(0);
  });
});
