/**
 * Condition types of a NodeENI. All but Ready are present only while true (kstatus). Conflicted and SharedSubnet tell on
 * which nodes, and with which NodeENI; Blocked tells why a deletion is held; details keep nothing from being Ready.
 */
export type NodeENIConditionType =
  'Ready' | 'Reconciling' | 'Stalled' | 'Blocked' | 'Conflicted' | DetailConditionType;

/**
 * Condition types of a NodeENIAttachment that the operator writes. During a release Blocked tells whether pods use the
 * link, and DaemonDead, present only while true, since when no daemon is there to give the host back.
 */
export type AttachmentConditionType = 'Attached' | 'Ready' | 'Blocked' | 'DaemonDead' | DetailConditionType;

/** Every {@link DetailConditionType}. */
export const DETAIL_CONDITIONS = [
  'DeviceIndexMismatch',
  'NodeAddressFromENI',
  'SharedSubnet',
  'SubnetNameMoved',
] as const;

/** Conditions of both kinds that are present only while true and leave Ready alone: worth knowing, nothing to wait for. */
export type DetailConditionType = (typeof DETAIL_CONDITIONS)[number];

/** Condition types of a NodeENIAttachment that the daemon writes. */
export type HostConditionType = 'HostClaimed' | 'HostConfigured' | 'Released';

const STALLED_REASONS = [
  'Conflicted',
  'DeletionProtected',
  'InterfaceLimitExceeded',
  'NoSubnetInZone',
  'NotImplemented',
  'RequestRejected',
  'SecurityGroupAmbiguous',
  'SecurityGroupNotFound',
  'SubnetAmbiguous',
  'SubnetNotFound',
  'Unauthorized',
] as const;

const WAITING_REASONS = [
  'AttachedElsewhere',
  'Attaching',
  'Creating',
  'DeviceIndexInUse',
  'EC2Unavailable',
  'HostNotConfigured',
  'HostNotReleased',
  'InUse',
  'InstanceNotRunning',
  'InterfaceSlotsInUse',
  'ModifyingAttributes',
  'NetworkInterfaceQuotaExceeded',
  'NodeDisrupted',
  'NodeNotIdentified',
  'Pending',
  'Releasing',
  'SubnetFull',
  'Throttled',
  'WaitingForEarlierSubnet',
] as const;

const READY_REASONS = ['NoMatchingNodes', 'Ready'] as const;

/**
 * Reasons why an attachment or a NodeENI cannot go on until a person changes something. They make
 * a NodeENI Stalled, but never stop retries or other nodes.
 */
export type StalledReason = (typeof STALLED_REASONS)[number];

/** Reasons that pass by themselves: the operator keeps trying. */
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** Every reason that a Ready condition of ours can carry; each is also the reason of its event. */
export type ConditionReason = StalledReason | WaitingReason | (typeof READY_REASONS)[number];

/** Every {@link ConditionReason}. */
export const CONDITION_REASONS: readonly ConditionReason[] = [
  ...STALLED_REASONS,
  ...WAITING_REASONS,
  ...READY_REASONS,
];

/** Whether a text is a {@link ConditionReason}. */
export function isConditionReason(text: string): text is ConditionReason {
  return CONDITION_REASONS.some((reason) => reason === text);
}

/** Whether retrying alone cannot help. */
export function isStalledReason(reason: string): reason is StalledReason {
  return STALLED_REASONS.some((stalled) => stalled === reason);
}
