import type { IntentPlan } from '../../domain/attachment-intent.ts';

/** A NodeENI as planned. */
interface PlannedNodeEni {
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
}

interface Desire {
  readonly nodeEni: PlannedNodeEni;
  /** ENIs wanted, by node name. */
  readonly counts: ReadonlyMap<string, number>;
}

function countsOf({ keeps, creates, problems }: IntentPlan): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const names = [
    ...keeps.map(({ wish }) => wish.node.name),
    ...creates.map(({ node }) => node.name),
    ...problems.map(({ nodeName }) => nodeName),
  ];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isSameNodeEni(a: PlannedNodeEni | undefined, b: PlannedNodeEni): boolean {
  return a?.uid === b.uid && a.generation === b.generation;
}

/** How many ENIs each NodeENI wants on each node, as of its last plan: what cannot be made there counts, too. */
export class NodeDesires {
  readonly #desires = new Map<string, Desire>();
  readonly #onChange: (nodeName: string) => void;

  /** `onChange` hears of every node for which a NodeENI wants something else than before. */
  constructor(onChange: (nodeName: string) => void) {
    this.#onChange = onChange;
  }

  /** The NodeENI was planned anew. */
  planned(nodeEni: PlannedNodeEni, plan: IntentPlan): void {
    const before = this.#desires.get(nodeEni.name);
    const counts = countsOf(plan);
    this.#desires.set(nodeEni.name, { nodeEni, counts });
    const isSame = isSameNodeEni(before?.nodeEni, nodeEni);
    for (const nodeName of new Set([...counts.keys(), ...(before?.counts.keys() ?? [])])) {
      if (!isSame || before?.counts.get(nodeName) !== counts.get(nodeName)) this.#onChange(nodeName);
    }
  }

  /** ENIs that this version of the NodeENI wants on the node; undefined while that is not known. */
  wanted(nodeEni: PlannedNodeEni, nodeName: string): number | undefined {
    const desire = this.#desires.get(nodeEni.name);
    return isSameNodeEni(desire?.nodeEni, nodeEni) ? desire?.counts.get(nodeName) : undefined;
  }

  /** The NodeENI is gone. */
  forget(name: string): void {
    this.#desires.delete(name);
  }
}
