import { INSTANCE_TYPE_LABEL, ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import { amount } from '../amount.ts';
import type { CardLimits, Finding, JudgedNode } from './admission-view.ts';
import { nameNodes } from './describe-conflict.ts';
import { claimsMatching, type NodeEniClaim, nodesMatching, type PreparedView } from './prepared-view.ts';

interface Shortage {
  readonly instanceType: string;
  /** Absent when the type has no such card. */
  readonly maximum?: number;
  readonly wanted: number;
  readonly nodes: JudgedNode[];
}

/**
 * Warns when live nodes that the claim selects cannot take all interfaces that NodeENIs want on its card. The primary
 * interface counts; those of the CNI and of others are not known here. Nodes come and go, so it never refuses.
 */
export function interfaceLimitWarnings(claim: NodeEniClaim, view: PreparedView): Finding[] {
  if (view.cardLimits.size === 0) return [];
  const card = claim.spec.networkCardIndex;
  const shortages = new Map<string, Shortage>();
  for (const node of nodesMatching([claim.spec.nodeSelector], view)) {
    const instanceType = node.labels[INSTANCE_TYPE_LABEL] ?? '';
    const limits = view.cardLimits.get(instanceType);
    if (limits === undefined) continue;
    const shortage = shortageOn(node, claim, limits, view);
    if (shortage === undefined) continue;
    const known = shortages.get(instanceType);
    if (known === undefined) shortages.set(instanceType, { instanceType, ...shortage, nodes: [node] });
    else known.nodes.push(node);
  }
  return [...shortages.values()].map((shortage) => describeShortage(shortage, card));
}

function shortageOn(
  node: JudgedNode,
  claim: NodeEniClaim,
  limits: CardLimits,
  view: PreparedView,
): Pick<Shortage, 'maximum' | 'wanted'> | undefined {
  const card = claim.spec.networkCardIndex;
  const own = interfacesOn(node, claim);
  if (own === 0) return undefined;
  const maximum = limits.get(card);
  if (maximum === undefined) return { wanted: own };
  const others = claimsMatching(node.labels, view).filter(
    ({ object, spec }) =>
      object.name !== claim.object.name && !object.isDeleting && spec.networkCardIndex === card,
  );
  const primary = card === 0 ? 1 : 0;
  const wanted = others.reduce((sum, other) => sum + interfacesOn(node, other), primary + own);
  return wanted > maximum ? { maximum, wanted } : undefined;
}

/** At least so many interfaces of the NodeENI the node gets. */
function interfacesOn(node: JudgedNode, { footprint }: NodeEniClaim): number {
  const zone = node.labels[ZONE_LABEL];
  if (zone === undefined || !footprint.isKnown) return 1;
  return footprint.interfacesByZone.get(zone) ?? 0;
}

function describeShortage({ instanceType, maximum, wanted, nodes }: Shortage, card: number): Finding {
  return {
    effect: 'warn',
    rule: 'interfaceLimit',
    field: maximum === undefined ? 'spec.networkCardIndex' : 'spec.deviceIndex',
    message:
      maximum === undefined
        ? `${instanceType} has no network card ${card} (${nameNodes(nodes)})`
        : `${instanceType} takes ${amount(maximum, 'interface')} on card ${card}, but ${wanted} are wanted (${nameNodes(nodes)})`,
  };
}
