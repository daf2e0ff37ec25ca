import { mergeSubnetSlots, type SubnetFields, type SubnetSlot } from './subnet-slots.ts';
import type { SecurityGroupFields } from './security-group-choice.ts';

/** DPDK and SR-IOV wishes after alias and defaults. */
export interface DpdkWish {
  /** True binds a DPDK driver; false leaves the kernel driver and only advertises the device. */
  readonly enabled: boolean;
  readonly driver?: string;
  readonly pciAddress?: string;
  readonly resourceName?: string;
}

/** What the daemon does with the link of an ENI, as a NodeENI states it. */
export interface HostInterfaceFields {
  readonly managedBy?: 'Daemon' | 'OS';
  readonly addressing?: 'None' | 'Primary' | 'All';
  readonly policyRouting?: boolean;
  readonly altName?: string;
}

/** What the daemon does with the links of a NodeENI, after defaults. */
export interface HostInterface {
  readonly managedBy: 'Daemon' | 'OS';
  readonly addressing: 'None' | 'Primary' | 'All';
  readonly policyRouting: boolean;
  /** Absent for the default, `ne-` and the name of the NodeENI. */
  readonly altName?: string;
}

/** What the operator does with an ENI that is no longer wanted. */
export type DeletionPolicy = 'Delete' | 'Retain';

/** The fields of a NodeENI spec that the rules read, as stored or as authored. */
export interface NodeEniFields extends SubnetFields, SecurityGroupFields {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly deviceIndex?: number;
  readonly networkCardIndex?: number;
  readonly mtu?: number;
  readonly hostInterface?: HostInterfaceFields;
  readonly deleteOnTermination?: boolean;
  readonly sourceDestCheck?: boolean;
  readonly deletionPolicy?: DeletionPolicy;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly secondaryPrivateIPCount?: number;
  readonly ipv4PrefixCount?: number;
  readonly ipv6AddressCount?: number;
  readonly ipv6PrefixCount?: number;
  readonly enableDPDK?: boolean;
  readonly dpdkEnabled?: boolean;
  readonly dpdkDriver?: string;
  readonly dpdkPCIAddress?: string;
  readonly dpdkResourceName?: string;
}

/** A NodeENI spec after aliases, merges and computed defaults. Nothing of it is ever written back. */
export interface EffectiveSpec extends SecurityGroupFields {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly slots: readonly SubnetSlot[];
  readonly deviceIndex: number;
  readonly networkCardIndex: number;
  readonly mtu?: number;
  readonly hostInterface: HostInterface;
  readonly deleteOnTermination: boolean;
  readonly sourceDestCheck: boolean;
  readonly deletionPolicy: DeletionPolicy;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly secondaryPrivateIPCount: number;
  readonly ipv4PrefixCount: number;
  readonly ipv6AddressCount: number;
  readonly ipv6PrefixCount: number;
  readonly dpdk?: DpdkWish;
}

const DEFAULT_DEVICE_INDEX = 2;

/**
 * The one reading of a NodeENI spec that webhook, planner, daemon and command line share: alias
 * `dpdkEnabled`, merged subnets, DPDK driver `vfio-pci` where DPDK is on and no driver is named.
 */
export function effectiveSpec(fields: NodeEniFields): EffectiveSpec {
  const dpdk = dpdkWish(fields);
  return {
    nodeSelector: fields.nodeSelector,
    slots: mergeSubnetSlots(fields),
    ...(fields.securityGroupIDs === undefined ? {} : { securityGroupIDs: fields.securityGroupIDs }),
    ...(fields.securityGroupNames === undefined ? {} : { securityGroupNames: fields.securityGroupNames }),
    ...attachmentWishes(fields),
    ...(fields.mtu === undefined ? {} : { mtu: fields.mtu }),
    hostInterface: hostInterface(fields.hostInterface ?? {}),
    ...(fields.description === undefined ? {} : { description: fields.description }),
    tags: fields.tags ?? {},
    ...addressCounts(fields),
    ...(dpdk === undefined ? {} : { dpdk }),
  };
}

type AttachmentWishes = Pick<
  EffectiveSpec,
  'deviceIndex' | 'networkCardIndex' | 'deleteOnTermination' | 'sourceDestCheck' | 'deletionPolicy'
>;

function attachmentWishes(fields: NodeEniFields): AttachmentWishes {
  return {
    deviceIndex: fields.deviceIndex ?? DEFAULT_DEVICE_INDEX,
    networkCardIndex: fields.networkCardIndex ?? 0,
    deleteOnTermination: fields.deleteOnTermination ?? true,
    sourceDestCheck: fields.sourceDestCheck ?? true,
    deletionPolicy: fields.deletionPolicy ?? 'Delete',
  };
}

function hostInterface(fields: HostInterfaceFields): HostInterface {
  return {
    managedBy: fields.managedBy ?? 'Daemon',
    addressing: fields.addressing ?? 'None',
    policyRouting: fields.policyRouting ?? false,
    ...(fields.altName === undefined ? {} : { altName: fields.altName }),
  };
}

type AddressCounts = Pick<
  EffectiveSpec,
  'secondaryPrivateIPCount' | 'ipv4PrefixCount' | 'ipv6AddressCount' | 'ipv6PrefixCount'
>;

function addressCounts(fields: NodeEniFields): AddressCounts {
  return {
    secondaryPrivateIPCount: fields.secondaryPrivateIPCount ?? 0,
    ipv4PrefixCount: fields.ipv4PrefixCount ?? 0,
    ipv6AddressCount: fields.ipv6AddressCount ?? 0,
    ipv6PrefixCount: fields.ipv6PrefixCount ?? 0,
  };
}

function dpdkWish(fields: NodeEniFields): DpdkWish | undefined {
  const enabled = fields.enableDPDK ?? fields.dpdkEnabled ?? false;
  if (!enabled && fields.dpdkResourceName === undefined) return undefined;
  const driver = fields.dpdkDriver ?? 'vfio-pci';
  return {
    enabled,
    ...(enabled ? { driver } : {}),
    ...(fields.dpdkPCIAddress === undefined ? {} : { pciAddress: fields.dpdkPCIAddress }),
    ...(fields.dpdkResourceName === undefined ? {} : { resourceName: fields.dpdkResourceName }),
  };
}
