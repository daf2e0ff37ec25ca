import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { apiServerPort } from '../support/component-transport.ts';
import { type DaemonProcess, startDaemonProcess } from '../support/daemon-process.ts';
import {
  aStoredCondition,
  conditionOf,
  createAttachment,
  createNode,
  patchOperatorStatus,
  readAttachment,
} from '../support/host-attachments.ts';
import { namespaceObstacle } from '../support/network-namespace.ts';
import { createNodeNamespace, type NodeNamespace } from '../support/node-namespace.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const obstacle = namespaceObstacle();
const NODE = 'node-1';
const MAC = '02:00:00:00:00:06';
const WITHIN = { timeout: 10_000, interval: 50 };

async function untilConfigured(name: string): Promise<void> {
  await expect.poll(() => conditionOf(name, 'HostConfigured'), WITHIN).toBe('True/Configured');
}

describe.skipIf(obstacle !== undefined)(
  `links on a node${obstacle === undefined ? '' : `: ${obstacle}`}`,
  () => {
    let node: NodeNamespace;
    let daemon: DaemonProcess;

    const start = (flags: readonly string[] = []): Promise<DaemonProcess> =>
      startDaemonProcess({ kubeconfig: kubeconfigPath(), nodeName: NODE, node, flags });

    const snapshot = (): string =>
      [
        node.ip('-o -d link show'),
        node.ip('-o -4 address show'),
        node.ip('-4 route show table all'),
        node.ip('rule show'),
      ].join('\n');

    beforeAll(async () => {
      await wipeCluster();
    });

    beforeEach(async () => {
      await createNode(NODE);
      node = await createNodeNamespace(await apiServerPort(kubeconfigPath()));
      daemon = await start();
    });

    afterEach(async () => {
      await daemon.stop();
      await node.close();
      await wipeCluster();
    });

    afterAll(async () => {
      await wipeCluster();
    });

    it('configures a link that is plugged after the attachment was made, and says what it found', async () => {
      await createAttachment({
        name: 'upf',
        nodeName: NODE,
        macAddress: MAC,
        deviceIndex: 2,
        mtu: 9001,
      });
      node.plug({ name: 'ens6', macAddress: MAC });
      await untilConfigured('upf');
      expect(node.ip('-o link show dev ne-upf')).toMatch(/ens6@.*<[^>]*\bUP\b[^>]*> mtu 9001/);
      expect((await readAttachment('upf'))?.status.host).toMatchObject({
        linkName: 'ens6',
        altName: 'ne-upf',
        mtu: 9001,
        macAddress: MAC,
      });
      expect(await conditionOf('upf', 'HostClaimed')).toBe('True/Claimed');
    });

    it.each(['eth1', 'ens34', 'enp39s0', 'enX1'])(
      'finds the link by its MAC address when it is named %s',
      async (name) => {
        node.plug({ name, macAddress: MAC });
        await createAttachment({
          name: 'upf',
          nodeName: NODE,
          macAddress: MAC.toUpperCase(),
          deviceIndex: 2,
        });
        await untilConfigured('upf');
        expect(node.ip('-o link show dev ne-upf')).toContain(name);
      },
    );

    it('configures twenty links at once', async () => {
      const macs = Array.from({ length: 20 }, (_, n) => `02:00:00:00:01:${(n + 16).toString(16)}`);
      await Promise.all(
        macs.map((macAddress, n) =>
          createAttachment({ name: `eni-${n}`, nodeName: NODE, macAddress, deviceIndex: n + 2 }),
        ),
      );
      macs.forEach((macAddress, n) => node.plug({ name: `ens${n + 6}`, macAddress }));
      for (const n of macs.keys()) await untilConfigured(`eni-${n}`);
      expect(node.ip('-o link show').match(/altname ne-eni-/g)).toHaveLength(20);
    });

    it.each([
      ['the link set down', 'link set ens6 down'],
      ['the MTU changed', 'link set ens6 mtu 1500'],
      ['the addresses flushed', 'address flush dev ens6'],
      ['the rule removed', 'rule del priority 20002 from 10.0.2.20'],
      ['the table flushed', 'route flush table 20002'],
      ['the name removed', 'link property del dev ens6 altname ne-upf'],
    ])('repairs %s by another, without being asked', async (_, line) => {
      node.plug({ name: 'ens6', macAddress: MAC });
      await createAttachment({
        name: 'upf',
        nodeName: NODE,
        macAddress: MAC,
        deviceIndex: 2,
        mtu: 9001,
        host: { addressing: 'Primary', policyRouting: true },
      });
      await untilConfigured('upf');
      const before = snapshot();
      node.ip(line);
      await expect.poll(snapshot, { timeout: 5_000, interval: 50 }).toBe(before);
    });

    it('configures a link anew that was replaced', async () => {
      node.plug({ name: 'ens6', macAddress: MAC });
      await createAttachment({ name: 'upf', nodeName: NODE, macAddress: MAC, deviceIndex: 2, mtu: 9001 });
      await untilConfigured('upf');
      node.unplug('ens6');
      await expect.poll(() => conditionOf('upf', 'HostConfigured'), WITHIN).toBe('False/LinkNotFound');
      node.plug({ name: 'ens9', macAddress: MAC });
      await untilConfigured('upf');
      expect(node.ip('-o link show dev ne-upf')).toContain('ens9');
    });

    it('never touches the primary link, other links, or links in other namespaces', async () => {
      node.plug({ name: 'ens7', macAddress: '02:00:00:00:00:07' });
      await createAttachment({
        name: 'primary',
        nodeName: NODE,
        macAddress: '02:00:00:00:00:01',
        deviceIndex: 1,
        mtu: 9001,
      });
      const before = snapshot();
      await expect.poll(() => conditionOf('primary', 'HostConfigured'), WITHIN).toBe('False/LinkProtected');
      expect(snapshot()).toBe(before);
    });

    it('gives the host back once no pod uses the link, and not before', async () => {
      node.plug({ name: 'ens6', macAddress: MAC });
      for (const state of ['up', 'down']) node.ip(`link set ens6 ${state}`);
      const before = snapshot();
      await createAttachment({
        name: 'upf',
        nodeName: NODE,
        macAddress: MAC,
        deviceIndex: 2,
        mtu: 9001,
        host: { addressing: 'Primary', policyRouting: true },
      });
      await untilConfigured('upf');
      await kubectl(['delete', 'nea', 'upf', '--wait=false']);
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('False/WaitingForPods');
      const status = (await readAttachment('upf'))?.status;
      await patchOperatorStatus('upf', {
        eniID: status?.eniID,
        macAddress: status?.macAddress,
        privateIPAddress: status?.privateIPAddress,
        conditions: [aStoredCondition('Attached', 'True'), aStoredCondition('Blocked', 'False')],
      });
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('True/Released');
      expect(snapshot()).toBe(before);
    });

    it('never claims what is being deleted already', async () => {
      await createAttachment({ name: 'upf', nodeName: NODE, macAddress: MAC, deviceIndex: 2, mtu: 9001 });
      await kubectl(['delete', 'nea', 'upf', '--wait=false']);
      node.plug({ name: 'ens6', macAddress: MAC });
      await createAttachment({
        name: 'other',
        nodeName: NODE,
        macAddress: '02:00:00:00:00:07',
        deviceIndex: 3,
      });
      node.plug({ name: 'ens7', macAddress: '02:00:00:00:00:07' });
      await untilConfigured('other');
      expect(await conditionOf('upf', 'HostClaimed')).toBe('');
      expect(node.ip('-o link show dev ens6')).toContain('mtu 1500');
    });

    it('leaves configured links as they are when it is killed and started again', async () => {
      node.plug({ name: 'ens6', macAddress: MAC });
      await createAttachment({
        name: 'upf',
        nodeName: NODE,
        macAddress: MAC,
        deviceIndex: 2,
        mtu: 9001,
        host: { addressing: 'Primary', policyRouting: true },
      });
      await untilConfigured('upf');
      const [before, version] = [snapshot(), (await readAttachment('upf'))?.metadata.resourceVersion];
      await daemon.kill();
      expect(snapshot()).toBe(before);
      daemon = await start();
      node.ip('link set ens6 mtu 1500');
      await expect.poll(snapshot, WITHIN).toBe(before);
      expect((await readAttachment('upf'))?.metadata.resourceVersion).toBe(version);
    });

    it('leaves a link to the operating system that is managed by it, and only verifies it', async () => {
      node.plug({ name: 'ens6', macAddress: MAC });
      node.ip('link set ens6 up');
      const before = snapshot();
      await createAttachment({
        name: 'upf',
        nodeName: NODE,
        macAddress: MAC,
        deviceIndex: 2,
        mtu: 9001,
        host: { managedBy: 'OS' },
      });
      await expect.poll(() => conditionOf('upf', 'HostConfigured'), WITHIN).toBe('False/NotConfiguredByOS');
      expect(snapshot()).toBe(before);
      node.ip('link set ens6 mtu 9001');
      await untilConfigured('upf');
    });
  },
);
