import type { FailureKind, FailureReason } from '../../domain/failure.ts';

/** What an EC2 error means to us. */
export interface FailureClass {
  readonly kind: FailureKind;
  readonly reason: FailureReason;
  /** What a person can do, where EC2's own words do not say it. */
  readonly fix?: string;
}

function classOf(
  kind: FailureKind,
  reason: FailureReason,
  codes: readonly string[],
): [string, FailureClass][] {
  return codes.map((code) => [code, { kind, reason }]);
}

/** The quota of the account, not a limit of the instance (Amazon VPC User Guide, Amazon VPC quotas). */
const INTERFACE_QUOTA: FailureClass = {
  kind: 'waiting',
  reason: 'NetworkInterfaceQuotaExceeded',
  fix: 'the account has used up its quota "Network interfaces per Region": raise it in Service Quotas (L-DF5E4CA3), or delete interfaces that nobody needs',
};

/**
 * EC2 error code → what it means. The one place to change when AWS renames an error.
 * Source: EC2 API Reference, Error codes; amended by what users met (threads named where it matters).
 */
const CLASS_BY_CODE: ReadonlyMap<string, FailureClass> = new Map([
  ...classOf('absent', 'Pending', [
    'InvalidNetworkInterfaceID.NotFound',
    'InvalidAttachmentID.NotFound',
    'InvalidInstanceID.NotFound',
  ]),
  ...classOf('waiting', 'InterfaceSlotsInUse', ['AttachmentLimitExceeded']),
  ['NetworkInterfaceLimitExceeded', INTERFACE_QUOTA],
  ...classOf('waiting', 'InstanceNotRunning', ['IncorrectInstanceState', 'InvalidInstanceState']),
  ...classOf('waiting', 'SubnetFull', [
    'InsufficientFreeAddressesInSubnet',
    'InsufficientCidrBlocks',
    'InvalidIPAddress.InUse',
    'Resource.AlreadyAssigned',
  ]),
  ...classOf('waiting', 'Pending', [
    'InvalidNetworkInterface.InUse',
    'IncorrectState',
    'InvalidState',
    'DependencyViolation',
    'CannotDelete',
  ]),
  ...classOf('rejected', 'SubnetNotFound', [
    'InvalidSubnetID.NotFound',
    'InvalidSubnetID.Malformed',
    'InvalidSubnetId.Malformed',
    'InvalidSubnet',
  ]),
  ...classOf('rejected', 'SecurityGroupNotFound', [
    'InvalidGroup.NotFound',
    'InvalidSecurityGroupID.NotFound',
    'InvalidGroupId.Malformed',
    'InvalidSecurityGroupId.Malformed',
  ]),
  ...classOf('rejected', 'Unauthorized', [
    'UnauthorizedOperation',
    'AuthFailure',
    'OptInRequired',
    'Blocked',
  ]),
  ...classOf('rejected', 'RequestRejected', [
    'InvalidNetworkInterfaceId.Malformed',
    'InvalidNetworkInterfaceID.Malformed',
    'InvalidNetworkInterfaceAttachmentId.Malformed',
    'InvalidInstanceID.Malformed',
    'InvalidParameter',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'MissingParameter',
    'UnknownParameter',
    'ValidationError',
    'SecurityGroupsPerInterfaceLimitExceeded',
    'PrivateIpAddressLimitExceeded',
    'InvalidInterface.IpAddressLimitExceeded',
    'TagLimitExceeded',
    'InvalidTagKey.Malformed',
    'OperationNotPermitted',
    'UnsupportedOperation',
    'InvalidAction',
  ]),
  ...classOf('conflict', 'Pending', ['IdempotentParameterMismatch', 'ConcurrentTagAccess']),
  ...classOf('transient', 'Throttled', ['RequestLimitExceeded', 'Throttling', 'ThrottlingException']),
  ...classOf('transient', 'EC2Unavailable', [
    'ServiceUnavailable',
    'Unavailable',
    'InternalError',
    'InternalFailure',
    // Credentials rotate and clocks are set right: the next call may be accepted.
    'RequestExpired',
    'InvalidClientTokenId',
    'SignatureDoesNotMatch',
    'ExpiredToken',
  ]),
]);

interface MessageRule {
  readonly code: string;
  readonly message: RegExp;
  readonly is: FailureClass;
}

/** One code can mean several things; then the message decides. First match wins. */
const CLASS_BY_MESSAGE: readonly MessageRule[] = [
  {
    // lstoll/k8s-vpcnet#71, hashicorp/terraform-provider-aws#906
    code: 'InvalidParameterValue',
    message: /already has an interface attached at device index/i,
    is: { kind: 'waiting', reason: 'DeviceIndexInUse' },
  },
  {
    // aws/amazon-vpc-cni-k8s#1399
    code: 'InvalidParameterValue',
    message: /is currently in use/i,
    is: { kind: 'waiting', reason: 'Pending' },
  },
  {
    // cilium/cilium#31016
    code: 'InvalidParameterValue',
    message: /aren't sufficient free Ipv4 addresses/i,
    is: { kind: 'waiting', reason: 'SubnetFull' },
  },
];

/** Classifies an EC2 error; an unknown code is rejected only when the HTTP status says that EC2 refused the call. */
export function classifyFailure(code: string, message: string, httpStatus: number): FailureClass {
  const special = CLASS_BY_MESSAGE.find((rule) => rule.code === code && rule.message.test(message));
  const known = special?.is ?? CLASS_BY_CODE.get(code);
  if (known !== undefined) return known;
  if (httpStatus === 429 || code.startsWith('Throttl')) return { kind: 'transient', reason: 'Throttled' };
  // Below 400 the call was carried out and only its reply cannot be read: that proves nothing about its effect.
  return httpStatus >= 400 && httpStatus < 500
    ? { kind: 'rejected', reason: 'RequestRejected' }
    : { kind: 'transient', reason: 'EC2Unavailable' };
}
