import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { hostWishDigest } from '../host-wish.ts';
import type { LinkWish } from './link-wish.ts';

/** What an attachment wants of the host; undefined while its ENI, and with it the MAC address, is not known. */
export function linkWishOf({ metadata, spec, status }: NodeENIAttachment): LinkWish | undefined {
  const { macAddress } = status;
  if (macAddress === undefined || spec.host === undefined) return undefined;
  return {
    attachmentName: metadata.name,
    attachmentUid: metadata.uid,
    macAddress: macAddress.toLowerCase(),
    ...(spec.mtu === undefined ? {} : { mtu: spec.mtu }),
    networkCardIndex: spec.networkCardIndex,
    deviceIndex: spec.deviceIndex,
    ...(spec.subnetCIDR === undefined ? {} : { subnetCidr: spec.subnetCIDR }),
    ...(status.privateIPAddress === undefined ? {} : { primaryAddress: status.privateIPAddress }),
    secondaryAddresses: status.secondaryPrivateIPAddresses ?? [],
    ipv6Addresses: status.ipv6Addresses ?? [],
    ipv4Prefixes: status.ipv4Prefixes ?? [],
    host: spec.host,
  };
}

/** Digest of everything in the wish that changes the host; what the daemon reports beside its conditions. */
export function digestOf(wish: LinkWish): string {
  const { primaryAddress, secondaryAddresses, ipv6Addresses, ipv4Prefixes } = wish;
  return hostWishDigest({
    macAddress: wish.macAddress,
    ...(wish.mtu === undefined ? {} : { mtu: wish.mtu }),
    networkCardIndex: wish.networkCardIndex,
    deviceIndex: wish.deviceIndex,
    ...(wish.subnetCidr === undefined ? {} : { subnetCidr: wish.subnetCidr }),
    addresses: [
      ...(primaryAddress === undefined ? [] : [primaryAddress]),
      ...secondaryAddresses,
      ...ipv6Addresses,
      ...ipv4Prefixes,
    ],
    host: wish.host,
  });
}
