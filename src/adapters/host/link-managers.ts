import { join } from 'node:path';
import type { LinkManager } from '../../domain/host/host-state.ts';
import { type HostPaths, readIfPresent } from './link-files.ts';

/** Values of `KEY=VALUE` lines; of a repeated key the last. */
function parseAssignments(text: string): ReadonlyMap<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[A-Za-z][\w-]*\s*=/.test(line))
    .map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
  return new Map(pairs);
}

/** Where a file of the host is seen from here; undefined for folders that are not shared with the daemon. */
function onHost(paths: HostPaths, file: string): string | undefined {
  if (file.startsWith('/run/')) return join(paths.run, file.slice('/run/'.length));
  return file.startsWith('/etc/') ? join(paths.etc, file.slice('/etc/'.length)) : undefined;
}

/** systemd.network(5): `MTUBytes` takes the suffixes K, M and G. */
function parseBytes(text: string | undefined): number | undefined {
  const match = /^(\d+)([KMG]?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const factors: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  return Number(match[1]) * (factors[match[2] ?? ''] ?? 1);
}

async function readSettings(
  paths: HostPaths,
  file: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const path = onHost(paths, file);
  const text = path === undefined ? undefined : await readIfPresent(path);
  return text === undefined ? undefined : parseAssignments(text);
}

async function readNetworkd(paths: HostPaths, index: number): Promise<LinkManager | undefined> {
  const text = await readIfPresent(join(paths.run, 'systemd/netif/links', String(index)));
  if (text === undefined) return undefined;
  const state = parseAssignments(text);
  const file = state.get('NETWORK_FILE');
  if (state.get('ADMIN_STATE') === 'unmanaged' || file === undefined) return undefined;
  const settings = await readSettings(paths, file);
  const mtu = parseBytes(settings?.get('MTUBytes'));
  return {
    // amazonlinux/amazon-ec2-net-utils writes its units there, one for each link.
    name: file.startsWith('/run/systemd/network/70-') ? 'ec2-net-utils' : 'systemd-networkd',
    file,
    ...(mtu === undefined ? {} : { mtu }),
    usesDhcp: /^(?:yes|true|ipv4|ipv6|1)$/.test(settings?.get('DHCP') ?? ''),
    ...(settings === undefined ? { isOpaque: true } : {}),
  };
}

async function readNetworkManager(paths: HostPaths, index: number): Promise<LinkManager | undefined> {
  const text = await readIfPresent(join(paths.run, 'NetworkManager/devices', String(index)));
  if (text === undefined) return undefined;
  const state = parseAssignments(text);
  if (state.get('managed') === 'false' || state.get('connection-uuid') === undefined) return undefined;
  return { name: 'NetworkManager', usesDhcp: true };
}

/** Which program of the operating system configures the link, told by that program's own state files. */
export async function readManager(paths: HostPaths, index: number): Promise<LinkManager | undefined> {
  return (await readNetworkd(paths, index)) ?? (await readNetworkManager(paths, index));
}
