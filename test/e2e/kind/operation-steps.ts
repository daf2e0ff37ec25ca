import { expect, it } from 'vitest';
import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { IMAGE_TAGS } from './images.ts';
import {
  ALT_NAME,
  enisOf,
  type KindStage,
  linkNamed,
  NAMESPACE,
  runningImages,
  USER_PLANE,
  waitForRollouts,
  wantedImages,
  writeOurLayer,
} from './kind-stage.ts';
import { applyNodeEni, eventually, nodeEniManifest, waitUntilReady } from './node-eni-view.ts';

const KEPT = 'kept';
const CONTROL_PLANE = 'control-plane';

const kept = nodeEniManifest(KEPT, {
  subnetNames: ['nodes'],
  deviceIndex: 3,
  deletionPolicy: 'Retain',
  deleteOnTermination: false,
});
const onControlPlane = nodeEniManifest(CONTROL_PLANE, {
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  subnetNames: [USER_PLANE],
  deviceIndex: 2,
});

async function deleteNodeEni({ world }: KindStage, name: string): Promise<void> {
  await world.cluster.kubectl(['delete', 'nodeeni', name, '--timeout=180s']);
}

/** Container of the API server at the moment. */
async function apiServerOf({ world, controlPlane }: KindStage): Promise<string> {
  const list = ['crictl', 'ps', '--name', 'kube-apiserver', '--quiet'];
  return (await world.cluster.onNode(controlPlane.name, list)).trim();
}

