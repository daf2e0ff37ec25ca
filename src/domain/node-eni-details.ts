import { ADMISSION_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENIStatus } from '../../gen/v1alpha1/stored.ts';
import { amount } from './amount.ts';
import type { ConditionState } from './conditions.ts';
import type { InstanceTypeLimits } from './ec2-resources.ts';
import { describeConflicts, type IndexConflict } from './index-conflict.ts';
import { type NodeAddress, nodeAddressDetail } from './node-address-detail.ts';
import { describeSharedSubnets, type SharedSubnet } from './shared-subnets.ts';

/** What a NodeENI's status tells besides Ready and its progress. */
export interface NodeEniDetails {
  readonly conflicts: readonly IndexConflict[];
  readonly sharedSubnets: readonly SharedSubnet[];
  readonly nodeAddresses: readonly NodeAddress[];
}

/** The conditions Conflicted, SharedSubnet and NodeAddressFromENI, while they are true. */
export function detailConditions({
  conflicts,
  sharedSubnets,
  nodeAddresses,
}: NodeEniDetails): ConditionState[] {
  const states: ConditionState[] = [];
  if (conflicts.length > 0) {
    const message = describeConflicts(conflicts);
    states.push({ type: 'Conflicted', status: 'True', reason: 'Conflicted', message });
  }
  if (sharedSubnets.length > 0) {
    const message = describeSharedSubnets(sharedSubnets);
    states.push({ type: 'SharedSubnet', status: 'True', reason: 'SharedSubnet', message });
  }
  return [...states, ...nodeAddressDetail(nodeAddresses)];
}

/** The conditions of a NodeENI whose deletion is held. */
export function heldStates(name: string, attachments: number): ConditionState[] {
  const annotation = ADMISSION_ANNOTATIONS.deletionProtection;
  const message = `it is being deleted, but annotation ${annotation} holds its ${amount(attachments, 'attachment')}: nothing is released until it is removed (kubectl annotate nodeeni ${name} ${annotation}-)`;
  const reason = 'DeletionProtected';
  return [
    { type: 'Ready', status: 'False', reason, message },
    { type: 'Stalled', status: 'True', reason, message },
    { type: 'Blocked', status: 'True', reason, message },
  ];
}

/** Entries of `status.instanceTypes`, and cards of each. */
const MAX_STATUS_TYPES = 64;

type StatusInstanceTypes = NonNullable<NodeENIStatus['instanceTypes']>;

/** `status.instanceTypes` of the types in use; what EC2 did not tell now stands as it was told before. */
export function statusInstanceTypes(
  types: readonly string[],
  limits: readonly InstanceTypeLimits[],
  previous: StatusInstanceTypes,
): StatusInstanceTypes {
  const known = new Map(previous.map((entry) => [entry.type, entry]));
  for (const { instanceType, maximumInterfacesByCard } of limits) {
    const networkCards = Array.from(maximumInterfacesByCard, ([index, maximumInterfaces]) => ({
      index,
      maximumInterfaces,
    }))
      .toSorted((a, b) => a.index - b.index)
      .slice(0, MAX_STATUS_TYPES);
    known.set(instanceType, { type: instanceType, networkCards });
  }
  return [...new Set(types)]
    .toSorted()
    .flatMap((type) => known.get(type) ?? [])
    .slice(0, MAX_STATUS_TYPES);
}
