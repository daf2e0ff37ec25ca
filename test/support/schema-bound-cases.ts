import { many, manyPairs, subnet, valid, without } from '../component/schema-api.ts';
import type { Refusal } from './schema-rule-cases.ts';

const labelValue = '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$';
const resourceName = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$';

/** One spec for each bound, enum and pattern of the schema that breaks it. */
export const boundRefusals: readonly Refusal[] = [
  { promise: 'no node selector', spec: without('nodeSelector'), says: 'spec.nodeSelector: Required value' },
  {
    promise: 'an empty node selector',
    spec: { ...valid, nodeSelector: {} },
    says: 'spec.nodeSelector: Invalid value: 0: spec.nodeSelector in body should have at least 1 properties',
  },
  {
    promise: '17 labels',
    spec: { ...valid, nodeSelector: manyPairs(17) },
    says: 'spec.nodeSelector: Too many: 17: must have at most 16 items',
  },
  {
    promise: 'a label value of 64 characters',
    spec: { ...valid, nodeSelector: { a: 'v'.repeat(64) } },
    says: 'spec.nodeSelector.a: Too long: may not be more than 63 bytes',
  },
  {
    promise: 'a label value that begins with a dash',
    spec: { ...valid, nodeSelector: { a: '-x' } },
    says: `spec.nodeSelector.a: Invalid value: "-x": spec.nodeSelector.a in body should match '${labelValue}'`,
  },
  {
    promise: 'a subnet ID with a capital letter',
    spec: { ...valid, subnetID: 'Subnet-a' },
    says: `spec.subnetID: Invalid value: "Subnet-a": spec.subnetID in body should match '^subnet-[0-9a-z-]+$'`,
  },
  {
    promise: 'a subnet ID of 65 characters',
    spec: { ...valid, subnetID: `subnet-${'a'.repeat(58)}` },
    says: 'spec.subnetID: Too long: may not be more than 64 bytes',
  },
  {
    promise: 'a wrong ID in the list of subnets',
    spec: { ...valid, subnetIDs: [subnet, 'vpc-a'] },
    says: `spec.subnetIDs[1]: Invalid value: "vpc-a": spec.subnetIDs[1] in body should match '^subnet-[0-9a-z-]+$'`,
  },
  {
    promise: '17 subnet IDs in the list',
    spec: { ...valid, subnetIDs: many(17, (index) => `subnet-${index}`) },
    says: 'spec.subnetIDs: Too many: 17: must have at most 16 items',
  },
  {
    promise: 'an empty subnet name',
    spec: { ...valid, subnetName: '' },
    says: 'spec.subnetName: Invalid value: "": spec.subnetName in body should be at least 1 chars long',
  },
  {
    promise: 'a subnet name of 256 characters',
    spec: { ...valid, subnetName: 'n'.repeat(256) },
    says: 'spec.subnetName: Too long: may not be more than 255 bytes',
  },
  {
    promise: 'an empty name in the list of subnets',
    spec: { ...valid, subnetNames: [''] },
    says: 'spec.subnetNames[0]: Invalid value: "": spec.subnetNames[0] in body should be at least 1 chars long',
  },
  {
    promise: '17 subnet names in the list',
    spec: { ...valid, subnetNames: many(17, (index) => `n${index}`) },
    says: 'spec.subnetNames: Too many: 17: must have at most 16 items',
  },
  {
    promise: 'a security group name in place of an ID',
    spec: { ...valid, securityGroupIDs: ['default'] },
    says: `spec.securityGroupIDs[0]: Invalid value: "default": spec.securityGroupIDs[0] in body should match '^sg-[0-9a-z-]+$'`,
  },
  {
    promise: '17 security group IDs',
    spec: { ...valid, securityGroupIDs: many(17, (index) => `sg-${index}`) },
    says: 'spec.securityGroupIDs: Too many: 17: must have at most 16 items',
  },
  {
    promise: '17 security group names',
    spec: { ...valid, securityGroupNames: many(17, (index) => `n${index}`) },
    says: 'spec.securityGroupNames: Too many: 17: must have at most 16 items',
  },
  {
    promise: 'an empty security group name',
    spec: { ...valid, securityGroupNames: [''] },
    says: 'spec.securityGroupNames[0]: Invalid value: "": spec.securityGroupNames[0] in body should be at least 1 chars long',
  },
  {
    promise: 'a deletion policy that does not exist',
    spec: { ...valid, deletionPolicy: 'Keep' },
    says: 'spec.deletionPolicy: Unsupported value: "Keep": supported values: "Delete", "Retain"',
  },
  {
    promise: 'device index 0, the primary interface',
    spec: { ...valid, deviceIndex: 0 },
    says: 'spec.deviceIndex: Invalid value: 0: spec.deviceIndex in body should be greater than or equal to 1',
  },
  {
    promise: 'device index 32',
    spec: { ...valid, deviceIndex: 32 },
    says: 'spec.deviceIndex: Invalid value: 32: spec.deviceIndex in body should be less than or equal to 31',
  },
  {
    promise: 'a device index in quotes',
    spec: { ...valid, deviceIndex: '2' },
    says: 'spec.deviceIndex: Invalid value: "string": spec.deviceIndex in body must be of type integer: "string"',
  },
  {
    promise: 'network card -1',
    spec: { ...valid, networkCardIndex: -1 },
    says: 'spec.networkCardIndex: Invalid value: -1: spec.networkCardIndex in body should be greater than or equal to 0',
  },
  {
    promise: 'network card 32',
    spec: { ...valid, networkCardIndex: 32 },
    says: 'spec.networkCardIndex: Invalid value: 32: spec.networkCardIndex in body should be less than or equal to 31',
  },
  {
    promise: 'MTU 575',
    spec: { ...valid, mtu: 575 },
    says: 'spec.mtu: Invalid value: 575: spec.mtu in body should be greater than or equal to 576',
  },
  {
    promise: 'MTU 9002',
    spec: { ...valid, mtu: 9002 },
    says: 'spec.mtu: Invalid value: 9002: spec.mtu in body should be less than or equal to 9001',
  },
  {
    promise: 'a description of 256 characters',
    spec: { ...valid, description: 'd'.repeat(256) },
    says: 'spec.description: Too long: may not be more than 255 bytes',
  },
  {
    promise: '33 tags',
    spec: { ...valid, tags: manyPairs(33) },
    says: 'spec.tags: Too many: 33: must have at most 32 items',
  },
  {
    promise: 'a tag value of 257 characters',
    spec: { ...valid, tags: { k: 'v'.repeat(257) } },
    says: 'spec.tags.k: Too long: may not be more than 256 bytes',
  },
  {
    promise: '50 secondary IPv4 addresses',
    spec: { ...valid, secondaryPrivateIPCount: 50 },
    says: 'spec.secondaryPrivateIPCount: Invalid value: 50: spec.secondaryPrivateIPCount in body should be less than or equal to 49',
  },
  {
    promise: '50 IPv4 prefixes',
    spec: { ...valid, ipv4PrefixCount: 50 },
    says: 'spec.ipv4PrefixCount: Invalid value: 50: spec.ipv4PrefixCount in body should be less than or equal to 49',
  },
  {
    promise: '51 IPv6 addresses',
    spec: { ...valid, ipv6AddressCount: 51 },
    says: 'spec.ipv6AddressCount: Invalid value: 51: spec.ipv6AddressCount in body should be less than or equal to 50',
  },
  {
    promise: '51 IPv6 prefixes',
    spec: { ...valid, ipv6PrefixCount: 51 },
    says: 'spec.ipv6PrefixCount: Invalid value: 51: spec.ipv6PrefixCount in body should be less than or equal to 50',
  },
  {
    promise: '-1 secondary addresses',
    spec: { ...valid, secondaryPrivateIPCount: -1 },
    says: 'spec.secondaryPrivateIPCount: Invalid value: -1: spec.secondaryPrivateIPCount in body should be greater than or equal to 0',
  },
  {
    promise: 'a driver that is no DPDK driver',
    spec: { ...valid, dpdkDriver: 'ena' },
    says: 'spec.dpdkDriver: Unsupported value: "ena": supported values: "vfio-pci", "igb_uio", "uio_pci_generic"',
  },
  {
    promise: 'a PCI address without its domain',
    spec: { ...valid, dpdkPCIAddress: '00:07.0' },
    says: String.raw`spec.dpdkPCIAddress: Invalid value: "00:07.0": spec.dpdkPCIAddress in body should match '^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$'`,
  },
  {
    promise: 'a resource name that is only a prefix',
    spec: { ...valid, dpdkResourceName: 'intel.com/' },
    says: `spec.dpdkResourceName: Invalid value: "intel.com/": spec.dpdkResourceName in body should match '${resourceName}'`,
  },
  {
    promise: 'a resource name of 191 characters',
    spec: { ...valid, dpdkResourceName: 'n'.repeat(191) },
    says: 'spec.dpdkResourceName: Too long: may not be more than 190 bytes',
  },
];
