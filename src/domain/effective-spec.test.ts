import { describe, expect, it } from 'vitest';
import { effectiveSpec, type NodeEniFields } from './effective-spec.ts';

const fields: NodeEniFields = { nodeSelector: { a: '1' }, subnetID: 'subnet-a', securityGroupIDs: ['sg-1'] };

describe('effective spec', () => {
  it('has the documented defaults', () => {
    expect(effectiveSpec(fields)).toEqual({
      nodeSelector: { a: '1' },
      hostInterface: { managedBy: 'Daemon', addressing: 'None', policyRouting: false },
      slots: [{ kind: 'id', value: 'subnet-a', key: 'id/subnet-a' }],
      securityGroupIDs: ['sg-1'],
      deviceIndex: 2,
      networkCardIndex: 0,
      deleteOnTermination: true,
      sourceDestCheck: true,
      deletionPolicy: 'Delete',
      tags: {},
      secondaryPrivateIPCount: 0,
      ipv4PrefixCount: 0,
      ipv6AddressCount: 0,
      ipv6PrefixCount: 0,
    });
  });

  it('keeps what the user wrote, an explicit false included', () => {
    const written = {
      securityGroupNames: ['tenant'],
      deviceIndex: 5,
      networkCardIndex: 1,
      mtu: 9001,
      deleteOnTermination: false,
      sourceDestCheck: false,
      description: 'tenant a',
      tags: { team: 'core' },
      secondaryPrivateIPCount: 1,
      ipv4PrefixCount: 2,
      ipv6AddressCount: 3,
      ipv6PrefixCount: 4,
    };
    expect(effectiveSpec({ ...fields, ...written })).toMatchObject(written);
  });
});

describe('DPDK wishes', () => {
  it('are absent from a plain ENI, also when a PCI address or a driver was left behind', () => {
    expect(
      effectiveSpec({ ...fields, dpdkPCIAddress: '0000:00:07.0', dpdkDriver: 'igb_uio' }).dpdk,
    ).toBeUndefined();
    expect(effectiveSpec({ ...fields, enableDPDK: false }).dpdk).toBeUndefined();
  });

  it('take dpdkEnabled for enableDPDK', () => {
    expect(effectiveSpec({ ...fields, dpdkEnabled: true }).dpdk).toEqual({
      enabled: true,
      driver: 'vfio-pci',
    });
  });

  it('let enableDPDK decide where both are written', () => {
    expect(effectiveSpec({ ...fields, enableDPDK: false, dpdkEnabled: true }).dpdk).toBeUndefined();
  });

  it('bind vfio-pci unless another driver is named', () => {
    expect(effectiveSpec({ ...fields, enableDPDK: true }).dpdk?.driver).toBe('vfio-pci');
    expect(effectiveSpec({ ...fields, enableDPDK: true, dpdkDriver: 'igb_uio' }).dpdk?.driver).toBe(
      'igb_uio',
    );
  });

  it('carry PCI address and resource name', () => {
    const dpdk = { enableDPDK: true, dpdkPCIAddress: '0000:00:07.0', dpdkResourceName: 'amazon.com/dpdk' };
    expect(effectiveSpec({ ...fields, ...dpdk }).dpdk).toEqual({
      enabled: true,
      driver: 'vfio-pci',
      pciAddress: '0000:00:07.0',
      resourceName: 'amazon.com/dpdk',
    });
  });

  it('are kernel SR-IOV, without a driver to bind, when DPDK is off and a resource is named', () => {
    const kernel = {
      enableDPDK: false,
      dpdkDriver: 'vfio-pci',
      dpdkResourceName: 'amazon.com/sriov',
    } as const;
    expect(effectiveSpec({ ...fields, ...kernel }).dpdk).toEqual({
      enabled: false,
      resourceName: 'amazon.com/sriov',
    });
  });
});
