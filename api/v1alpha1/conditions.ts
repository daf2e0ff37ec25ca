/** Condition types of a NodeENI. Reconciling and Stalled are present only while true (kstatus). */
export type NodeENIConditionType = 'Ready' | 'Reconciling' | 'Stalled';

/** Condition types of a NodeENIAttachment that the operator writes. */
export type AttachmentConditionType = 'Attached' | 'Ready';

/**
 * Reasons why an attachment or a NodeENI cannot go on until a person changes something. They make
 * a NodeENI Stalled, but never stop retries or other nodes.
 */
export type StalledReason =
  | 'SubnetNotFound'
  | 'SubnetAmbiguous'
  | 'SecurityGroupNotFound'
  | 'SecurityGroupAmbiguous'
  | 'NoSubnetInZone'
  | 'InterfaceLimitExceeded'
  | 'Unauthorized'
  | 'RequestRejected'
  | 'NotImplemented';

/** Reasons that pass by themselves: the operator keeps trying. */
export type WaitingReason =
  | 'AttachedElsewhere'
  | 'Attaching'
  | 'Creating'
  | 'DeviceIndexInUse'
  | 'EC2Unavailable'
  | 'InstanceNotRunning'
  | 'InterfaceSlotsInUse'
  | 'ModifyingAttributes'
  | 'NodeDisrupted'
  | 'NodeNotIdentified'
  | 'Pending'
  | 'Releasing'
  | 'SubnetFull'
  | 'Throttled'
  | 'WaitingForEarlierSubnet';

/** Reasons of a Ready condition with status True. */
export type ReadyReason = 'Ready' | 'NoMatchingNodes';

/** Every reason that a condition of ours can carry; each is also the reason of its event. */
export type ConditionReason = StalledReason | WaitingReason | ReadyReason;

const STALLED_REASONS: ReadonlySet<string> = new Set<StalledReason>([
  'SubnetNotFound',
  'SubnetAmbiguous',
  'SecurityGroupNotFound',
  'SecurityGroupAmbiguous',
  'NoSubnetInZone',
  'InterfaceLimitExceeded',
  'Unauthorized',
  'RequestRejected',
  'NotImplemented',
]);

/** Whether retrying alone cannot help. */
export function isStalledReason(reason: string): reason is StalledReason {
  return STALLED_REASONS.has(reason);
}
