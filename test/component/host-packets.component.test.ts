import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { apiServerPort } from '../support/component-transport.ts';
import { type DaemonProcess, startDaemonProcess } from '../support/daemon-process.ts';
import {
  aStoredCondition,
  conditionOf,
  createAttachment,
  createNode,
  patchOperatorStatus,
} from '../support/host-attachments.ts';
import { createNamespace, namespaceObstacle, type NetworkNamespace } from '../support/network-namespace.ts';
import { createNodeNamespace, type NodeNamespace } from '../support/node-namespace.ts';
import { createVpcRouter } from '../support/vpc-router.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const obstacle = namespaceObstacle();
const NODE = 'node-1';
const MAC = '02:00:00:00:00:06';
const WITHIN = { timeout: 15_000, interval: 50 };
const PORT = 7_777;
const SIZE = 200_000;
const ROUTED = { addressing: 'Primary', policyRouting: true } as const;
const SERVER = `require('node:net').createServer((s) => s.end(Buffer.alloc(${SIZE}))).listen(${PORT}, '0.0.0.0', () => console.log('ready'));`;

async function untilConfigured(name: string): Promise<void> {
  await expect.poll(() => conditionOf(name, 'HostConfigured'), WITHIN).toBe('True/Configured');
}

function attach(host: Parameters<typeof createAttachment>[0]['host'] = {}): Promise<void> {
  return createAttachment({ name: 'upf', nodeName: NODE, macAddress: MAC, deviceIndex: 2, mtu: 9_001, host });
}

function setBlocked(isBlocked: boolean): Promise<void> {
  const blocked = aStoredCondition('Blocked', isBlocked ? 'True' : 'False');
  return patchOperatorStatus('upf', {
    macAddress: MAC,
    privateIPAddress: '10.0.2.20',
    conditions: [aStoredCondition('Attached', 'True'), blocked],
  });
}

describe.skipIf(obstacle !== undefined)(
  `packets and processes of a node${obstacle === undefined ? '' : `: ${obstacle}`}`,
  () => {
    let node: NodeNamespace;
    let daemon: DaemonProcess;
    let others: NetworkNamespace[];
    let children: ChildProcess[];

    const start = (): Promise<DaemonProcess> =>
      startDaemonProcess({ kubeconfig: kubeconfigPath(), nodeName: NODE, node });

    const snapshot = (): string =>
      ['-o -d link show', '-o -4 address show', '-4 route show table all', 'rule show']
        .map((line) => node.ip(line))
        .join('\n');

    async function serve(): Promise<void> {
      const args = ['netns', 'exec', node.name, process.execPath, '-e', SERVER];
      const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      await once(child.stdout, 'data');
    }

    beforeEach(async () => {
      await wipeCluster();
      others = [];
      children = [];
      await createNode(NODE);
      node = await createNodeNamespace(await apiServerPort(kubeconfigPath()));
      node.plug({ name: 'ens6', macAddress: MAC });
      daemon = await start();
    });

    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL');
      await daemon.stop();
      await node.close();
      for (const other of others) other.remove();
      await wipeCluster();
    });

    it('answers by the link that was asked, also where the node checks reverse paths strictly', async () => {
      const router = createVpcRouter(node, { ens5: '10.0.1.1/24', ens6: '10.0.2.1/24' });
      others.push(router);
      node.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter']);
      await attach(ROUTED);
      await untilConfigured('upf');
      await serve();
      const primaryBefore = router.receivedBytes('ens5');
      expect(router.download('10.0.2.20', PORT)).toBe(SIZE);
      expect(router.receivedBytes('ens6')).toBeGreaterThan(SIZE);
      expect(router.receivedBytes('ens5') - primaryBefore).toBeLessThan(SIZE / 10);
    });

    it('answers by the default route without policy routing, as a node does by itself', async () => {
      const router = createVpcRouter(node, { ens5: '10.0.1.1/24', ens6: '10.0.2.1/24' });
      others.push(router);
      await attach({ addressing: 'Primary' });
      await untilConfigured('upf');
      await serve();
      expect(router.download('10.0.2.20', PORT)).toBe(SIZE);
      expect(router.receivedBytes('ens5')).toBeGreaterThan(SIZE);
    });

    it('touches no link with the same MAC address in another namespace', async () => {
      const pod = createNamespace('pod');
      others.push(pod);
      pod.ip(`link add eth0 address ${MAC} type veth peer name eth0-far`);
      const before = pod.ip('-o -d link show');
      await attach(ROUTED);
      await untilConfigured('upf');
      expect(pod.ip('-o -d link show')).toBe(before);
      expect(pod.ip('rule show')).not.toContain('20002');
    });

    it('keeps the link under a macvlan child in a pod, and releases it once the pod is gone', async () => {
      for (const state of ['up', 'down']) node.ip(`link set ens6 ${state}`);
      const before = snapshot();
      await attach(ROUTED);
      await untilConfigured('upf');
      const pod = createNamespace('pod');
      others.push(pod);
      node.ip('link add link ens6 name child type macvlan mode bridge');
      node.ip(`link set child netns ${pod.name}`);
      pod.ip('link set child up');
      await setBlocked(true);
      await kubectl(['delete', 'nea', 'upf', '--wait=false']);
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('False/WaitingForPods');
      node.ip('link set ens6 txqueuelen 999');
      node.ip('link set ens6 txqueuelen 1000');
      expect(pod.ip('-o link show dev child')).toContain('LOWER_UP');
      pod.ip('link del child');
      await setBlocked(false);
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('True/Released');
      expect(snapshot()).toBe(before);
    });

    it('converges, and gives everything back, after ten kills at any moment', async () => {
      const seed = Math.trunc(Math.random() * 2 ** 31);
      process.stdout.write(`seed of the kills: ${seed}\n`);
      let state = seed;
      const random = (): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
        return state / 0x80000000;
      };
      for (const change of ['up', 'down']) node.ip(`link set ens6 ${change}`);
      const before = snapshot();
      await attach(ROUTED);
      for (let life = 0; life < 10; life += 1) {
        const isRouted = random() < 0.5;
        const host = { addressing: 'Primary', policyRouting: isRouted, altName: `lan${life}` };
        await kubectl(['patch', 'nea', 'upf', '--type=merge', '-p', JSON.stringify({ spec: { host } })]);
        await new Promise((resolve) => {
          setTimeout(resolve, random() * 150);
        });
        await daemon.kill();
        daemon = await start();
      }
      await expect.poll(() => node.ip('-o -d link show dev ens6'), WITHIN).toMatch(/mtu 9001.*altname lan9/s);
      await untilConfigured('upf');
      expect(node.ip('-o -d link show dev ens6').match(/altname/g)).toHaveLength(1);
      await setBlocked(false);
      await kubectl(['delete', 'nea', 'upf', '--wait=false']);
      await expect.poll(() => conditionOf('upf', 'Released'), WITHIN).toBe('True/Released');
      expect(snapshot()).toBe(before);
    });
  },
);
