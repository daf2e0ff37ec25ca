import { type EffectiveSpec, effectiveSpec } from '../effective-spec.ts';
import type { AdmissionView, CardLimits, JudgedNode, JudgedNodeEni } from './admission-view.ts';
import { gatherCardLimits } from './card-limits.ts';
import { type Footprint, footprintOf, gatherKnownSubnets, type KnownSubnets } from './footprint.ts';

/** A NodeENI with everything that rules read of it more than once. */
export interface NodeEniClaim {
  readonly object: JudgedNodeEni;
  readonly spec: EffectiveSpec;
  readonly footprint: Footprint;
}

/** Values by label key and label value. */
type ByPair<T> = ReadonlyMap<string, ReadonlyMap<string, readonly T[]>>;

/** An admission view with its indexes, so that one verdict costs no more than what it is about. */
export interface PreparedView extends AdmissionView {
  readonly known: KnownSubnets;
  /** By instance type, as far as the operator has told them in `status.instanceTypes` of any NodeENI. */
  readonly cardLimits: ReadonlyMap<string, CardLimits>;
  readonly claims: readonly NodeEniClaim[];
  /** Nodes by label pair, for the pairs of all selectors. */
  readonly nodesByPair: ByPair<JudgedNode>;
  /** Each claim once, under that pair of its selector which the fewest nodes have. */
  readonly claimsByPair: ByPair<NodeEniClaim>;
}

/**
 * Indexes a view. Worth keeping as long as the view does not change: the judges accept both, and prepare a plain
 * view at every call.
 */
export function prepareView(view: AdmissionView): PreparedView {
  return prepare(view, ({ spec }) => effectiveSpec(spec));
}

/**
 * Prepares one view after the other. Of a NodeENI that is the same object as before the spec is not read again, so a change
 * costs little more than what it is about.
 */
export function createViewPreparer(): (view: AdmissionView) => PreparedView {
  const specs = new WeakMap<JudgedNodeEni, EffectiveSpec>();
  const specOf = (object: JudgedNodeEni): EffectiveSpec => {
    const known = specs.get(object);
    if (known !== undefined) return known;
    const spec = effectiveSpec(object.spec);
    specs.set(object, spec);
    return spec;
  };
  return (view) => prepare(view, specOf);
}

function prepare(view: AdmissionView, specOf: (object: JudgedNodeEni) => EffectiveSpec): PreparedView {
  const known = gatherKnownSubnets(view.nodeEnis.flatMap((object) => object.subnets));
  const claims = view.nodeEnis.map((object): NodeEniClaim => {
    const spec = specOf(object);
    return { object, spec, footprint: footprintOf(spec, known) };
  });
  const nodesByPair = indexNodes(view.nodes, claims);
  const claimsByPair = new Map<string, Map<string, NodeEniClaim[]>>();
  for (const claim of claims) {
    const pair = rarestPair(claim.spec.nodeSelector, nodesByPair);
    if (pair !== undefined) add(claimsByPair, pair, claim);
  }
  const { nodeEnis, nodes, attachments } = view;
  const cardLimits = gatherCardLimits(nodeEnis);
  return { nodeEnis, nodes, attachments, cardLimits, known, claims, nodesByPair, claimsByPair };
}

/** The view with its indexes, made now unless it has them. */
export function preparedView(view: AdmissionView | PreparedView): PreparedView {
  return 'claims' in view ? view : prepareView(view);
}

/** The claim of a NodeENI that may not be in the view; what its own status says of subnets counts as well. */
export function claimOf(object: JudgedNodeEni, view: PreparedView): NodeEniClaim {
  const spec = effectiveSpec(object.spec);
  const isNews = object.subnets.some(({ slot }) => !view.known.has(slot));
  const known = isNews ? new Map([...gatherKnownSubnets(object.subnets), ...view.known]) : view.known;
  return { object, spec, footprint: footprintOf(spec, known) };
}

/** Nodes that have all pairs of all the selectors. */
export function nodesMatching(
  selectors: readonly Readonly<Record<string, string>>[],
  view: PreparedView,
): readonly JudgedNode[] {
  const pairs = selectors.flatMap((selector) => Object.entries(selector));
  const fewest = pairs
    .map(([key, value]) => indexedNodes(view.nodesByPair, key, value))
    .reduce<readonly JudgedNode[]>(
      (best, nodes) => (nodes !== undefined && nodes.length < best.length ? nodes : best),
      view.nodes,
    );
  return fewest.filter(({ labels }) => pairs.every(([key, value]) => labels[key] === value));
}

/** Claims whose selector the labels satisfy. */
export function claimsMatching(
  labels: Readonly<Record<string, string>>,
  view: PreparedView,
): readonly NodeEniClaim[] {
  const matching: NodeEniClaim[] = [];
  for (const key in labels) {
    const claims = view.claimsByPair.get(key)?.get(labels[key] ?? '') ?? [];
    for (const claim of claims) if (hasPairs(labels, claim.spec.nodeSelector)) matching.push(claim);
  }
  return matching;
}

function hasPairs(
  labels: Readonly<Record<string, string>>,
  selector: Readonly<Record<string, string>>,
): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}

/** Undefined when the pair is in no selector of the view, which says nothing about nodes. */
function indexedNodes(
  nodesByPair: ByPair<JudgedNode>,
  key: string,
  value: string,
): readonly JudgedNode[] | undefined {
  return nodesByPair.get(key)?.get(value);
}

function indexNodes(
  nodes: readonly JudgedNode[],
  claims: readonly NodeEniClaim[],
): Map<string, Map<string, JudgedNode[]>> {
  const index = new Map<string, Map<string, JudgedNode[]>>();
  for (const { spec } of claims) {
    for (const [key, value] of Object.entries(spec.nodeSelector)) {
      const byValue = index.get(key) ?? new Map<string, JudgedNode[]>();
      byValue.set(value, []);
      index.set(key, byValue);
    }
  }
  for (const [key, byValue] of index) {
    for (const node of nodes) byValue.get(node.labels[key] ?? '')?.push(node);
  }
  return index;
}

function rarestPair(
  selector: Readonly<Record<string, string>>,
  nodesByPair: ByPair<JudgedNode>,
): readonly [string, string] | undefined {
  const countOf = ([key, value]: readonly [string, string]): number =>
    nodesByPair.get(key)?.get(value)?.length ?? 0;
  const [rarest] = Object.entries(selector).toSorted((a, b) => countOf(a) - countOf(b));
  return rarest;
}

function add<T>(
  index: Map<string, Map<string, T[]>>,
  [key, value]: readonly [string, string],
  item: T,
): void {
  const byValue = index.get(key) ?? new Map<string, T[]>();
  const items = byValue.get(value) ?? [];
  items.push(item);
  byValue.set(value, items);
  index.set(key, byValue);
}
