import { describe, expect, it } from 'vitest';
import { IMAGE_TAGS } from './images.ts';
import { hostInventoriesOf } from './inventory.ts';
import { objectsLeft, useKindSuite } from './kind-suite.ts';
import {
  ALT_NAME,
  enisOf,
  linkNamed,
  runningImages,
  uninstall,
  USER_PLANE,
  userPlane,
  waitForRollouts,
  wantedImages,
  writeOurLayer,
} from './kind-stage.ts';
import { findKindTools, skippedBecause } from './kind-tools.ts';
import type { KindWorld } from './kind-world.ts';
import { applyNodeEni, nodeEniManifest, waitUntilReady } from './node-eni-view.ts';

const found = await findKindTools(process.env);
const skipped = skippedBecause(found);
const layer = { base: 'overlays/no-cert-manager', components: ['components/ec2-simulator'] };

describe.skipIf(skipped !== '')(
  `a kind cluster without cert-manager${skipped}`,
  { concurrent: false },
  () => {
    const suite = useKindSuite(found, {
      name: 'nodeeni-e2e-plain',
      zones: ['us-east-1a'],
      subnetName: USER_PLANE,
      addons: [],
    });
    const theWorld = (): KindWorld => suite().world;

    it('runs all, with certificates that the operator makes', async () => {
      const { cluster } = theWorld();
      await cluster.kubectl(['apply', '-k', writeOurLayer(theWorld(), IMAGE_TAGS.first, layer)]);
      await waitForRollouts(theWorld());
      expect(await runningImages(theWorld())).toEqual(wantedImages(1, IMAGE_TAGS.first));
    });

    it('attaches an ENI and configures its link', async () => {
      const { cluster } = theWorld();
      const [node] = cluster.nodes;
      await cluster.kubectl(['label', 'node', '--all', `ng=${USER_PLANE}`]);
      await applyNodeEni(cluster, userPlane);
      await waitUntilReady(cluster, USER_PLANE);
      expect(await enisOf(theWorld())).toMatchObject([{ instanceId: node?.instanceId, index: 2 }]);
      expect(await linkNamed(theWorld(), node?.name ?? '', ALT_NAME)).toMatchObject({ mtu: 9001 });
    });

    it('refuses what the webhooks refuse', async () => {
      const { cluster } = theWorld();
      const rival = nodeEniManifest('rival', { subnetNames: ['nodes'], deviceIndex: 2 });
      const { stderr } = await cluster.tryKubectl(['apply', '-f', '-'], JSON.stringify(rival));
      expect(stderr).toContain(
        'admission webhook "validate.nodeeni.networking.k8s.aws" denied the request: spec.deviceIndex: Forbidden: index 2 is already used by NodeENI "user-plane"',
      );
    });

    it('is as it was before once all is uninstalled', async () => {
      await uninstall(theWorld(), writeOurLayer(theWorld(), IMAGE_TAGS.first, layer));
      expect(await enisOf(theWorld())).toEqual([]);
      expect(await hostInventoriesOf(theWorld().cluster)).toEqual(suite().hostsBefore);
      expect(await objectsLeft(suite())).toEqual([]);
    });
  },
);
