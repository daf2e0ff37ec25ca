import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eniNetworkSteps } from './eni-network-steps.ts';
import { IMAGE_TAGS } from './images.ts';
import { hostInventoriesOf } from './inventory.ts';
import { objectsLeft, useKindSuite } from './kind-suite.ts';
import {
  ALT_NAME,
  enisOf,
  type KindStage,
  linkNamed,
  runningImages,
  stageOf,
  uninstall,
  USER_PLANE,
  userPlane,
  waitForRollouts,
  wantedImages,
  writeOurLayer,
} from './kind-stage.ts';
import { findKindTools, skippedBecause } from './kind-tools.ts';
import { applyNodeEni, nodeEniManifest, waitUntilReady } from './node-eni-view.ts';
import { operationSteps } from './operation-steps.ts';

const found = await findKindTools(process.env);
const skipped = skippedBecause(found);
const rejected = join(import.meta.dirname, '..', '..', '..', 'config', 'samples', 'rejected');

describe.skipIf(skipped !== '')(`a kind cluster of three nodes${skipped}`, { concurrent: false }, () => {
  const suite = useKindSuite(found, {
    name: 'nodeeni-e2e',
    zones: ['us-east-1b', 'us-east-1a', 'us-east-1a'],
    subnetName: USER_PLANE,
    addons: ['cert-manager', 'multus'],
  });
  const stage = (): KindStage => stageOf(suite().world);

  it('takes all manifests at once, and runs them', async () => {
    await stage().world.cluster.kubectl(['apply', '-k', writeOurLayer(stage().world, IMAGE_TAGS.first)]);
    await waitForRollouts(stage().world);
    expect(await runningImages(stage().world)).toEqual(wantedImages(3, IMAGE_TAGS.first));
  });

  it('refuses what a NodeENI gets wrong by itself, with the field, the value and the limit', async () => {
    const file = join(rejected, 'mtu-too-large.yaml');
    const { exitCode, stderr } = await stage().world.cluster.tryKubectl(['apply', '-f', file]);
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toBe(
      'The NodeENI "network-a" is invalid: spec.mtu: Invalid value: 99999: spec.mtu in body should be less than or equal to 9001',
    );
  });

  it('gives the labelled nodes of a zone an ENI in its subnet, and is Ready with the links configured', async () => {
    const { workers, world } = stage();
    await world.cluster.kubectl(['label', 'node', ...workers.map(({ name }) => name), `ng=${USER_PLANE}`]);
    await applyNodeEni(world.cluster, userPlane);
    await waitUntilReady(world.cluster, USER_PLANE);

    const enis = await world.ownedEnis();
    const subnet = world.seed.subnets.find(
      ({ availabilityZone, name }) => availabilityZone === 'us-east-1a' && name === USER_PLANE,
    );
    expect(enis.map(({ SubnetId }) => SubnetId)).toEqual([subnet?.subnetId, subnet?.subnetId]);
    expect((await enisOf(world)).map(({ index }) => index)).toEqual([2, 2]);
    for (const { instanceId, name } of workers) {
      const eni = enis.find(({ Attachment }) => Attachment?.InstanceId === instanceId);
      expect(await linkNamed(world, name, ALT_NAME)).toMatchObject({
        address: eni?.MacAddress,
        mtu: 9001,
        flags: expect.arrayContaining(['UP', 'LOWER_UP']),
      });
    }
  });

  it('refuses a second NodeENI for the same index, and names the first one and the nodes', async () => {
    const rival = nodeEniManifest('rival', { subnetNames: ['nodes'], deviceIndex: 2 });
    const { exitCode, stderr } = await stage().world.cluster.tryKubectl(
      ['apply', '-f', '-'],
      JSON.stringify(rival),
    );
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toBe(
      `Error from server (Forbidden): error when creating "STDIN": admission webhook "validate.nodeeni.networking.k8s.aws" denied the request: spec.deviceIndex: Forbidden: index 2 is already used by NodeENI "user-plane" (nodes matching ng=user-plane: ${stage().workers[0].name}, +1); free: 3, 4, 5`,
    );
  });

  describe('with ENIs', () => {
    eniNetworkSteps(stage);
  });

  describe('in operation', () => {
    operationSteps(stage);
  });

  it('is as it was before once all is uninstalled, and so are its nodes and the account', async () => {
    const { world } = suite();
    await uninstall(world, writeOurLayer(world, IMAGE_TAGS.next));
    expect(await enisOf(world)).toEqual([]);
    expect(await hostInventoriesOf(world.cluster)).toEqual(suite().hostsBefore);
    expect(await objectsLeft(suite())).toEqual([]);
  });
});
