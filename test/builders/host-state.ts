import type { HostLink, HostState } from '../../src/domain/host/host-state.ts';
import type { LinkWish } from '../../src/domain/host/link-wish.ts';

/** MAC address of the n-th ENI. */
export function macOf(n: number): string {
  return `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
}

/** A hardware link, up, without addresses. */
export function aLink(index: number, overrides: Partial<HostLink> = {}): HostLink {
  return {
    index,
    name: `ens${index}`,
    macAddress: macOf(index),
    mtu: 1500,
    maxMtu: 9216,
    isUp: true,
    altNames: [],
    isLoopback: false,
    pciAddress: `0000:00:${index.toString(16).padStart(2, '0')}.0`,
    driver: 'ena',
    addresses: [],
    sysctls: { rp_filter: 1, accept_ra: 0 },
    ...overrides,
  };
}

/** The wish for the ENI whose link is `aLink(index)`. */
export function aLinkWish(index: number, overrides: Partial<LinkWish> = {}): LinkWish {
  return {
    attachmentName: `upf-${index}`,
    attachmentUid: `uid-${index}`,
    macAddress: macOf(index),
    networkCardIndex: 0,
    deviceIndex: index,
    subnetCidr: `10.0.${index}.0/24`,
    primaryAddress: `10.0.${index}.4`,
    secondaryAddresses: [],
    ipv6Addresses: [],
    ipv4Prefixes: [],
    host: { managedBy: 'Daemon', addressing: 'None', policyRouting: false, altName: `ne-upf-${index}` },
    ...overrides,
  };
}

const PRIMARY = aLink(1, {
  name: 'ens5',
  addresses: [{ address: '10.0.1.10', prefixLength: 24, family: 4 }],
});

/** A host with its primary link, which has the default route, and the links given. */
export function aHost(links: readonly HostLink[], overrides: Partial<HostState> = {}): HostState {
  return {
    links: [PRIMARY, ...links],
    routes: [
      { family: 4, table: 254, destination: 'default', linkName: 'ens5', gateway: '10.0.1.1' },
      { family: 4, table: 254, destination: '10.0.1.0/24', linkName: 'ens5', source: '10.0.1.10' },
    ],
    rules: [],
    linklessDevices: [],
    ...overrides,
  };
}
