import type { HostWish } from '../host-wish.ts';

/** What one attachment wants of the host. */
export interface LinkWish {
  readonly attachmentName: string;
  readonly attachmentUid: string;
  /** Lower case. */
  readonly macAddress: string;
  readonly mtu?: number;
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  /** IPv4 prefix of the subnet. */
  readonly subnetCidr?: string;
  readonly primaryAddress?: string;
  readonly secondaryAddresses: readonly string[];
  readonly ipv6Addresses: readonly string[];
  readonly ipv4Prefixes: readonly string[];
  readonly host: HostWish;
}
