import ipaddr from 'ipaddr.js';
import { Ec2Error } from './ec2-error.ts';
import type { Random } from './random.ts';

/** The addresses of one subnet: which are taken, which come next. */
export interface AddressPool {
  /** IPv4 addresses that can still be given out (Subnet.AvailableIpAddressCount). */
  free(): number;
  readonly hasIpv6: boolean;
  /** Takes the next free IPv4 address. @throws Ec2Error InsufficientFreeAddressesInSubnet */
  allocate(): string;
  /** Checks that a wished IPv4 address can be taken. @throws Ec2Error InvalidParameterValue, InvalidIPAddress.InUse */
  check(address: string): void;
  claim(address: string): void;
  /** Takes an aligned free /28 block. @throws Ec2Error InvalidParameterValue when the subnet has none left */
  allocatePrefix(): string;
  allocateIpv6(): string;
  allocateIpv6Prefix(): string;
  /** Gives back addresses and prefixes of either family; unknown ones are ignored. */
  release(addresses: readonly string[]): void;
}

// Amazon VPC user guide, "Subnet CIDR blocks": the first four addresses and the last one are reserved.
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;
// EC2 user guide, "Prefix delegation": IPv4 prefixes are /28, IPv6 prefixes /80.
const PREFIX_SIZE = 16;

function toNumber(address: string): number {
  return ipaddr.IPv4.parse(address)
    .toByteArray()
    .reduce((sum, octet) => sum * 256 + octet, 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Whether the text is an IPv4 address in the usual four-part form. */
function isIpv4(address: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(address);
}

/** Network and size of an IPv4 CIDR block. @throws Ec2Error InvalidParameterValue */
export function parseIpv4Cidr(
  cidr: string,
  parameter: string,
): { first: number; size: number; bits: number } {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) {
    throw new Ec2Error(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
    );
  }
  const [network, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const size = 2 ** (32 - bits);
  const first = toNumber(network.toString());
  return { first: first - (first % size), size, bits };
}

interface Ipv6Pool {
  address(): string;
  prefix(): string;
  release(text: string): void;
}

function createIpv6Pool(cidr: string | undefined, random: Random): Ipv6Pool {
  const taken = new Set<string>();
  const network = cidr === undefined ? [] : ipaddr.IPv6.parseCIDR(cidr)[0].parts.slice(0, 4);
  const part = (): number => random.integer(1, 0xffff);
  const take = (make: () => string): string => {
    if (cidr === undefined) {
      // Assumed code and message: the subnet has no IPv6 block at all.
      throw new Ec2Error(
        'InvalidParameterValue',
        'The subnet does not have an IPv6 CIDR block associated with it.',
      );
    }
    let text = make();
    while (taken.has(text)) text = make();
    taken.add(text);
    return text;
  };
  // Parts 4 of plain addresses stay 0, so that no address lies in a delegated prefix.
  return {
    address: () => take(() => new ipaddr.IPv6([...network, 0, part(), part(), part()]).toString()),
    prefix: () => take(() => `${new ipaddr.IPv6([...network, part(), 0, 0, 0]).toString()}/80`),
    release: (text) => void taken.delete(text),
  };
}

/** Opens the pool of a subnet. Pools never give one address twice until it is released. */
export function createAddressPool(
  subnet: { readonly cidrBlock: string; readonly ipv6CidrBlock: string | undefined },
  random: Random,
): AddressPool {
  const { first, size } = parseIpv4Cidr(subnet.cidrBlock, 'CidrBlock');
  const lowest = first + RESERVED_AT_START;
  const highest = first + size - 1 - RESERVED_AT_END;
  const used = new Set<number>();
  const ipv6 = createIpv6Pool(subnet.ipv6CidrBlock, random);
  let cursor = lowest;
  const blockIsFree = (start: number): boolean => {
    for (let offset = 0; offset < PREFIX_SIZE; offset += 1) if (used.has(start + offset)) return false;
    return true;
  };
  const free = (): number => Math.max(0, highest - lowest + 1 - used.size);
  const releaseOne = (text: string): void => {
    if (text.includes(':')) return ipv6.release(text);
    const [address = '', bits] = text.split('/');
    const start = toNumber(address);
    for (let offset = 0; offset < (bits === undefined ? 1 : PREFIX_SIZE); offset += 1) {
      used.delete(start + offset);
    }
  };
  return {
    free,
    hasIpv6: subnet.ipv6CidrBlock !== undefined,
    allocate: () => {
      if (free() === 0) throw insufficientAddresses();
      while (used.has(cursor)) cursor = cursor >= highest ? lowest : cursor + 1;
      const value = cursor;
      used.add(value);
      cursor = cursor >= highest ? lowest : cursor + 1;
      return toAddress(value);
    },
    check: (address) => {
      const value = isIpv4(address) ? toNumber(address) : -1;
      if (value < lowest || value > highest) {
        // EC2 API reference, CreateNetworkInterface: the address must be in the range of the subnet; the message is assumed.
        throw new Ec2Error(
          'InvalidParameterValue',
          `Address ${address} does not fall within the subnet's address range`,
        );
      }
      if (used.has(value)) throw new Ec2Error('InvalidIPAddress.InUse', `Address ${address} is in use.`);
    },
    claim: (address) => void used.add(toNumber(address)),
    allocatePrefix: () => {
      for (let start = first + PREFIX_SIZE; start + PREFIX_SIZE - 1 <= highest; start += PREFIX_SIZE) {
        if (!blockIsFree(start)) continue;
        for (let offset = 0; offset < PREFIX_SIZE; offset += 1) used.add(start + offset);
        return `${toAddress(start)}/28`;
      }
      throw insufficientPrefixes();
    },
    allocateIpv6: () => ipv6.address(),
    allocateIpv6Prefix: () => ipv6.prefix(),
    release: (addresses) => addresses.forEach(releaseOne),
  };
}

/** EC2 API reference, "Error codes": InsufficientFreeAddressesInSubnet. */
export function insufficientAddresses(): Ec2Error {
  return new Ec2Error(
    'InsufficientFreeAddressesInSubnet',
    'The specified subnet does not have enough free addresses to satisfy the request.',
  );
}

// cilium/cilium#31016 quotes this reply for a full or fragmented subnet.
function insufficientPrefixes(): Ec2Error {
  return new Ec2Error('InvalidParameterValue', "There aren't sufficient free Ipv4 addresses or prefixes");
}
