import { describe, expect, it } from 'vitest';
import { nodeReadiness, type NodeReadinessFacts } from './node-readiness.ts';

const facts: NodeReadinessFacts = {
  nodeEnis: [{ nodeEniName: 'upf', isUnresolved: false, wanted: 2, ready: 2 }],
  hasStartupTaint: true,
  hasCondition: false,
  knownForMs: 0,
};

describe('the readiness of a node', () => {
  it('lets pods come once every ENI is Ready', () => {
    expect(nodeReadiness(facts)).toMatchObject({
      condition: { status: 'True', reason: 'AllReady', message: '2 ENIs of 1 NodeENI are Ready' },
      removesTaint: true,
    });
  });

  it('says of one ENI that it is Ready', () => {
    const one = { nodeEniName: 'upf', isUnresolved: false, wanted: 1, ready: 1 };
    expect(nodeReadiness({ ...facts, nodeEnis: [one] }).condition?.message).toBe(
      '1 ENI of 1 NodeENI is Ready',
    );
  });

  it.each([
    { nodeEniName: 'upf', isUnresolved: false, wanted: 2, ready: 1 },
    { nodeEniName: 'upf', isUnresolved: true, wanted: 0, ready: 0 },
    { nodeEniName: 'upf', isUnresolved: false, wanted: 0, ready: 0 },
  ])('names the NodeENI that is not Ready: %j', (one) => {
    expect(
      nodeReadiness({ ...facts, nodeEnis: [...facts.nodeEnis, { ...one, nodeEniName: 'late' }] }),
    ).toEqual({
      condition: { status: 'False', reason: 'NotReady', message: 'not Ready on this node: late' },
      withdrawsCondition: false,
      removesTaint: false,
    });
  });

  it('frees a node that no NodeENI selects, but gives one a minute to appear', () => {
    expect(nodeReadiness({ ...facts, nodeEnis: [], knownForMs: 20_000 })).toEqual({
      withdrawsCondition: false,
      removesTaint: false,
      recheckAfterMs: 40_000,
    });
    expect(nodeReadiness({ ...facts, nodeEnis: [], knownForMs: 60_000 })).toMatchObject({
      removesTaint: true,
    });
  });

  it('says nothing on nodes that have nothing to do with it', () => {
    expect(nodeReadiness({ ...facts, nodeEnis: [], hasStartupTaint: false })).toEqual({
      withdrawsCondition: false,
      removesTaint: false,
    });
  });

  it('takes back what it said once no NodeENI selects the node any more', () => {
    expect(nodeReadiness({ ...facts, nodeEnis: [], hasStartupTaint: false, hasCondition: true })).toEqual({
      withdrawsCondition: true,
      removesTaint: false,
    });
  });
});
