import { many, manyPairs, subnet, valid, without } from '../component/schema-api.ts';

/** Specs at the edge of what the schema takes. */
export const acceptedSpecs: readonly (readonly [promise: string, spec: Record<string, unknown>])[] = [
  ['with one subnet ID and one security group', valid],
  ['with a subnet name only', { ...without('subnetID'), subnetName: 'a' }],
  ['with a list of subnet IDs only', { ...without('subnetID'), subnetIDs: [subnet] }],
  ['with a list of subnet names only', { ...without('subnetID'), subnetNames: ['a'] }],
  [
    'with all four ways to name subnets',
    { ...valid, subnetIDs: [subnet], subnetName: 'a', subnetNames: ['b'] },
  ],
  ['with the same subnet listed twice', { ...valid, subnetIDs: [subnet, subnet] }],
  ['with security groups by name only', { ...without('securityGroupIDs'), securityGroupNames: ['a'] }],
  ['with the same security group listed twice', { ...valid, securityGroupIDs: ['sg-a', 'sg-a'] }],
  ['with security groups by ID and by name', { ...valid, securityGroupNames: ['a'] }],
  [
    'with an ID that is not hexadecimal',
    { ...valid, subnetID: 'subnet-tenant-a', securityGroupIDs: ['sg-tenant-a'] },
  ],
  ['with an empty hostInterface', { ...valid, hostInterface: {} }],
  [
    'with policy routing and addresses',
    { ...valid, hostInterface: { addressing: 'Primary', policyRouting: true, altName: 'eth2' } },
  ],
  ['with a link that the operating system keeps', { ...valid, hostInterface: { managedBy: 'OS' } }],
  ['with 16 labels', { ...valid, nodeSelector: manyPairs(16) }],
  [
    'with a prefixed label without a value',
    { ...valid, nodeSelector: { 'node-role.kubernetes.io/edge': '' } },
  ],
  ['with a label value of 63 characters', { ...valid, nodeSelector: { a: 'v'.repeat(63) } }],
  [
    'with the longest label key',
    {
      ...valid,
      nodeSelector: {
        [`${'p'.repeat(63)}.${'p'.repeat(63)}.${'p'.repeat(63)}.${'p'.repeat(61)}/${'n'.repeat(63)}`]: 'v',
      },
    },
  ],
  [
    'with 1 + 16 subnet IDs and 1 + 16 names',
    {
      ...valid,
      subnetIDs: many(16, (index) => `subnet-${index}`),
      subnetName: 'n',
      subnetNames: many(16, (index) => `n${index}`),
    },
  ],
  ['with a subnet ID of 64 characters', { ...valid, subnetID: `subnet-${'a'.repeat(57)}` }],
  ['with a subnet name of 255 characters', { ...valid, subnetName: 'n'.repeat(255) }],
  [
    'with 16 security group IDs and names',
    {
      ...valid,
      securityGroupIDs: many(16, (index) => `sg-${index}`),
      securityGroupNames: many(16, (index) => `n${index}`),
    },
  ],
  ['at device index 1', { ...valid, deviceIndex: 1 }],
  ['at device index 31', { ...valid, deviceIndex: 31 }],
  ['on network card 0', { ...valid, networkCardIndex: 0 }],
  ['on network card 31', { ...valid, networkCardIndex: 31 }],
  ['with MTU 576', { ...valid, mtu: 576 }],
  ['with MTU 9001', { ...valid, mtu: 9001 }],
  ['with a description of 255 characters', { ...valid, description: 'd'.repeat(255) }],
  ['with 32 tags', { ...valid, tags: manyPairs(32) }],
  [
    'with a tag key of 128 and a value of 256 characters',
    { ...valid, tags: { ['k'.repeat(128)]: 'v'.repeat(256) } },
  ],
  [
    'with tag keys of other owners that are not reserved',
    { ...valid, tags: { 'awsome:a': '1', 'example.com/aws:': '1', 'kubernetes.io/x': '1' } },
  ],
  [
    'with 49 secondary addresses and no IPv4 prefix',
    { ...valid, secondaryPrivateIPCount: 49, ipv4PrefixCount: 0 },
  ],
  [
    'with 49 IPv4 prefixes and no secondary address',
    { ...valid, secondaryPrivateIPCount: 0, ipv4PrefixCount: 49 },
  ],
  ['with 50 IPv6 addresses and no IPv6 prefix', { ...valid, ipv6AddressCount: 50, ipv6PrefixCount: 0 }],
  ['with 50 IPv6 prefixes and no IPv6 address', { ...valid, ipv6AddressCount: 0, ipv6PrefixCount: 50 }],
  ['with enableDPDK and its alias agreeing', { ...valid, enableDPDK: true, dpdkEnabled: true }],
  ['with enableDPDK alone', { ...valid, enableDPDK: true }],
  ['with each DPDK driver, here igb_uio', { ...valid, enableDPDK: true, dpdkDriver: 'igb_uio' }],
  [
    'with each DPDK driver, here uio_pci_generic',
    { ...valid, enableDPDK: true, dpdkDriver: 'uio_pci_generic' },
  ],
  [
    'with a PCI address and a resource name for kernel SR-IOV',
    {
      ...valid,
      enableDPDK: false,
      dpdkPCIAddress: '0000:00:07.0',
      dpdkResourceName: 'intel.com/sriov_kernel',
    },
  ],
  [
    'with a PCI address and one subnet listed twice',
    { ...valid, subnetIDs: [subnet, subnet], dpdkPCIAddress: '0000:00:1f.7' },
  ],
  [
    'with a PCI address and one subnet name listed twice',
    { ...without('subnetID'), subnetName: 'a', subnetNames: ['a'], dpdkPCIAddress: '0000:00:1f.7' },
  ],
  [
    'with a resource name of 190 characters',
    { ...valid, dpdkResourceName: `example.com/${'n'.repeat(178)}` },
  ],
];
