/**
 * What kind of failure an external call had; decides who acts next.
 *
 * - `absent`: the thing is not there.
 * - `waiting`: the world has to move on first; look again later.
 * - `rejected`: the request can never succeed as it is; a person has to change something.
 * - `conflict`: somebody else changed it in between; read again.
 * - `transient`: throttled, overloaded or unreachable; try again with back-off.
 * - `bug`: an invariant of ours is broken.
 */
export type FailureKind = 'absent' | 'waiting' | 'rejected' | 'conflict' | 'transient' | 'bug';

/** Condition reasons that a failed EC2 call can lead to. */
export type FailureReason =
  | 'DeviceIndexInUse'
  | 'EC2Unavailable'
  | 'InstanceNotRunning'
  | 'InterfaceSlotsInUse'
  | 'NetworkInterfaceQuotaExceeded'
  | 'Pending'
  | 'RequestRejected'
  | 'SecurityGroupNotFound'
  | 'SubnetFull'
  | 'SubnetNotFound'
  | 'Throttled'
  | 'Unauthorized';

/** A failed EC2 call, in the words that planners and conditions use. */
export interface Ec2Failure {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  /** EC2 error code, for example `AttachmentLimitExceeded`. */
  readonly code: string;
  readonly message: string;
}
