import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostPaths } from './link-files.ts';
import { readManager } from './link-managers.ts';

let root: string;
let paths: HostPaths;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'link-managers-'));
  paths = { sysfs: '', procSysNet: '', run: join(root, 'run'), etc: join(root, 'etc') };
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, ...lines: readonly string[]): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${lines.join('\n')}\n`);
}

function link(...lines: readonly string[]): void {
  write('run/systemd/netif/links/7', '# This is private data. Do not parse.', ...lines);
}

describe('the program that manages a link', () => {
  it('is none where nothing is said of the link', async () => {
    expect(await readManager(paths, 7)).toBeUndefined();
  });

  it.each([
    ['unmanaged', ['ADMIN_STATE=unmanaged', 'NETWORK_FILE=/etc/systemd/network/a.network']],
    ['without a file', ['ADMIN_STATE=pending']],
  ])('is not networkd where the link is %s', async (_, lines) => {
    link(...lines);
    expect(await readManager(paths, 7)).toBeUndefined();
  });

  it.each([
    ['MTUBytes=9001', 9_001],
    ['MTUBytes = 1500', 1_500],
    ['MTUBytes=8K', 8_192],
    ['MTUBytes=many', undefined],
    ['# MTUBytes=1500', undefined],
  ])('is networkd with the settings of its file: %s', async (line, mtu) => {
    link('ADMIN_STATE=configured', 'NETWORK_FILE=/etc/systemd/network/20-lan.network');
    write('etc/systemd/network/20-lan.network', '[Match]', 'Name=ens*', '[Link]', line);
    expect(await readManager(paths, 7)).toEqual({
      name: 'systemd-networkd',
      file: '/etc/systemd/network/20-lan.network',
      usesDhcp: false,
      ...(mtu === undefined ? {} : { mtu }),
    });
  });

  it.each([
    ['yes', true],
    ['ipv4', true],
    ['ipv6', true],
    ['no', false],
  ])('is networkd with DHCP=%s', async (value, usesDhcp) => {
    link('ADMIN_STATE=configured', 'NETWORK_FILE=/run/systemd/network/a.network');
    write('run/systemd/network/a.network', '[Network]', `DHCP=${value}`);
    expect(await readManager(paths, 7)).toMatchObject({ name: 'systemd-networkd', usesDhcp });
  });

  it('is ec2-net-utils where its generated file is the one', async () => {
    link('ADMIN_STATE=configured', 'NETWORK_FILE=/run/systemd/network/70-ens7.network');
    write('run/systemd/network/70-ens7.network', '[Network]', 'DHCP=yes');
    expect(await readManager(paths, 7)).toMatchObject({ name: 'ec2-net-utils', usesDhcp: true });
  });

  it('is told without its settings where its file is out of reach', async () => {
    link('ADMIN_STATE=configured', 'NETWORK_FILE=/usr/lib/systemd/network/80-ec2.network');
    expect(await readManager(paths, 7)).toMatchObject({ name: 'systemd-networkd', isOpaque: true });
  });

  it.each([
    ['a connection', ['[device]', 'managed=true', 'connection-uuid=1-2'], 'NetworkManager'],
    ['no connection', ['[device]', 'managed=true'], undefined],
    ['a connection, unmanaged', ['[device]', 'managed=false', 'connection-uuid=1-2'], undefined],
  ])('is NetworkManager by its state file: %s', async (_, lines, name) => {
    write('run/NetworkManager/devices/7', ...lines);
    expect((await readManager(paths, 7))?.name).toBe(name);
  });
});
