import { amount } from './amount.ts';

/** One ENI that a NodeENI wants on the node. */
export interface WantedOnNode {
  readonly nodeEniName: string;
  /** The operator has not said yet what the NodeENI means for this node. */
  readonly isUnresolved: boolean;
  readonly wanted: number;
  readonly ready: number;
}

/** Everything that the readiness of a node depends on. */
export interface NodeReadinessFacts {
  /** NodeENIs that select the node; those that are being deleted do not count. */
  readonly nodeEnis: readonly WantedOnNode[];
  readonly hasStartupTaint: boolean;
  /** Whether the node bears our condition already. */
  readonly hasCondition: boolean;
  /** How long this process has known all NodeENIs and this node. */
  readonly knownForMs: number;
}

/** Our condition of a Node. */
export interface NodeReadinessCondition {
  readonly status: 'True' | 'False';
  readonly reason: 'AllReady' | 'NotReady';
  readonly message: string;
}

/** What is to be true of the Node. */
export interface NodeReadiness {
  /** Absent where nothing has to be said. */
  readonly condition?: NodeReadinessCondition;
  /** What was said is true no more, and nobody else would ever take it back. */
  readonly withdrawsCondition: boolean;
  readonly removesTaint: boolean;
  readonly recheckAfterMs?: number;
}

/** A NodeENI that is about to be applied beside a new node group gets so long to show up. */
const NO_NODE_ENI_GRACE_MS = 60_000;

function isReady({ isUnresolved, wanted, ready }: WantedOnNode): boolean {
  return !isUnresolved && wanted > 0 && ready >= wanted;
}

function withoutNodeEnis({ hasStartupTaint, hasCondition, knownForMs }: NodeReadinessFacts): NodeReadiness {
  const withdrawsCondition = hasCondition;
  if (!hasStartupTaint) return { withdrawsCondition, removesTaint: false };
  const leftMs = NO_NODE_ENI_GRACE_MS - knownForMs;
  return leftMs > 0
    ? { withdrawsCondition, removesTaint: false, recheckAfterMs: leftMs }
    : { withdrawsCondition, removesTaint: true };
}

/**
 * Whether pods that need the extra interfaces may come to a node. The startup taint is only ever removed: a node whose ENI
 * fails later keeps its pods.
 */
export function nodeReadiness(facts: NodeReadinessFacts): NodeReadiness {
  const { nodeEnis, hasStartupTaint } = facts;
  if (nodeEnis.length === 0) return withoutNodeEnis(facts);
  const missing = nodeEnis.filter((one) => !isReady(one)).map(({ nodeEniName }) => nodeEniName);
  if (missing.length > 0) {
    const message = `not Ready on this node: ${missing.toSorted().join(', ')}`;
    return {
      condition: { status: 'False', reason: 'NotReady', message },
      withdrawsCondition: false,
      removesTaint: false,
    };
  }
  const ready = nodeEnis.reduce((sum, one) => sum + one.wanted, 0);
  return {
    condition: {
      status: 'True',
      reason: 'AllReady',
      message: `${amount(ready, 'ENI')} of ${amount(nodeEnis.length, 'NodeENI')} ${ready === 1 ? 'is' : 'are'} Ready`,
    },
    withdrawsCondition: false,
    removesTaint: hasStartupTaint,
  };
}
