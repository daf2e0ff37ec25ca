import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { digestOf, linkWishOf } from '../../src/domain/host/link-wish-of.ts';
import { kubectl } from '../support/component-cluster.ts';
import { aStoredCondition } from '../support/host-attachments.ts';
import { createLivingDaemon, createPodOn, deletePod, networkStatusOf } from '../support/network-pods.ts';
import {
  createNetworkWorld,
  NETWORK,
  NETWORK_NODE_ENI,
  type NetworkWorld,
} from '../support/network-world.ts';
import type { OperatorWorld } from '../support/operator-world.ts';

const TAINT = 'example.com/no-enis';
const DEADLINE_MS = 2_000;

/** Server-side applies the daemon's share of an attachment's status. */
async function daemonSays(attachment: NodeENIAttachment, types: readonly string[]): Promise<void> {
  const wish = linkWishOf(attachment);
  if (wish === undefined) throw new Error('the operator has not told the MAC address');
  const { name } = attachment.metadata;
  const status = {
    host: { wish: digestOf(wish), macAddress: wish.macAddress, linkName: 'ens6' },
    conditions: types.map((type) => aStoredCondition(type, 'True')),
  };
  const { apiVersion, kind } = attachment;
  const flags = ['--server-side', '--subresource=status', '--field-manager=eni-manager'];
  await kubectl(
    ['apply', ...flags, '-f', '-'],
    JSON.stringify({ apiVersion, kind, metadata: { name }, status }),
  );
}

async function deleteNodeEni(): Promise<void> {
  await kubectl(['delete', 'nodeeni', NETWORK_NODE_ENI, '--wait=false']);
}

describe('an operator beside the daemon', () => {
  let network: NetworkWorld;
  let world: OperatorWorld;

  const theAttachment = async (): Promise<NodeENIAttachment | undefined> => (await world.attachments())[0];

  /** Waits until the only attachment is in this state. */
  const untilState = (state: string): Promise<NodeENIAttachment> =>
    world.until(`an attachment that is ${state}`, async () => {
      const attachment = await theAttachment();
      return attachment?.status.state === state ? attachment : undefined;
    });

  const untilGone = (): Promise<true> =>
    world.until('the end of the attachment', async () =>
      (await theAttachment()) === undefined && (await world.ownedEnis()).length === 0 ? true : undefined,
    );

  const nodeName = (): string => world.nodes[0]?.name ?? '';

  const createUpf = (): Promise<void> => createPodOn(nodeName(), 'upf-0', networkStatusOf(NETWORK));

  beforeAll(async () => {
    network = await createNetworkWorld();
    world = network.world;
    await world.startOperator({
      config: { hostDaemon: 'Required', releaseDeadlineMs: DEADLINE_MS, startupTaint: TAINT },
    });
  });

  afterEach(async () => {
    await kubectl(['delete', 'pods', '--all', '--force', '--grace-period=0', '--namespace=default']);
    await kubectl(['delete', 'nodeenis', '--all', '--wait=false']);
    await untilGone();
    await world.resetNodes();
  });

  afterAll(async () => {
    await network.close();
  });

  const configured = async (): Promise<NodeENIAttachment> => {
    await network.applyNodeEni();
    const attachment = await untilState('Configuring');
    expect(attachment.status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'HostNotConfigured',
    });
    await daemonSays(attachment, ['HostClaimed', 'HostConfigured']);
    return untilState('Ready');
  };

  it('is Ready when the daemon says so, and lets pods come to the node then', async () => {
    await kubectl(['taint', 'node', nodeName(), `${TAINT}=:NoSchedule`, 'other=:NoSchedule']);
    const attachment = await configured();
    expect(attachment.status.host).toMatchObject({ linkName: 'ens6' });
    const node = await world.until('a node without the startup taint', async () => {
      const found = await world.client.nodes.get(nodeName());
      return found?.spec?.taints?.some(({ key }) => key === TAINT) === true ? undefined : found;
    });
    expect(node.spec?.taints?.map(({ key }) => key)).toContain('other');
    expect(
      node.status?.conditions?.find(({ type }) => type === 'networking.k8s.aws/NodeENIsReady'),
    ).toMatchObject({ status: 'True', reason: 'AllReady' });

    await deleteNodeEni();
    await world.until('a node of which nothing is said any more', async () => {
      const conditions = (await world.client.nodes.get(nodeName()))?.status?.conditions ?? [];
      return conditions.every(({ type }) => type !== 'networking.k8s.aws/NodeENIsReady') || undefined;
    });
  });

  it('detaches nothing under a pod, and goes on when the pod is gone and the host is given back', async () => {
    await createLivingDaemon(nodeName());
    await createUpf();
    await configured();
    await deleteNodeEni();
    const held = await untilState('Blocked (1 pod)');
    const nodeEni = await world.untilReason(NETWORK_NODE_ENI, 'InUse');
    expect(nodeEni.status.conditions?.[0]?.message).toContain('used by pod default/upf-0');
    expect((await world.ownedEnis())[0]?.Attachment?.Status).toBe('attached');
    await deletePod('upf-0');
    await world.until('the word that the link is free', async () => {
      const conditions = (await theAttachment())?.status.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Blocked' && status === 'False') || undefined;
    });
    expect((await world.ownedEnis())[0]?.Attachment?.Status).toBe('attached');
    await daemonSays(held, ['HostClaimed', 'HostConfigured', 'Released']);
    await untilGone();
  });

  it('does not wait for a daemon that never claimed the link', async () => {
    await network.applyNodeEni();
    await untilState('Configuring');
    await createLivingDaemon(nodeName());
    await deleteNodeEni();
    expect(await untilGone()).toBe(true);
  });

  it('waits for a daemon that is dead until the deadline', async () => {
    await configured();
    await deleteNodeEni();
    const { status } = await untilState('Blocked');
    expect(status.conditions?.find(({ type }) => type === 'Ready')?.reason).toBe('HostNotReleased');
    await untilGone();
  });

  it('detaches under pods by order', async () => {
    await createLivingDaemon(nodeName());
    await createUpf();
    await configured();
    await deleteNodeEni();
    await untilState('Blocked (1 pod)');
    await kubectl(['annotate', 'nodeeni', NETWORK_NODE_ENI, 'networking.k8s.aws/force-detach=true']);
    expect(await untilGone()).toBe(true);
  });
});
