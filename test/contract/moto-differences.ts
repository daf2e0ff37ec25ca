/** What moto 5.2.5 answers where it differs from EC2, and how we know what EC2 does. */
export interface MotoDifference {
  readonly observed: unknown;
  readonly source: string;
}

/** By case name. Each row is asserted: once moto no longer differs, the suite fails and the row has to go. */
export const MOTO_DIFFERENCES: Readonly<Record<string, MotoDifference>> = {
  'the same client token gives the same interface': {
    observed: 'a second interface',
    source: 'EC2 API developer guide, Ensuring idempotency in Amazon EC2 API requests',
  },
  'a client token with other parameters is refused': {
    observed: 'a second interface',
    source: 'EC2 API developer guide, Ensuring idempotency: IdempotentParameterMismatch',
  },
  'a client token of more than 64 characters is refused': {
    observed: 'OK',
    source: 'EC2 API developer guide, Ensuring idempotency: up to 64 ASCII characters',
  },
  'create with an unknown group is refused': {
    observed: 'OK',
    source: 'EC2 API reference, Error codes: InvalidGroup.NotFound',
  },
  'create with a group of another VPC is refused': {
    observed: 'OK',
    source: 'EC2 API reference, Error codes: InvalidParameter, group and subnet in different VPCs',
  },
  'the primary address cannot be taken away': {
    observed: 'OK',
    source: 'EC2 API reference, UnassignPrivateIpAddresses: secondary private IP addresses',
  },
  'prefixes are assigned and taken away': {
    observed: [0, 0],
    source: 'EC2 API reference, AssignPrivateIpAddresses: Ipv4PrefixCount',
  },
  'create with an address outside the subnet is refused': {
    observed: 'OK',
    source: 'EC2 API reference, CreateNetworkInterface: the address must be in the range of the subnet',
  },
  'create with an address in use is refused': {
    observed: ['OK', 'OK'],
    source: 'EC2 API reference, Error codes: InvalidIPAddress.InUse',
  },
  'a /28 holds eleven interfaces': {
    observed: { made: 14, code: 'OK' },
    source:
      'Amazon VPC user guide, Subnet CIDR blocks: five reserved addresses; EC2 API reference, Error codes: InsufficientFreeAddressesInSubnet',
  },
  'create with IPv6 addresses in an IPv4 subnet is refused': {
    observed: 'OK',
    source: 'assumed: EC2 cannot give an address of a family the subnet has not; the code is not documented',
  },
  'a malformed interface id is named as such': {
    observed: 'InvalidNetworkInterfaceID.NotFound',
    source: 'EC2 API reference, Error codes: InvalidNetworkInterfaceId.Malformed',
  },
  'a description can be cleared': {
    observed: 'old',
    source: 'EC2 API reference, ModifyNetworkInterfaceAttribute: Description',
  },
  'one attribute per modify call': {
    observed: 'OK',
    source: 'EC2 API reference, ModifyNetworkInterfaceAttribute: only one attribute at a time',
  },
  'assigning addresses answers only the new ones': {
    observed: { assigned: 3, total: 3 },
    source: 'EC2 API reference, AssignPrivateIpAddresses: the addresses assigned',
  },
  'a subnet with an interface cannot be deleted': {
    observed: 'OK',
    source: 'EC2 API reference, Error codes: DependencyViolation',
  },
  'an attached interface cannot be attached again': {
    observed: 'OK',
    source: 'EC2 API reference, Error codes: InvalidNetworkInterface.InUse',
  },
  'a device index is taken once': {
    observed: 'OK',
    source: 'hashicorp/terraform-provider-aws#906',
  },
  'device index 0 is taken by the primary interface': {
    observed: 'OK',
    source: 'hashicorp/terraform-provider-aws#906',
  },
  'attach across zones is refused': {
    observed: 'OK',
    source: 'EC2 user guide, Attach a network interface: same Availability Zone',
  },
  'an instance type limits its interfaces': {
    observed: ['OK', 'OK', 'OK'],
    source: 'cilium/cilium#8830; EC2 user guide, Maximum IP addresses per network interface',
  },
  'an index is unique per network card': {
    observed: { code: 'OK', card: 0 },
    source: 'EC2 user guide, Network cards; EC2 API reference, AttachNetworkInterface: NetworkCardIndex',
  },
  'attach to a terminated instance is refused': {
    observed: 'OK',
    source: 'EC2 API reference, Error codes: IncorrectInstanceState',
  },
  'an attached interface cannot be deleted': {
    observed: 'OK',
    source: 'aws/amazon-vpc-cni-k8s#1399',
  },
  'the primary interface cannot be detached': {
    observed: 'OK',
    source: 'redhat-performance/cloud-governance#952; EC2 user guide, Network interfaces',
  },
  'delete on termination can be switched on': {
    observed: false,
    source: 'EC2 API reference, ModifyNetworkInterfaceAttribute: Attachment',
  },
  'the primary interface goes with its instance': {
    observed: false,
    source:
      'EC2 user guide, Network interfaces: the primary interface is deleted with its instance by default',
  },
  'a launch token gives the same instance': {
    observed: 'a second instance',
    source: 'EC2 API developer guide, Ensuring idempotency: RunInstances',
  },
  'termination leaves an interface available unless told to delete it': {
    observed: { kept: 'in-use', deleted: 'in-use' },
    source: 'EC2 user guide, Network interfaces: delete on termination',
  },
  'filter attachment.status finds the attached interface': {
    observed: 'an error',
    source: 'EC2 API reference, DescribeNetworkInterfaces: Filters',
  },
  'filter attachment.device-index finds the attached interface': {
    observed: 'an error',
    source: 'EC2 API reference, DescribeNetworkInterfaces: Filters',
  },
  'an unknown filter is refused': {
    observed: 'Error',
    source: 'EC2 API reference, Error codes: InvalidParameterValue (moto answers 500 with an HTML page)',
  },
  'pages hold each interface once': {
    observed: { sizes: [12], different: 12 },
    source: 'EC2 API reference, DescribeNetworkInterfaces: MaxResults, NextToken',
  },
  'a page size with ids is refused': {
    observed: 'OK',
    source: 'EC2 API reference, DescribeNetworkInterfaces: MaxResults cannot be used with ids',
  },
  'a page size below five is refused': {
    observed: 'OK',
    source: 'EC2 API reference, DescribeNetworkInterfaces: MaxResults, 5 to 1000',
  },
  'a tag with the aws: prefix is refused': {
    observed: 'OK',
    source: 'EC2 user guide, Tag restrictions',
  },
};
