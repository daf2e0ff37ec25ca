const IPV6_GROUPS = 8;

/** An IPv4 or IPv6 address, or a prefix, as a number; a prefix counts as its first address. */
function numberOf(address: string): bigint {
  const [host = ''] = address.split('/');
  return host.includes(':') ? ipv6Number(host) : ipv4Number(host);
}

function ipv4Number(host: string): bigint {
  return host.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function ipv6Number(host: string): bigint {
  const [head = '', tail] = host.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : IPV6_GROUPS - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** The `count` highest of some addresses or prefixes of one family, highest first. */
export function highestAddresses(addresses: readonly string[], count: number): string[] {
  return addresses
    .map((address) => ({ address, number: numberOf(address) }))
    .toSorted((a, b) => (a.number < b.number ? 1 : -1))
    .slice(0, count)
    .map(({ address }) => address);
}
