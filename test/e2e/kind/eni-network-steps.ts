import { expect, it, type TestContext } from 'vitest';
import { ALT_NAME, enisOf, type KindStage, linkNamed, podsOn, USER_PLANE, userPlane } from './kind-stage.ts';
import {
  ask,
  deletePods,
  deviceTowards,
  linkOfPod,
  type NetworkedPod,
  networkDefinition,
  startPods,
} from './networked-pod.ts';
import { applyNodeEni, attachmentsOf, eventually, readyMessageOf, waitUntilReady } from './node-eni-view.ts';

/** Starts a pod on each worker, on a network of that CNI plugin that is made for it. */
async function startPair(
  { world }: KindStage,
  network: string,
  plugin: object,
): Promise<readonly [NetworkedPod, NetworkedPod]> {
  await world.cluster.kubectl(['apply', '-f', '-'], JSON.stringify(networkDefinition(network, plugin)));
  const pods = await podsOn(world, network);
  await startPods(world.cluster, pods);
  return pods;
}

async function endPair({ world }: KindStage, pods: readonly [NetworkedPod, NetworkedPod]): Promise<void> {
  await deletePods(world.cluster, pods);
  await world.cluster.kubectl(['delete', 'network-attachment-definition', pods[0].network]);
}

/** Runs a shell command on a worker. @returns what it printed, empty also when it failed without a word */
async function onWorker({ world, workers }: KindStage, script: string): Promise<string> {
  return (await world.cluster.onNode(workers[0].name, ['sh', '-c', `(${script}) 2>&1 || true`])).trim();
}

/** Images of nodes need not have the plugins that kind itself does not use. */
async function skipWithoutPlugin(context: TestContext, stage: KindStage, plugin: string): Promise<void> {
  const found = await onWorker(stage, `test -x /opt/cni/bin/${plugin} && echo found`);
  context.skip(found === '', `the image of the nodes has no CNI plugin ${plugin}`);
}

const passthru = { type: 'macvlan', mode: 'passthru', master: ALT_NAME };

/** What pods on nodes with a user plane can do. */
export function eniNetworkSteps(stage: () => KindStage): void {
  it.for([
    { network: 'host-device', plugin: { type: 'host-device', device: ALT_NAME } },
    { network: 'macvlan-passthru', plugin: passthru },
  ])('lets pods of two nodes talk by $network, with jumbo frames', async ({ network, plugin }, context) => {
    await skipWithoutPlugin(context, stage(), plugin.type);
    const { cluster } = stage().world;
    const pods = await startPair(stage(), network, plugin);
    const [one, other] = pods;
    expect(await deviceTowards(cluster, one, other)).toBe('net1');
    expect(await linkOfPod(cluster, one)).toMatchObject({ mtu: 9001 });
    expect(await ask(cluster, one, other)).toBe(other.name);
    expect(await ask(cluster, other, one)).toBe(one.name);

    await endPair(stage(), pods);
    await waitUntilReady(cluster, USER_PLANE);
  });

  it('lets pods of two nodes talk by ipvlan', async (context) => {
    await skipWithoutPlugin(context, stage(), 'ipvlan');
    const tried = 'ip link add tried link eth0 type ipvlan && ip link delete tried';
    const refusal = await onWorker(stage(), tried);
    context.skip(refusal !== '', `the kernel has no ipvlan: ${refusal}`);

    const pods = await startPair(stage(), 'ipvlan', { type: 'ipvlan', mode: 'l2', master: ALT_NAME });
    expect(await ask(stage().world.cluster, pods[0], pods[1])).toBe(pods[1].name);
    await endPair(stage(), pods);
  });

  it('carries nothing of a macvlan with a MAC address of its own, as a VPC does', async (context) => {
    await skipWithoutPlugin(context, stage(), 'macvlan');
    const { cluster, fabric } = stage().world;
    const before = await fabric.droppedFrames();
    const pods = await startPair(stage(), 'macvlan-bridge', {
      type: 'macvlan',
      mode: 'bridge',
      master: ALT_NAME,
    });
    expect(await ask(cluster, pods[0], pods[1])).toBe('');
    expect(await fabric.droppedFrames()).toBeGreaterThan(before);
    await endPair(stage(), pods);
  });

  it('keeps ENIs that pods use, names the pods, and lets go once they are gone', async (context) => {
    await skipWithoutPlugin(context, stage(), 'macvlan');
    const { world, workers } = stage();
    const { cluster } = world;
    const pods = await startPair(stage(), 'macvlan-passthru', passthru);
    const before = await enisOf(world);
    await cluster.kubectl(['delete', 'nodeeni', USER_PLANE, '--wait=false']);

    await eventually('both attachments to be blocked by their pod', async () => {
      const attachments = await attachmentsOf(cluster, USER_PLANE);
      const said = attachments.map(({ status }) => [
        status.state,
        status.conditions?.find(({ type }) => type === 'Blocked')?.message,
      ]);
      const wanted = pods.map(({ name }) => ['Blocked (1 pod)', `default/${name}`]);
      const isSaid = wanted.every(
        ([state, pod], index) => said[index]?.[0] === state && said[index]?.[1]?.includes(pod ?? '') === true,
      );
      return isSaid || undefined;
    });
    await eventually('the NodeENI to name a pod', async () => {
      const message = await readyMessageOf(cluster, USER_PLANE);
      return message?.includes('used by pod default/macvlan-passthru-') || undefined;
    });
    expect(await ask(cluster, pods[0], pods[1])).toBe(pods[1].name);
    expect(await enisOf(world)).toEqual(before);

    await endPair(stage(), pods);
    await cluster.kubectl(['wait', '--for=delete', `nodeeni/${USER_PLANE}`, '--timeout=180s']);
    expect(await enisOf(world)).toEqual([]);
    for (const { name } of workers) expect(await linkNamed(world, name, ALT_NAME)).toBeUndefined();
  });

  it('makes new ENIs when the same NodeENI comes back', async () => {
    const { world, workers } = stage();
    await applyNodeEni(world.cluster, userPlane);
    await waitUntilReady(world.cluster, USER_PLANE);
    const instances = (await enisOf(world)).map(({ instanceId }) => instanceId);
    expect(new Set(instances)).toEqual(new Set(workers.map(({ instanceId }) => instanceId)));
    expect(instances).toHaveLength(2);
  });
}
