import { describe, expect, it } from 'vitest';
import { classifyFailure } from './error-codes.ts';

/** Codes by what they mean to us; sources: EC2 API Reference, Error codes, and the threads named in error-codes.ts. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  'absent Pending': [
    'InvalidNetworkInterfaceID.NotFound',
    'InvalidAttachmentID.NotFound',
    'InvalidInstanceID.NotFound',
  ],
  'waiting InterfaceSlotsInUse': ['AttachmentLimitExceeded'],
  'waiting NetworkInterfaceQuotaExceeded': ['NetworkInterfaceLimitExceeded'],
  'waiting InstanceNotRunning': ['IncorrectInstanceState', 'InvalidInstanceState'],
  'waiting SubnetFull': [
    'InsufficientFreeAddressesInSubnet',
    'InsufficientCidrBlocks',
    'InvalidIPAddress.InUse',
    'Resource.AlreadyAssigned',
  ],
  'waiting Pending': [
    'InvalidNetworkInterface.InUse',
    'IncorrectState',
    'InvalidState',
    'DependencyViolation',
    'CannotDelete',
  ],
  'rejected SubnetNotFound': ['InvalidSubnetID.NotFound', 'InvalidSubnetID.Malformed', 'InvalidSubnet'],
  'rejected SecurityGroupNotFound': [
    'InvalidGroup.NotFound',
    'InvalidSecurityGroupID.NotFound',
    'InvalidGroupId.Malformed',
    'InvalidSecurityGroupId.Malformed',
  ],
  'rejected Unauthorized': ['UnauthorizedOperation', 'AuthFailure', 'OptInRequired', 'Blocked'],
  'rejected RequestRejected': [
    'InvalidNetworkInterfaceId.Malformed',
    'InvalidNetworkInterfaceAttachmentId.Malformed',
    'InvalidInstanceID.Malformed',
    'InvalidParameter',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'SecurityGroupsPerInterfaceLimitExceeded',
    'PrivateIpAddressLimitExceeded',
    'InvalidInterface.IpAddressLimitExceeded',
    'OperationNotPermitted',
    'TagLimitExceeded',
    'InvalidTagKey.Malformed',
  ],
  'conflict Pending': ['IdempotentParameterMismatch', 'ConcurrentTagAccess'],
  'transient Throttled': [
    'RequestLimitExceeded',
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'Throttling.User',
  ],
  'transient EC2Unavailable': [
    'ServiceUnavailable',
    'Unavailable',
    'InternalError',
    'InternalFailure',
    'RequestExpired',
    'InvalidClientTokenId',
    'SignatureDoesNotMatch',
    'ExpiredToken',
  ],
};

const ROWS = Object.entries(TABLE).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict]));

function verdictOf(code: string, message = '', status = 400): string {
  const { kind, reason } = classifyFailure(code, message, status);
  return `${kind} ${reason}`;
}

describe('an EC2 error code', () => {
  it.each(ROWS)('%s means %s', (code, verdict) => {
    expect(verdictOf(code)).toBe(verdict);
  });

  it('means the same whatever the HTTP status is', () => {
    const withStatus = ROWS.map(([code = '']) => [code, verdictOf(code, '', 503)]);
    expect(withStatus).toEqual(ROWS);
  });

  it('that nobody knows is a refusal, unless EC2 says that the fault is its own', () => {
    expect(verdictOf('BrandNewRefusal', '', 400)).toBe('rejected RequestRejected');
    expect(verdictOf('BrandNewRefusal', '', 403)).toBe('rejected RequestRejected');
    expect(verdictOf('BrandNewTrouble', '', 500)).toBe('transient EC2Unavailable');
    expect(verdictOf('BrandNewTrouble', '', 503)).toBe('transient EC2Unavailable');
  });

  it('that nobody knows is a throttle when the status says so', () => {
    expect(verdictOf('TooManyRequestsException', '', 429)).toBe('transient Throttled');
  });

  it('that nobody knows proves nothing when the status is no refusal', () => {
    expect(verdictOf('SyntaxError', 'Unexpected end of XML', 200)).toBe('transient EC2Unavailable');
    expect(verdictOf('Error', 'moved', 301)).toBe('transient EC2Unavailable');
  });
});

describe('the message of InvalidParameterValue', () => {
  it.each([
    [
      "Instance 'i-0123456789abcdef0' already has an interface attached at device index '2'.",
      'waiting DeviceIndexInUse',
    ],
    ["Network interface 'eni-0123456789abcdef0' is currently in use.", 'waiting Pending'],
    [
      "There aren't sufficient free Ipv4 addresses or prefixes in subnet 'subnet-0123456789abcdef0'.",
      'waiting SubnetFull',
    ],
    ['Value (nonsense) for parameter groupId is invalid.', 'rejected RequestRejected'],
  ])('%s: %s', (message, verdict) => {
    expect(verdictOf('InvalidParameterValue', message)).toBe(verdict);
  });

  it('counts for that code only', () => {
    expect(verdictOf('UnauthorizedOperation', 'the interface is currently in use')).toBe(
      'rejected Unauthorized',
    );
  });
});
