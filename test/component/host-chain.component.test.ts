import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { kubectl } from '../support/component-cluster.ts';
import { createNamespace, namespaceObstacle } from '../support/network-namespace.ts';
import {
  createLivingDaemon,
  createMacvlanNetwork,
  createPodOn,
  deletePod,
  installNetworkDefinitions,
  networkStatusOf,
  uninstallNetworkDefinitions,
} from '../support/network-pods.ts';
import { NODE_LABELS } from '../support/operator-world.ts';
import { createPluggedWorld, type PluggedNode, type PluggedWorld } from '../support/plugged-world.ts';

const obstacle = namespaceObstacle();
/** The hook that takes a link away begins once EC2 says that it is detached. */
const HOOKS_WITHIN = { timeout: 20_000, interval: 100 };

async function label({ name }: PluggedNode): Promise<void> {
  const labels = Object.entries(NODE_LABELS).map((pair) => pair.join('='));
  await kubectl(['label', 'node', name, '--overwrite', ...labels]);
}

/** The kernel's own work on a link that is up goes on for a second or two: carrier, and an IPv6 address for the link. */
async function settledSnapshot(node: PluggedNode): Promise<string> {
  const kernelsAddress = (): string => node.namespace.ip('-o -6 address show dev ens7 scope link -tentative');
  await expect.poll(kernelsAddress, HOOKS_WITHIN).toContain('inet6 fe80:');
  expect(node.namespace.ip('-o link show dev ens7')).toContain('state UP');
  return node.snapshot();
}

