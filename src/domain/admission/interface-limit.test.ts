import { describe, expect, it } from 'vitest';
import { INSTANCE_TYPE_LABEL, ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import { aJudgedNode, aJudgedNodeEni, aView } from '../../../test/builders/judged-node-eni.ts';
import type { AdmissionView, JudgedInstanceType, JudgedNodeEni } from './admission-view.ts';
import { judgeCreate } from './judge-admission.ts';

function aType(type: string, cards: readonly number[], maximumInterfaces: number): JudgedInstanceType {
  return { type, networkCards: cards.map((index) => ({ index, maximumInterfaces })) };
}

/** A NodeENI of other nodes, whose status tells of instance types. */
function telling(...instanceTypes: readonly JudgedInstanceType[]): JudgedNodeEni {
  return aJudgedNodeEni('telling', { nodeSelector: { ng: 'elsewhere' } }, { instanceTypes });
}

const types = telling(aType('m5.large', [0], 3), aType('p4d.24xlarge', [0, 1, 2, 3], 15));
const large = { [INSTANCE_TYPE_LABEL]: 'm5.large', [ZONE_LABEL]: 'z1' };

function limitWarnings(object: JudgedNodeEni, view: Partial<AdmissionView>): string[] {
  return judgeCreate(object, aView({ ...view, nodeEnis: [types, ...(view.nodeEnis ?? [])] }))
    .filter(({ rule }) => rule === 'interfaceLimit')
    .map(({ effect, field, message }) => `${effect} ${field}: ${message}`);
}

function aList(zone: string): JudgedNodeEni {
  const subnetIDs = ['subnet-1', 'subnet-2', 'subnet-3'];
  const subnets = subnetIDs.map((subnetID) => ({ slot: `id/${subnetID}`, subnetID, zone }));
  return aJudgedNodeEni('list', { subnetIDs }, { subnets });
}

describe('interface limits of live nodes', () => {
  const nodes = [
    aJudgedNode('n2', large),
    aJudgedNode('n1', large),
    aJudgedNode('other', { ...large, ng: 'core' }),
  ];
  const one = aJudgedNodeEni('one', { deviceIndex: 2 });
  const two = aJudgedNodeEni('two', { deviceIndex: 3 });
  const three = aJudgedNodeEni('three', { deviceIndex: 4 });

  it('warn when the primary interface and all NodeENIs of a node are more than its type takes', () => {
    expect(limitWarnings(two, { nodes, nodeEnis: [one] })).toEqual([]);
    expect(limitWarnings(three, { nodes, nodeEnis: [one, two] })).toEqual([
      'warn spec.deviceIndex: m5.large takes 3 interfaces on card 0, but 4 are wanted (n1, +1)',
    ]);
  });

  it('count every subnet of the zone of the node, and none of other zones', () => {
    expect(limitWarnings(aList('z1'), { nodes })).toHaveLength(1);
    expect(limitWarnings(aList('z2'), { nodes, nodeEnis: [one, two] })).toEqual([]);
  });

  it('leave out what is being deleted, the old state of the object itself, and other cards', () => {
    const nodeEnis = [
      one,
      aJudgedNodeEni('going', { deviceIndex: 6 }, { isDeleting: true }),
      aJudgedNodeEni('two', { deviceIndex: 3 }),
      aJudgedNodeEni('card-1', { deviceIndex: 2, networkCardIndex: 1 }),
    ];
    expect(limitWarnings(two, { nodes, nodeEnis })).toEqual([]);
  });

  it('warn of a network card that the type does not have', () => {
    const object = aJudgedNodeEni('a', { networkCardIndex: 1 });
    const big = aJudgedNode('big', { [INSTANCE_TYPE_LABEL]: 'p4d.24xlarge' });
    expect(limitWarnings(object, { nodes: [...nodes, big] })).toEqual([
      'warn spec.networkCardIndex: m5.large has no network card 1 (n1, +1)',
    ]);
  });

  it('count the primary interface on card 0 only', () => {
    const twoCards = aView({
      nodeEnis: [telling(aType('two.cards', [0, 1], 1))],
      nodes: [aJudgedNode('n', { [INSTANCE_TYPE_LABEL]: 'two.cards' })],
    });
    expect(limitWarnings(aJudgedNodeEni('a'), twoCards)).toHaveLength(1);
    expect(limitWarnings(aJudgedNodeEni('a', { networkCardIndex: 1 }), twoCards)).toEqual([]);
  });

  it('are what the NodeENI that was made last says, and what any of them says', () => {
    const late = { ...telling(aType('m5.large', [0], 8)), createdAtMs: 2 };
    const early = { ...telling(aType('m5.large', [0], 3), aType('m5.xlarge', [0], 1)), createdAtMs: 1 };
    const extra = aJudgedNode('extra', { [INSTANCE_TYPE_LABEL]: 'm5.xlarge' });
    for (const tellers of [
      [late, early],
      [early, late],
    ]) {
      const nodeEnis = [...tellers, one, two];
      const view = aView({ nodes: [...nodes, extra], nodeEnis });
      const warnings = judgeCreate(three, view).filter(({ rule }) => rule === 'interfaceLimit');
      expect(warnings.map(({ message }) => message)).toEqual([
        'm5.xlarge takes 1 interface on card 0, but 4 are wanted (extra)',
      ]);
    }
  });

  it('say nothing of types that nobody has resolved', () => {
    const unknown = aJudgedNode('n', { [INSTANCE_TYPE_LABEL]: 'x9.mega' });
    expect(limitWarnings(three, { nodes: [unknown, aJudgedNode('m')], nodeEnis: [one, two] })).toEqual([]);
  });
});
