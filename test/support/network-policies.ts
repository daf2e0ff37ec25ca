import ipaddr from 'ipaddr.js';

type Labels = Readonly<Record<string, string>>;

interface LabelSelector {
  readonly matchLabels?: Labels;
}

/** One side of a rule. */
interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string };
}

interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}

/** A NetworkPolicy, as far as those of this product go: no expressions, no named ports and no ranges. */
export interface NetworkPolicy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly PolicyRule[];
    readonly egress?: readonly PolicyRule[];
  };
}

/** A pod of the cluster's network, or an address outside of it. */
export type Endpoint = { readonly namespace: string; readonly labels: Labels } | { readonly address: string };

/** A connection that somebody opens. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

function matches({ matchLabels = {} }: LabelSelector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function isInBlock(cidr: string, address: string): boolean {
  const [parsed, [range, length]] = [ipaddr.parse(address), ipaddr.parseCIDR(cidr)];
  return parsed.kind() === range.kind() && parsed.match([range, length]);
}

function isPeer(peer: PolicyPeer, other: Endpoint, ownNamespace: string): boolean {
  if ('address' in other) return peer.ipBlock !== undefined && isInBlock(peer.ipBlock.cidr, other.address);
  if (peer.ipBlock !== undefined) return false;
  const namespaceLabels = { 'kubernetes.io/metadata.name': other.namespace };
  const isInNamespace =
    peer.namespaceSelector === undefined
      ? other.namespace === ownNamespace
      : matches(peer.namespaceSelector, namespaceLabels);
  return isInNamespace && matches(peer.podSelector ?? {}, other.labels);
}

/** Whether the policies let one direction of a connection pass at the pod `self` (Kubernetes, Network Policies). */
function passes(
  policies: readonly NetworkPolicy[],
  direction: 'Ingress' | 'Egress',
  { from, to, port, protocol }: Connection,
): boolean {
  const [self, other] = direction === 'Ingress' ? [to, from] : [from, to];
  if ('address' in self) return true;
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === self.namespace &&
      spec.policyTypes.includes(direction) &&
      matches(spec.podSelector, self.labels),
  );
  if (selecting.length === 0) return true;
  return selecting.some(({ metadata, spec }) =>
    ((direction === 'Ingress' ? spec.ingress : spec.egress) ?? []).some((rule) => {
      const peers = direction === 'Ingress' ? rule.from : rule.to;
      const isOther = peers?.some((peer) => isPeer(peer, other, metadata.namespace)) ?? true;
      return (
        isOther && (rule.ports?.some((each) => each.port === port && each.protocol === protocol) ?? true)
      );
    }),
  );
}

/** Whether a network that enforces the policies lets the connection be opened. */
export function isAllowed(policies: readonly NetworkPolicy[], connection: Connection): boolean {
  return passes(policies, 'Egress', connection) && passes(policies, 'Ingress', connection);
}
