import type { ClusterNode } from '../../src/domain/node-selection.ts';

/** Label pair that {@link aClusterNode} bears and that the NodeENIs of the builders select. */
export const SELECTED: Readonly<Record<string, string>> = { 'eni.example.com/multus': 'true' };

/** A selected node on instance `i-1`. */
export function aClusterNode(overrides: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name: 'node-1',
    uid: 'node-uid-1',
    labels: SELECTED,
    createdAtMs: 0,
    instanceId: 'i-1',
    isGoing: false,
    health: { isReady: true, taintKeys: [] },
    ...overrides,
  };
}

/** A selected node whose Node object has no providerID yet. */
export function anUnidentifiedNode(overrides: Partial<Omit<ClusterNode, 'instanceId'>> = {}): ClusterNode {
  return {
    name: 'node-1',
    uid: 'node-uid-1',
    labels: SELECTED,
    createdAtMs: 0,
    isGoing: false,
    health: { isReady: true, taintKeys: [] },
    ...overrides,
  };
}
