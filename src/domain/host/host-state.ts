/** Address family. */
export type Family = 4 | 6;

/** An address on a link. */
export interface LinkAddress {
  readonly address: string;
  readonly prefixLength: number;
  readonly family: Family;
}

/** A network link of the host's own namespace, as the kernel shows it. */
export interface HostLink {
  readonly index: number;
  readonly name: string;
  /** Lower case. */
  readonly macAddress: string;
  readonly mtu: number;
  /** Largest MTU that the driver takes; absent where the kernel does not say. */
  readonly maxMtu?: number;
  readonly isUp: boolean;
  /** It is new, and udev has not finished with it: its name may change, but not any more once it is up (Linux before 6.2). */
  readonly isBeingNamed?: true;
  readonly altNames: readonly string[];
  /** Kind of a virtual link (`veth`, `vlan`, `bond`, …); absent for hardware. */
  readonly kind?: string;
  readonly isLoopback: boolean;
  /** Index of the bond, bridge or VRF that the link is a port of. */
  readonly masterIndex?: number;
  /** Index of the link below a vlan, macvlan or the like, in this namespace. */
  readonly lowerIndex?: number;
  readonly pciAddress?: string;
  readonly driver?: string;
  readonly addresses: readonly LinkAddress[];
  readonly sysctls: LinkSysctls;
  /** The program of the operating system that manages the link, if one does. */
  readonly manager?: LinkManager;
}

/** Per-link settings of the kernel (kernel doc, ip-sysctl); absent where they cannot be read. */
export interface LinkSysctls {
  /** `net.ipv4.conf.LINK.rp_filter`. */
  readonly rp_filter?: number;
  /** `net.ipv6.conf.LINK.accept_ra`. */
  readonly accept_ra?: number;
}

/** A program that configures links on its own. */
export interface LinkManager {
  readonly name: 'systemd-networkd' | 'NetworkManager' | 'ec2-net-utils';
  /** File by which it manages the link. */
  readonly file?: string;
  /** MTU that it sets. */
  readonly mtu?: number;
  /** Whether it asks for addresses by DHCP. */
  readonly usesDhcp: boolean;
  /** Its file lies where the daemon cannot read it, so that MTU and DHCP are not known. */
  readonly isOpaque?: true;
}

/** A route of any table. */
export interface HostRoute {
  readonly family: Family;
  readonly table: number;
  /** `default` or a prefix. */
  readonly destination: string;
  readonly linkName: string;
  readonly gateway?: string;
  readonly source?: string;
}

/** A routing policy rule that looks up a table for packets from a source. */
export interface HostRule {
  readonly family: Family;
  readonly priority: number;
  /** An address or a prefix. */
  readonly from: string;
  readonly table: number;
}

/** What the daemon sees of its host. */
export interface HostState {
  readonly links: readonly HostLink[];
  readonly routes: readonly HostRoute[];
  /** Rules with a source and a table; others are no business of ours. */
  readonly rules: readonly HostRule[];
  /** PCI addresses of network devices without a link here: somebody moved the link into a pod. */
  readonly linklessDevices: readonly string[];
  /** `net.ipv4.conf.all.rp_filter`, which counts where it is larger than that of a link; absent where it cannot be read. */
  readonly rpFilterOfAll?: number;
}