describe.skipIf(obstacle !== undefined)(
  `operator, EC2 and the daemons of two nodes${obstacle === undefined ? '' : `: ${obstacle}`}`,
  () => {
    let plugged: PluggedWorld;
    let first: PluggedNode;
    let second: PluggedNode;
    /** Before anything was attached. */
    let before: readonly string[];

    const snapshots = (): Promise<readonly string[]> => Promise.all([first.snapshot(), second.snapshot()]);

    const untilAsBefore = (): Promise<void> => expect.poll(snapshots, HOOKS_WITHIN).toEqual(before);

    const attachmentOf = async ({ name }: PluggedNode): Promise<NodeENIAttachment | undefined> =>
      (await plugged.world.attachments()).find(({ spec }) => spec.nodeName === name);

    const untilState = (node: PluggedNode, state: string): Promise<NodeENIAttachment> =>
      plugged.world.until(`an attachment of ${node.name} that is ${state}`, async () => {
        const attachment = await attachmentOf(node);
        return attachment?.status.state === state ? attachment : undefined;
      });

    const untilCondition = (node: PluggedNode, type: string, status: string): Promise<true> =>
      plugged.world.until(`the condition ${type}=${status} of ${node.name}`, async () => {
        const conditions = (await attachmentOf(node))?.status.conditions ?? [];
        return conditions.some((one) => one.type === type && one.status === status) || undefined;
      });

    const untilReleased = (node: PluggedNode): Promise<true> =>
      plugged.world.until(`the end of the attachment of ${node.name}`, async () => {
        const { networkInterfaces } = await plugged.simulator.state();
        const isThere = networkInterfaces.some(
          ({ attachment }) => attachment?.instanceId === node.instanceId && attachment.deviceIndex !== 0,
        );
        return !isThere && (await attachmentOf(node)) === undefined ? true : undefined;
      });

    const applyUpf = (): Promise<void> =>
      plugged.world.applyNodeEni('upf', {
        nodeSelector: NODE_LABELS,
        subnetName: 'user',
        securityGroupIDs: [plugged.world.seed.securityGroupId],
        mtu: 9_001,
        hostInterface: { addressing: 'Primary', policyRouting: true },
      });

    beforeAll(async () => {
      plugged = await createPluggedWorld(2);
      const [one, two] = plugged.nodes;
      if (one === undefined || two === undefined) throw new Error('the world has no two nodes');
      [first, second] = [one, two];
      before = await snapshots();
      await installNetworkDefinitions();
      await createMacvlanNetwork('n3', 'ne-upf');
      for (const { name } of plugged.nodes) await createLivingDaemon(name);
      await plugged.startOperator(['--host-daemon=Required', '--detach-grace=1s']);
    });

    afterEach(async () => {
      await kubectl(['delete', 'nodeenis', '--all', '--wait=false']);
      await label(first);
      for (const node of plugged.nodes) await untilReleased(node);
      await plugged.world.until('the end of the NodeENI', async () =>
        (await plugged.world.nodeEni('upf')) === undefined ? true : undefined,
      );
      await untilAsBefore();
    });

    afterAll(async () => {
      await plugged.close();
      await uninstallNetworkDefinitions();
    });

    it('makes a NodeENI Ready once the links of its ENIs are configured, and gives nodes back as they were', async () => {
      await applyUpf();
      for (const node of plugged.nodes) await untilState(node, 'Configuring');
      await expect
        .poll(snapshots, { timeout: 10_000 })
        .toEqual([expect.stringContaining('ens7'), expect.stringContaining('ens7')]);
      const asPlugged = await snapshots();
      await Promise.all(plugged.nodes.map((node) => node.startDaemon()));
      await plugged.world.untilReason('upf', 'Ready');
      for (const node of plugged.nodes) {
        await untilCondition(node, 'HostConfigured', 'True');
        const address = (await attachmentOf(node))?.status.privateIPAddress;
        expect(node.namespace.ip('-o link show dev ne-upf')).toMatch(/ens7@.*<[^>]*\bUP\b[^>]*> mtu 9001/);
        expect(node.namespace.ip('-o address show dev ne-upf')).toContain(`inet ${address}/32`);
        expect(node.namespace.ip('rule show')).toContain(`from ${address} lookup 20002`);
        expect(node.namespace.ip('route show table 20002')).toContain('default via');
      }
      await kubectl(['delete', 'nodeeni', 'upf', '--wait=false']);
      for (const node of plugged.nodes) await untilCondition(node, 'Released', 'True');
      // EC2 takes its time: the links are still there.
      expect(await snapshots()).toEqual(asPlugged);
      for (const node of plugged.nodes) await untilReleased(node);
      expect(await plugged.world.ownedEnis()).toEqual([]);
      await untilAsBefore();
    });

    it('releases the ENI of a node that loses its label, and leaves the others', async () => {
      await applyUpf();
      await plugged.world.untilReason('upf', 'Ready');
      const kept = await settledSnapshot(second);
      await kubectl(['label', 'node', first.name, 'ng-']);
      await untilReleased(first);
      await expect.poll(() => first.snapshot(), HOOKS_WITHIN).toBe(before[0]);
      expect(await second.snapshot()).toBe(kept);
      expect((await attachmentOf(second))?.status.state).toBe('Ready');
      await label(first);
      await untilState(first, 'Ready');
    });

    it('keeps an ENI under the macvlan child of a pod, and releases it once the pod is gone', async () => {
      await applyUpf();
      await plugged.world.untilReason('upf', 'Ready');
      const pod = createNamespace('pod');
      try {
        first.namespace.ip('link add link ens7 name child type macvlan mode bridge');
        first.namespace.ip(`link set child netns ${pod.name}`);
        pod.ip('link set child up');
        await createPodOn(first.name, 'upf-0', networkStatusOf('n3'));
        const used = await settledSnapshot(first);
        await kubectl(['delete', 'nodeeni', 'upf', '--wait=false']);
        await untilState(first, 'Blocked (1 pod)');
        await untilReleased(second);
        const nodeEni = await plugged.world.untilReason('upf', 'InUse');
        expect(nodeEni.status.conditions?.[0]?.message).toContain('used by pod default/upf-0');
        expect(await plugged.world.ownedEnis()).toMatchObject([{ Attachment: { Status: 'attached' } }]);
        expect(await first.snapshot()).toBe(used);
        expect(pod.ip('-o link show dev child')).toContain('LOWER_UP');
      } finally {
        pod.remove();
        await deletePod('upf-0');
      }
      await untilReleased(first);
      await untilAsBefore();
    });
  },
);
