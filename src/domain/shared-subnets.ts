import { nameSome } from './name-some.ts';

/** An attachment as far as sharing its subnet goes. */
export interface SubnetUser {
  readonly nodeEniName: string;
  readonly nodeName: string;
  readonly instanceId: string;
  readonly subnetId: string;
  readonly isReleasing: boolean;
}

/** A subnet in which a node has an interface of this NodeENI and one of another. */
export interface SharedSubnet {
  readonly nodeName: string;
  readonly subnetId: string;
  readonly otherNodeEni: string;
}

/** Finds the subnets that attachments of one NodeENI share, on their instance, with those of others. */
export function findSharedSubnets(
  own: readonly SubnetUser[],
  onInstance: (instanceId: string) => readonly SubnetUser[],
): SharedSubnet[] {
  return own
    .filter(({ isReleasing }) => !isReleasing)
    .flatMap(({ nodeEniName, nodeName, instanceId, subnetId }) =>
      onInstance(instanceId)
        .filter(
          (other) => other.subnetId === subnetId && other.nodeEniName !== nodeEniName && !other.isReleasing,
        )
        .map((other) => ({ nodeName, subnetId, otherNodeEni: other.nodeEniName })),
    );
}

/** What the condition SharedSubnet says. */
export function describeSharedSubnets(shared: readonly SharedSubnet[]): string {
  const groups = Map.groupBy(shared, (one) => `${one.subnetId} with NodeENI "${one.otherNodeEni}"`);
  const parts = Array.from(
    groups,
    ([what, of]) => `${what} on ${nameSome(of.map(({ nodeName }) => nodeName))}`,
  );
  return `shares subnet ${parts.toSorted().join('; ')}: replies may leave by the other interface unless traffic is routed by its source`;
}
