import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LinkSysctls } from '../../domain/host/host-state.ts';
import { HostError } from './host-error.ts';

/** Where the kernel's files are; others than the defaults in containers and tests. */
export interface HostPaths {
  /** `/sys` of the host. */
  readonly sysfs: string;
  /** `/proc/sys/net` of the host, writable. */
  readonly procSysNet: string;
  /** `/run` of the host. */
  readonly run: string;
  /** `/etc` of the host. */
  readonly etc: string;
}

const SYSCTL_FILES: Readonly<Record<keyof LinkSysctls, string>> = {
  rp_filter: 'ipv4/conf/LINK/rp_filter',
  accept_ra: 'ipv6/conf/LINK/accept_ra',
};

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Text of a file, or undefined where there is none. @throws other errors of the file system */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // A link that goes while it is read answers EINVAL or ENODEV.
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EINVAL', 'ENODEV', 'EACCES')) return undefined;
    throw error;
  }
}

function sysctlPath(paths: HostPaths, linkName: string, name: keyof LinkSysctls): string {
  return join(
    paths.procSysNet,
    SYSCTL_FILES[name].replace('LINK', () => linkName),
  );
}

async function readSysctl(
  paths: HostPaths,
  linkName: string,
  name: keyof LinkSysctls,
): Promise<Partial<Record<keyof LinkSysctls, number>>> {
  const text = await readIfPresent(sysctlPath(paths, linkName, name));
  return text === undefined ? {} : { [name]: Number(text.trim()) };
}

/** The settings of a link. */
export async function readSysctls(paths: HostPaths, linkName: string): Promise<LinkSysctls> {
  return {
    ...(await readSysctl(paths, linkName, 'rp_filter')),
    ...(await readSysctl(paths, linkName, 'accept_ra')),
  };
}

/** Writes one setting. @throws HostError, `isReadOnly` where the file system lets nobody write */
export async function writeSysctl(
  paths: HostPaths,
  setting: { readonly linkName: string; readonly name: keyof LinkSysctls; readonly value: number },
): Promise<void> {
  const path = sysctlPath(paths, setting.linkName, setting.name);
  try {
    await writeFile(path, `${setting.value}\n`, { flag: 'r+' });
  } catch (error) {
    const isReadOnly = isErrno(error, 'EROFS', 'EACCES', 'EPERM');
    const kind = isReadOnly ? 'rejected' : isErrno(error, 'ENOENT') ? 'absent' : 'transient';
    throw new HostError(`${path} cannot be written: mount the host's /proc/sys/net writable`, {
      kind,
      isReadOnly,
      cause: error,
    });
  }
}

/** Index of the link that bears the name now; undefined where none does. */
export async function readIndex(paths: HostPaths, linkName: string): Promise<number | undefined> {
  const text = await readIfPresent(join(paths.sysfs, 'class/net', linkName, 'ifindex'));
  return text === undefined ? undefined : Number(text.trim());
}

/** Driver of a link's device. */
export async function readDriver(paths: HostPaths, linkName: string): Promise<string | undefined> {
  try {
    return basename(await readlink(join(paths.sysfs, 'class/net', linkName, 'device/driver')));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return undefined;
    throw error;
  }
}

async function listIfPresent(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** PCI base class of network controllers (PCI Code and ID Assignment, class 02h). */
const NETWORK_CLASS = /^0x02/;

/** PCI addresses of network devices whose driver shows no link in this namespace. */
export async function readLinklessDevices(paths: HostPaths): Promise<string[]> {
  const root = join(paths.sysfs, 'bus/pci/devices');
  const linkless: string[] = [];
  for (const address of (await listIfPresent(root)) ?? []) {
    const pciClass = await readIfPresent(join(root, address, 'class'));
    if (pciClass === undefined || !NETWORK_CLASS.test(pciClass)) continue;
    const links = await listIfPresent(join(root, address, 'net'));
    if (links?.length === 0) linkless.push(address);
  }
  return linkless;
}
