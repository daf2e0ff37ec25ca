import { subnet, valid, without } from '../component/schema-api.ts';

/** A spec that the schema refuses, and the words of the API server. */
export interface Refusal {
  readonly promise: string;
  readonly spec: Record<string, unknown>;
  readonly says: string;
}

/** What a spec without a subnet is told. */
export const noSubnet =
  'spec.subnetID: Required value: no subnet is given: set at least one of subnetID, subnetIDs, subnetName, subnetNames';
const noGroup =
  'spec.securityGroupIDs: Required value: no security group is given: set at least one of securityGroupIDs, securityGroupNames';
const oneDevice =
  'spec.dpdkPCIAddress: Forbidden: dpdkPCIAddress "0000:00:07.0" names one device, but several subnets are listed: list one subnet, or remove dpdkPCIAddress';
const needsAddresses =
  'spec.hostInterface.policyRouting: Invalid value: policyRouting needs addresses on the interface: set hostInterface.addressing to Primary or All and managedBy to Daemon, or policyRouting to false';
const leftToTheSystem =
  'spec.hostInterface.addressing: Invalid value: managedBy OS leaves the interface to the operating system: set hostInterface.addressing to None, or managedBy to Daemon';
/** End of what a reserved tag key is told. */
export const reserved =
  'is reserved (aws:, networking.k8s.aws/, node.k8s.amazonaws.com/, cilium.io/, eks:, kubernetes.io/cluster/): choose another key';