/** What may happen to a cluster in which the user plane is Ready. */
export function operationSteps(stage: () => KindStage): void {
  it('rolls out another version while ENIs and links stay as they are', async () => {
    const { world, workers } = stage();
    const before = await enisOf(world);
    const since = await world.lastCall();
    await world.cluster.kubectl(['apply', '-k', writeOurLayer(world, IMAGE_TAGS.next)]);
    await waitForRollouts(world);

    await eventually('the old pods to be gone', async () => {
      const images = await runningImages(world);
      return images.join() === wantedImages(3, IMAGE_TAGS.next).join() || undefined;
    });
    await waitUntilReady(world.cluster, USER_PLANE);
    expect(await world.changesSince(since)).toEqual([]);
    expect(await enisOf(world)).toEqual(before);
    for (const { name } of workers) {
      expect(await linkNamed(world, name, ALT_NAME)).toMatchObject({ mtu: 9001 });
    }
  });

  it('makes one ENI and no double when all its pods are killed in the middle', async () => {
    const { world, controlPlane } = stage();
    await applyNodeEni(world.cluster, onControlPlane);
    const pods = ['pods', '-l', 'app.kubernetes.io/component in (controller, webhook)'];
    await world.cluster.kubectl(['delete', '-n', NAMESPACE, ...pods, '--grace-period=0', '--force']);
    await waitForRollouts(world);
    await waitUntilReady(world.cluster, CONTROL_PLANE);

    const made = (await enisOf(world)).filter(({ nodeEni }) => nodeEni === CONTROL_PLANE);
    expect(made).toEqual([expect.objectContaining({ instanceId: controlPlane.instanceId, index: 2 })]);
    // The webhooks answer again: this changes the spec.
    await applyNodeEni(world.cluster, { ...onControlPlane, spec: { ...onControlPlane.spec, mtu: 1400 } });
    await eventually('the link to have the new MTU', async () => {
      const link = await linkNamed(world, controlPlane.name, `ne-${CONTROL_PLANE}`);
      return link?.mtu === 1400 || undefined;
    });
  });

  it('goes on after the API server was restarted, and changes nothing because of it', async () => {
    const { world, controlPlane } = stage();
    const before = await enisOf(world);
    const since = await world.lastCall();
    const old = await apiServerOf(stage());
    await world.cluster.onNode(controlPlane.name, ['crictl', 'stop', '--timeout', '0', old]);
    await eventually('another API server to be ready', async () => {
      const current = await apiServerOf(stage());
      const { exitCode } = await world.cluster.tryKubectl(['get', '--raw', '/readyz']);
      return (exitCode === 0 && current !== '' && current !== old) || undefined;
    });
    await waitForRollouts(world);
    await waitUntilReady(world.cluster, USER_PLANE);
    expect(await world.changesSince(since)).toEqual([]);
    expect(await enisOf(world)).toEqual(before);

    await deleteNodeEni(stage(), CONTROL_PLANE);
    expect((await enisOf(world)).filter(({ nodeEni }) => nodeEni === CONTROL_PLANE)).toEqual([]);
  });

  it('releases the ENIs of a node that was drained and deleted, each by its policy', async () => {
    const { world, workers } = stage();
    const { cluster } = world;
    await applyNodeEni(cluster, kept);
    await waitUntilReady(cluster, KEPT);
    const [staying, leaving] = workers;
    const before = await enisOf(world);
    const ofLeaving = before.filter(({ instanceId }) => instanceId === leaving.instanceId);
    const { eniId } = ofLeaving.find(({ nodeEni }) => nodeEni === KEPT) ?? { eniId: '' };

    const drain = ['drain', leaving.name, '--ignore-daemonsets', '--delete-emptydir-data', '--force'];
    await cluster.kubectl([...drain, '--timeout=240s']);
    expect(await enisOf(world)).toEqual(before);
    await cluster.kubectl(['delete', 'node', leaving.name]);

    await eventually('one ENI to be deleted and the other to be detached', async () => {
      const left = (await enisOf(world)).filter(({ instanceId }) => instanceId !== staying.instanceId);
      return (left.length === 1 && left[0]?.instanceId === undefined) || undefined;
    });
    const free = (await world.ownedEnis()).find(({ Attachment }) => Attachment === undefined);
    expect(free).toMatchObject({
      NetworkInterfaceId: eniId,
      Status: 'available',
      TagSet: expect.arrayContaining([{ Key: ENI_TAGS.retained, Value: 'true' }]),
    });
    const staysAt = before.filter(({ instanceId }) => instanceId === staying.instanceId);
    expect(await enisOf(world)).toEqual(expect.arrayContaining([...staysAt]));
    expect(await linkNamed(world, leaving.name, ALT_NAME)).toBeUndefined();
  });

  it('gives a node that comes back its retained ENI back, and a new one for the one that was deleted', async () => {
    const { world, workers } = stage();
    const { cluster } = world;
    const [, returning] = workers;
    const free = (await enisOf(world)).find(({ instanceId }) => instanceId === undefined);
    await cluster.onNode(returning.name, ['systemctl', 'restart', 'kubelet']);
    await eventually('the node to register', async () => {
      return (await cluster.tryKubectl(['get', 'node', returning.name])).exitCode === 0 || undefined;
    });
    await cluster.kubectl(['label', 'node', returning.name, `ng=${USER_PLANE}`]);
    await cluster.kubectl(['wait', '--for=condition=Ready', `node/${returning.name}`, '--timeout=180s']);
    await eventually('the node to have its ENIs', async () => {
      const ofNode = (await enisOf(world)).filter(({ instanceId }) => instanceId === returning.instanceId);
      return ofNode.length === 2 || undefined;
    });
    await waitUntilReady(cluster, KEPT);
    await waitUntilReady(cluster, USER_PLANE);

    expect(await enisOf(world)).toContainEqual({ ...free, instanceId: returning.instanceId, index: 3 });
    const tags = (await world.ownedEnis()).flatMap(({ TagSet }) => TagSet ?? []);
    expect(tags.map(({ Key }) => Key)).not.toContain(ENI_TAGS.retained);
    expect(await linkNamed(world, returning.name, ALT_NAME)).toMatchObject({ mtu: 9001 });
  });

  it('deletes the ENIs of a NodeENI whose policy becomes Delete', async () => {
    const { world } = stage();
    await applyNodeEni(world.cluster, { ...kept, spec: { ...kept.spec, deletionPolicy: 'Delete' } });
    await deleteNodeEni(stage(), KEPT);
    expect((await enisOf(world)).map(({ nodeEni }) => nodeEni)).toEqual([USER_PLANE, USER_PLANE]);
  });
}
