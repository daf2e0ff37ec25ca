import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLinkWish } from '../../../test/builders/host-state.ts';
import {
  createNamespace,
  namespaceObstacle,
  type NetworkNamespace,
} from '../../../test/support/network-namespace.ts';
import type { HostState } from '../../domain/host/host-state.ts';
import type { LinkRecord } from '../../domain/host/link-record.ts';
import { planLink } from '../../domain/host/link-plan.ts';
import { protectedLinks } from '../../domain/host/link-protection.ts';
import type { LinkWish } from '../../domain/host/link-wish.ts';
import { planRelease } from '../../domain/host/release-plan.ts';
import { systemClock } from '../../runtime/clock.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import type { Host } from '../../daemon/ports.ts';
import { createIpCommand } from './ip-command.ts';
import { createIproute2Host } from './iproute2-host.ts';

const obstacle = namespaceObstacle();
const MAC = '02:00:00:00:03:06';
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was recorded');
  return value;
}

const RULES = { areVirtualLinksAllowed: true };

describe.skipIf(obstacle !== undefined)(
  `the host through iproute2${obstacle === undefined ? '' : `: ${obstacle}`}`,
  () => {
    let node: NetworkNamespace;
    let files: string;
    let host: Host;
    let abort: AbortController;

    beforeEach(() => {
      node = createNamespace('host');
      files = mkdtempSync(join(tmpdir(), 'host-'));
      abort = new AbortController();
      node.ip('link add ens5 address 02:00:00:00:01:01 type veth peer name w5');
      node.ip(`link add ens6 address ${MAC} type veth peer name w6`);
      for (const link of ['ens5', 'w5', 'w6']) node.ip(`link set ${link} up`);
      node.ip('addr add 10.0.1.10/24 dev ens5');
      node.ip('route add default via 10.0.1.1 dev ens5');
      host = createIproute2Host({
        ip: createIpCommand(['ip', '-n', node.name]),
        rules: { areVirtualLinksAllowed: true },
        paths: {
          sysfs: join(files, 'sys'),
          procSysNet: join(files, 'net'),
          run: join(files, 'run'),
          etc: join(files, 'etc'),
        },
        clock: systemClock,
        logger: new RecordingLogger(),
        program: ['ip', '-n', node.name],
      });
    });

    afterEach(() => {
      abort.abort();
      node.remove();
      rmSync(files, { recursive: true });
    });

    const read = (): Promise<HostState> => host.read(abort.signal);

    async function plan(wish: LinkWish, record?: LinkRecord): Promise<ReturnType<typeof planLink>> {
      const state = await read();
      return planLink({
        wish,
        state,
        isProtected: protectedLinks(state, ['10.0.1.10']),
        rules: RULES,
        bootId: 'boot-1',
        ...(record === undefined ? {} : { record }),
      });
    }

    async function settle(wish: LinkWish, record?: LinkRecord): Promise<LinkRecord | undefined> {
      const first = await plan(wish, record);
      for (const step of first.steps) await host.apply(step, abort.signal);
      const second = await plan(wish, first.record);
      expect(second).toMatchObject({ steps: [] });
      return second.record;
    }

    const wish = aLinkWish(2, {
      macAddress: MAC,
      mtu: 9001,
      subnetCidr: '10.0.2.0/24',
      primaryAddress: '10.0.2.20',
      secondaryAddresses: ['10.0.2.21'],
      ipv6Addresses: ['2001:db8::5'],
      ipv4Prefixes: ['10.0.2.64/28'],
      host: { managedBy: 'Daemon', addressing: 'All', policyRouting: true, altName: 'ne-upf' },
    });

    const snapshot = (): string =>
      [
        node.ip('-o -d link show'),
        node.ip('-o -4 address show'),
        node.ip('-4 route show table all'),
        node.ip('rule show'),
      ].join('\n');

    it('reads links, addresses, routes of all tables and rules as the kernel has them', async () => {
      node.ip('route add 192.168.0.0/16 via 10.0.1.7 dev ens5 table 20002');
      node.ip('rule add priority 20002 from 10.0.2.64/28 lookup 20002');
      node.ip('link add link ens6 name mac0 type macvlan');
      const state = await read();
      const ens6 = state.links.find(({ name }) => name === 'ens6');
      expect(ens6).toMatchObject({ macAddress: MAC, kind: 'veth', isUp: false, mtu: 1500, altNames: [] });
      expect(state.links.find(({ name }) => name === 'mac0')).toMatchObject({
        kind: 'macvlan',
        lowerIndex: ens6?.index,
      });
      expect(state.routes).toContainEqual({
        family: 4,
        table: 20_002,
        destination: '192.168.0.0/16',
        linkName: 'ens5',
        gateway: '10.0.1.7',
      });
      expect(state.rules).toEqual([{ family: 4, priority: 20_002, from: '10.0.2.64/28', table: 20_002 }]);
    });

    it('brings a link up with MTU, alternative name, addresses and a table of its own, once', async () => {
      await settle(wish);
      const link = node.ip('-o -d link show dev ne-upf');
      expect(link).toContain('ens6');
      expect(link).toContain('mtu 9001');
      expect(link).toMatch(/<[^>]*\bUP\b/);
      expect(node.ip('-4 route get 8.8.8.8 from 10.0.2.21')).toContain('via 10.0.2.1 dev ens6');
      expect(node.ip('rule show')).toContain('from 10.0.2.64/28 lookup 20002');
      expect(node.ip('-4 route get 8.8.8.8')).toContain('via 10.0.1.1 dev ens5');
    });

    it('leaves the main table as it was, byte for byte', async () => {
      const before = node.ip('-4 route show table main');
      await settle(wish);
      expect(node.ip('-4 route show table main')).toBe(before);
    });

    it('gives the host back as it was', async () => {
      // The kernel gives a link its queue at the first up, and never takes it back.
      for (const state of ['up', 'down']) node.ip(`link set ens6 ${state}`);
      const before = snapshot();
      const record = await settle(wish);
      expect(snapshot()).not.toBe(before);
      const state = await read();
      const steps = planRelease({ record: present(record), state, isProtected: new Map(), bootId: 'boot-1' });
      for (const step of steps) await host.apply(step, abort.signal);
      expect(snapshot()).toBe(before);
    });

    it.each([
      ['the link set down', 'link set ens6 down'],
      ['the MTU changed', 'link set ens6 mtu 1500'],
      ['an address removed', 'address del 10.0.2.20/32 dev ens6'],
      ['the addresses flushed', 'address flush dev ens6'],
      ['a rule removed', 'rule del priority 20002 from 10.0.2.20'],
      ['the table flushed', 'route flush table 20002'],
      ['the alternative name removed', 'link property del dev ens6 altname ne-upf'],
      ['the link renamed', 'link set ens6 name lan0'],
    ])('repairs %s', async (_, line) => {
      const record = await settle(wish);
      const rules = (): string[] => node.ip('rule show').split('\n').toSorted();
      const before = rules();
      for (const part of line.includes('name lan0') ? ['link set ens6 down', line] : [line]) node.ip(part);
      await settle(wish, record);
      expect(rules()).toEqual(before);
      expect(node.ip('-4 route get 8.8.8.8 from 10.0.2.20')).toContain('via 10.0.2.1');
    });

    it('changes the link that it looked at, not another one that took its name meanwhile', async () => {
      // As when udev renames a new link, and the kernel gives its first name to the next one.
      node.ip('link add eth1 address 02:00:00:00:03:07 type veth peer name w7');
      const { steps } = await plan(aLinkWish(3, { ...wish, macAddress: '02:00:00:00:03:07' }));
      const index = (name: string): number =>
        Number(/^(\d+):/.exec(node.ip(`-o link show dev ${name}`))?.[1] ?? 0);
      const before = index('eth1');
      node.ip('link set eth1 name ens7');
      node.ip('link set ens6 down');
      node.ip('link set ens6 name eth1');
      const stranger = node.ip('-o -d link show dev eth1');
      for (const step of steps) await host.apply(step, abort.signal);
      expect(node.ip('-o -d link show dev eth1')).toBe(stranger);
      expect(node.ip('-o -4 address show dev eth1')).toBe('');
      expect(index('ne-upf')).toBe(before);
      expect(node.ip('-4 route get 8.8.8.8 from 10.0.2.21')).toContain('dev ens7');
    });

    it('says that a link is gone although another one bears its name now', async () => {
      node.ip('link add eth1 address 02:00:00:00:03:07 type veth peer name w7');
      await read();
      node.ip('link del eth1');
      node.ip('link set ens6 name eth1');
      const step = { kind: 'set-mtu', linkName: 'eth1', mtu: 1400 } as const;
      await expect(host.apply(step, abort.signal)).rejects.toMatchObject({ kind: 'absent' });
      const prefix = { family: 4, table: 20_002, destination: '10.8.0.0/16', linkName: 'eth1' } as const;
      await expect(host.apply({ kind: 'add-route', route: prefix }, abort.signal)).rejects.toMatchObject({
        kind: 'absent',
      });
      expect(node.ip('-o link show dev eth1')).toContain('mtu 1500');
    });

    it('writes no setting of a link that took the name of the one it looked at', async () => {
      const settings = join(files, 'net/ipv4/conf/ens6');
      const names = join(files, 'sys/class/net/ens6');
      for (const folder of [settings, names]) mkdirSync(folder, { recursive: true });
      writeFileSync(join(settings, 'rp_filter'), '1\n');
      const index = (await read()).links.find(({ name }) => name === 'ens6')?.index ?? 0;
      const step = { kind: 'set-sysctl', linkName: 'ens6', name: 'rp_filter', value: 2 } as const;
      writeFileSync(join(names, 'ifindex'), `${index + 1}\n`);
      await expect(host.apply(step, abort.signal)).rejects.toMatchObject({ kind: 'absent' });
      expect(readFileSync(join(settings, 'rp_filter'), 'utf8')).toBe('1\n');
      writeFileSync(join(names, 'ifindex'), `${index}\n`);
      await host.apply(step, abort.signal);
      expect(readFileSync(join(settings, 'rp_filter'), 'utf8')).toContain('2');
    });

    it('tells of each change of links, addresses, routes and rules', async () => {
      let wakeups = 0;
      host.watch(() => {
        wakeups += 1;
      }, abort.signal);
      for (const line of [
        'link set ens6 up',
        'address add 10.9.9.9/32 dev ens6',
        'route add 10.8.0.0/16 dev ens6',
        'rule add priority 77 from 10.9.9.9 lookup 77',
      ]) {
        const before = wakeups;
        await expect
          .poll(() => {
            if (wakeups === before) node.ip('link set w6 txqueuelen 999');
            return wakeups;
          })
          .toBeGreaterThan(before);
        node.ip(line);
      }
    });

    it('names the program that manages a link, with its file and MTU', async () => {
      const index = (await read()).links.find(({ name }) => name === 'ens6')?.index ?? 0;
      mkdirSync(join(files, 'run/systemd/netif/links'), { recursive: true });
      mkdirSync(join(files, 'etc/systemd/network'), { recursive: true });
      writeFileSync(
        join(files, 'run/systemd/netif/links', String(index)),
        'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-lan.network\n',
      );
      writeFileSync(
        join(files, 'etc/systemd/network/20-lan.network'),
        '[Match]\nName=ens6\n[Link]\nMTUBytes=1500\n',
      );
      expect(await plan(wish)).toMatchObject({
        steps: [],
        hindrance: {
          reason: 'ManagedByAnother',
          message: expect.stringContaining('drop /etc/systemd/network/20-lan.network'),
        },
      });
    });
  },
);