/** Refusals by CEL rule; the key is the rule's `message`, so that a rule without a case is noticed. */
export const ruleRefusals: Readonly<Record<string, readonly Refusal[]>> = {
  'no subnet is given: set at least one of subnetID, subnetIDs, subnetName, subnetNames': [
    { promise: 'no subnet', spec: without('subnetID'), says: noSubnet },
    {
      promise: 'only empty lists of subnets',
      spec: { ...without('subnetID'), subnetIDs: [], subnetNames: [] },
      says: noSubnet,
    },
  ],
  'no security group is given: set at least one of securityGroupIDs, securityGroupNames': [
    { promise: 'no security group', spec: without('securityGroupIDs'), says: noGroup },
    {
      promise: 'only empty lists of security groups',
      spec: { ...valid, securityGroupIDs: [], securityGroupNames: [] },
      says: noGroup,
    },
  ],
  'policyRouting needs addresses on the interface: set hostInterface.addressing to Primary or All and managedBy to Daemon, or policyRouting to false':
    [
      {
        promise: 'policy routing without addresses',
        spec: { ...valid, hostInterface: { policyRouting: true } },
        says: needsAddresses,
      },
      {
        promise: 'policy routing of an interface that the operating system keeps',
        spec: { ...valid, hostInterface: { policyRouting: true, managedBy: 'OS' } },
        says: needsAddresses,
      },
    ],
  'managedBy OS leaves the interface to the operating system: set hostInterface.addressing to None, or managedBy to Daemon':
    [
      {
        promise: 'the primary address on an interface that the operating system keeps',
        spec: { ...valid, hostInterface: { managedBy: 'OS', addressing: 'Primary' } },
        says: leftToTheSystem,
      },
      {
        promise: 'all addresses on an interface that the operating system keeps',
        spec: { ...valid, hostInterface: { managedBy: 'OS', addressing: 'All' } },
        says: leftToTheSystem,
      },
    ],
  'secondaryPrivateIPCount and ipv4PrefixCount exclude each other: set only one of them': [
    {
      promise: 'IPv4 addresses and prefixes together',
      spec: { ...valid, secondaryPrivateIPCount: 1, ipv4PrefixCount: 2 },
      says: 'spec.ipv4PrefixCount: Invalid value: secondaryPrivateIPCount is 1 and ipv4PrefixCount is 2: EC2 assigns either addresses or prefixes, set only one of them',
    },
  ],
  'ipv6AddressCount and ipv6PrefixCount exclude each other: set only one of them': [
    {
      promise: 'IPv6 addresses and prefixes together',
      spec: { ...valid, ipv6AddressCount: 3, ipv6PrefixCount: 4 },
      says: 'spec.ipv6PrefixCount: Invalid value: ipv6AddressCount is 3 and ipv6PrefixCount is 4: EC2 assigns either addresses or prefixes, set only one of them',
    },
  ],
  'enableDPDK and its alias dpdkEnabled differ: remove dpdkEnabled': [
    {
      promise: 'an alias that turns DPDK off',
      spec: { ...valid, enableDPDK: true, dpdkEnabled: false },
      says: 'spec.dpdkEnabled: Invalid value: enableDPDK is true and its alias dpdkEnabled is false: remove dpdkEnabled, or give both the same value',
    },
    {
      promise: 'an alias that turns DPDK on',
      spec: { ...valid, enableDPDK: false, dpdkEnabled: true },
      says: 'spec.dpdkEnabled: Invalid value: enableDPDK is false and its alias dpdkEnabled is true: remove dpdkEnabled, or give both the same value',
    },
  ],
  'dpdkPCIAddress names one device: list one subnet only, or remove dpdkPCIAddress': [
    {
      promise: 'a PCI address with two subnet IDs',
      spec: { ...valid, subnetIDs: ['subnet-b'], dpdkPCIAddress: '0000:00:07.0' },
      says: oneDevice,
    },
    {
      promise: 'a PCI address with an ID and a name that reads like it',
      spec: { ...valid, subnetName: subnet, dpdkPCIAddress: '0000:00:07.0' },
      says: oneDevice,
    },
    {
      promise: 'a PCI address with two subnet names',
      spec: { ...without('subnetID'), subnetNames: ['a', 'b'], dpdkPCIAddress: '0000:00:07.0' },
      says: oneDevice,
    },
  ],
  'a key is no valid label name: use [prefix/]name, for example node-group or example.com/pool': [
    {
      promise: 'a label with a space in its key',
      spec: { ...valid, nodeSelector: { 'a b': 'c' } },
      says: 'spec.nodeSelector: Invalid value: key "a b" is no valid label name: use [prefix/]name, for example node-group or example.com/pool',
    },
    {
      promise: 'a label whose key prefix is too long',
      spec: { ...valid, nodeSelector: { [`${'p'.repeat(254)}/a`]: 'c' } },
      says: `spec.nodeSelector: Invalid value: key "${'p'.repeat(254)}/a" is no valid label name: use [prefix/]name, for example node-group or example.com/pool`,
    },
  ],
  'a tag key is empty or longer than 128 characters: EC2 allows 1 to 128': [
    {
      promise: 'an empty tag key',
      spec: { ...valid, tags: { '': 'x' } },
      says: 'spec.tags: Invalid value: tag key "" is empty or longer than 128 characters: EC2 allows 1 to 128',
    },
    {
      promise: 'a tag key of 129 characters',
      spec: { ...valid, tags: { ['k'.repeat(129)]: 'x' } },
      says: `spec.tags: Invalid value: tag key "${'k'.repeat(129)}" is empty or longer than 128 characters: EC2 allows 1 to 128`,
    },
  ],
  'a tag key is reserved (aws:, networking.k8s.aws/, node.k8s.amazonaws.com/, cilium.io/, eks:, kubernetes.io/cluster/): choose another key':
    [
      'aws:x',
      'networking.k8s.aws/cluster',
      'node.k8s.amazonaws.com/no_manage',
      'cilium.io/no_manage',
      'eks:x',
      'kubernetes.io/cluster/a',
    ].map((key) => ({
      promise: `the reserved tag ${key}`,
      spec: { ...valid, tags: { fine: '1', [key]: 'x' } },
      says: `spec.tags: Invalid value: tag key "${key}" ${reserved}`,
    })),
};
