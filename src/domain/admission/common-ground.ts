import { ZONE_LABEL } from '../../../api/v1alpha1/names.ts';
import type { JudgedNode } from './admission-view.ts';
import { nodesMatching, type NodeEniClaim, type PreparedView } from './prepared-view.ts';
import { selectorOverlap, type SelectorOverlap } from './selector-overlap.ts';

/** Where two NodeENIs can meet: on nodes that both select, in zones in which both have subnets. */
export interface CommonGround {
  readonly overlap: Exclude<SelectorOverlap, 'disjoint'>;
  /** Absent unless every subnet of both is known. */
  readonly zones?: ReadonlySet<string>;
}

/** Undefined when no node can ever get interfaces of both. */
export function commonGround(a: NodeEniClaim, b: NodeEniClaim): CommonGround | undefined {
  const overlap = selectorOverlap(a.spec.nodeSelector, b.spec.nodeSelector);
  if (overlap === 'disjoint') return undefined;
  if (!a.footprint.isKnown || !b.footprint.isKnown) return { overlap };
  const selected = a.spec.nodeSelector[ZONE_LABEL] ?? b.spec.nodeSelector[ZONE_LABEL];
  const zones = [...a.footprint.interfacesByZone.keys()].filter(
    (zone) => b.footprint.interfacesByZone.has(zone) && (selected ?? zone) === zone,
  );
  return zones.length === 0 ? undefined : { overlap, zones: new Set(zones) };
}

/** Live nodes that both select, in one of the zones; a node that does not tell its zone may be in any. */
export function commonNodes(
  a: NodeEniClaim,
  b: NodeEniClaim,
  zones: ReadonlySet<string> | undefined,
  view: PreparedView,
): readonly JudgedNode[] {
  return nodesMatching([a.spec.nodeSelector, b.spec.nodeSelector], view).filter(({ labels }) => {
    const zone = labels[ZONE_LABEL];
    return zones === undefined || zone === undefined || zones.has(zone);
  });
}
