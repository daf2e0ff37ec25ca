/** A cluster node as far as the operator is concerned. */
export interface ClusterNode {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When the Node registered, epoch milliseconds. */
  readonly createdAtMs: number;
  /** Absent while the node has no `spec.providerID` of AWS. */
  readonly instanceId?: string;
  /** Deleting, or marked by Karpenter as about to go: it gets no new interface. */
  readonly isGoing: boolean;
  /** First of its `InternalIP` addresses, by which others reach it. */
  readonly internalAddress?: string;
  readonly health: NodeHealth;
}

/** What changes of a Node without a meaning for its ENIs. */
export interface NodeHealth {
  /** Its kubelet says so. */
  readonly isReady: boolean;
  readonly taintKeys: readonly string[];
  /** The condition of ours that the Node bears. */
  readonly eniCondition?: {
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    /** RFC 3339. */
    readonly lastTransitionTime: string;
  };
}

/** Whether the labels satisfy every pair of the selector. An empty selector matches nothing here. */
export function matchesSelector(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

/**
 * Instance id of a Node's `spec.providerID`, or undefined when the node is not (yet) known as an EC2 instance.
 * cloud-provider-aws writes `aws:///us-east-1a/i-0123` and, where the zone is unknown, `aws:////i-0123`.
 */
export function parseProviderId(providerId: string | undefined): string | undefined {
  return /^aws:\/\/\/(?:[^/]*\/)?(i-[0-9a-z]+)$/.exec(providerId ?? '')?.[1];
}
