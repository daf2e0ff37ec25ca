import { describe, expect, it } from 'vitest';
import { aJudgedNode, aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import { createViewPreparer, prepareView } from './prepared-view.ts';

describe('a view that is prepared after another one', () => {
  it('is what it would be by itself: changed NodeENIs, newly known subnets and nodes count', () => {
    const [one, two] = [aJudgedNodeEni('one'), aJudgedNodeEni('two', { deviceIndex: 3 })];
    const nodes = [aJudgedNode('node-1'), aJudgedNode('node-2', { ng: 'core' })];
    const subnets = [{ slot: 'id/subnet-one', subnetID: 'subnet-one', zone: 'z1' }];
    const moved = { ...two, spec: { ...two.spec, nodeSelector: { ng: 'core' }, deviceIndex: 4 } };
    const prepare = createViewPreparer();

    for (const view of [
      aView({ nodeEnis: [one, two], nodes }),
      aView({ nodeEnis: [one, moved], nodes: nodes.slice(1) }),
      aView({ nodeEnis: [one, two, aJudgedNodeEni('three', {}, { subnets })], nodes }),
    ]) {
      expect(prepare(view)).toEqual(prepareView(view));
    }
  });
});
