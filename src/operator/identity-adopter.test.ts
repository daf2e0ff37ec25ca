import { describe, expect, it } from 'vitest';
import { ENI_TAGS, FINALIZER } from '../../api/v1alpha1/names.ts';
import { aClusterNode } from '../../test/builders/cluster-node.ts';
import { anAttachedEni, anEni, aSubnet } from '../../test/builders/ec2-resources.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { FakeCluster } from '../../test/support/fake-cluster.ts';
import { FakeEc2 } from '../../test/support/fake-ec2.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import { eniTags, isOwned } from '../domain/ownership.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { seededRandom } from '../runtime/random.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { adoptIdentityFirst } from './identity-adopter.ts';

const OLD = { name: 'demo', uid: 'uid-old' };
const OWN = { name: 'demo', uid: 'uid-new' };

function tagsOf(cluster: ClusterIdentity): Record<string, string> {
  return eniTags({
    cluster,
    purpose: { nodeEniName: 'tenant-a', instanceId: 'i-1', slotKey: 'id/subnet-a' },
    nodeName: 'node-1',
    nodeEniUid: 'u',
    attachmentUid: 'a',
    attempt: 1,
    createdAt: '2026-01-01T00:00:00Z',
    userTags: { team: 'core' },
  });
}

function attachmentOf(name: string, cluster: ClusterIdentity): ReturnType<typeof aNodeEniAttachment> {
  const attempt = {
    number: 3,
    createdAt: '2026-01-01T00:00:00Z',
    subnetID: 'subnet-a',
    securityGroupIDs: ['sg-1'],
    description: '',
    tags: tagsOf(cluster),
  };
  return aNodeEniAttachment({ metadata: { name, uid: name, finalizers: [FINALIZER] }, spec: { attempt } });
}

interface World {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly cluster: FakeCluster;
  readonly isNextStarted: () => boolean;
  /** Actions whose buckets were slowed. */
  readonly throttled: readonly string[];
  /** Ids of the ENIs that bear this identity. */
  readonly enisOf: (identity: ClusterIdentity) => string[];
}

/** An ENI on a node here, one on a node elsewhere, a free one, and one of a cluster that nobody adopts. */
function start(adopted: ClusterIdentity | undefined): World {
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock);
  const cluster = new FakeCluster(clock);
  ec2.region.addSubnet(aSubnet());
  cluster.putNode(aClusterNode());
  ec2.region.addEni(anAttachedEni({}, { eniId: 'eni-here', tags: tagsOf(OLD) }));
  ec2.region.addEni(anAttachedEni({ instanceId: 'i-9' }, { eniId: 'eni-elsewhere', tags: tagsOf(OLD) }));
  ec2.region.addEni(anEni({ eniId: 'eni-free', tags: tagsOf(OLD) }));
  const third = tagsOf({ name: 'demo', uid: 'uid-third' });
  ec2.region.addEni(anAttachedEni({}, { eniId: 'eni-third', tags: third }));
  cluster.putAttachment(attachmentOf('old', OLD));
  cluster.putAttachment(attachmentOf('own', OWN));
  let isNextStarted = false;
  const throttled: string[] = [];
  const next = {
    name: 'next',
    start: async () => {
      isNextStarted = true;
    },
  };
  const runnable = adoptIdentityFirst(next, {
    cluster: OWN,
    adopted,
    reader: ec2,
    ec2,
    attachments: cluster.attachmentWriter,
    nodes: cluster.caches.nodes,
    budget: { takeInTurn: async () => undefined, throttled: (action) => throttled.push(action) },
    clock,
    random: seededRandom(1),
    logger: new RecordingLogger(),
  });
  void runnable.start(new AbortController().signal);
  return {
    clock,
    ec2,
    cluster,
    isNextStarted: () => isNextStarted,
    throttled,
    enisOf: (identity) =>
      ec2.region
        .enis()
        .filter(({ tags }) => isOwned(tags, identity))
        .map(({ eniId }) => eniId),
  };
}

describe('adopting an earlier identity', () => {
  it('restamps the ENIs on nodes here, leaves the others, and deletes nothing', async () => {
    const world = start(OLD);
    await world.clock.advance(1_000);
    expect(world.enisOf(OWN)).toEqual(['eni-here']);
    expect(world.enisOf(OLD)).toEqual(['eni-elsewhere', 'eni-free']);
    expect(world.ec2.region.enis()).toHaveLength(4);
    expect(world.ec2.changes()).toEqual(['CreateTags']);
    const restamped = world.ec2.region.enis().find(({ eniId }) => eniId === 'eni-here');
    expect(restamped?.tags).toEqual({ ...tagsOf(OLD), [ENI_TAGS.clusterUid]: OWN.uid });
  });

  it('gives the attachments of that identity ours, and nothing else', async () => {
    const world = start(OLD);
    const [old, own] = [world.cluster.attachment('old'), world.cluster.attachment('own')];
    await world.clock.advance(1_000);
    expect(world.cluster.attachment('own')).toEqual(own);
    expect(world.cluster.attachment('old').spec).toEqual({
      ...old.spec,
      attempt: { ...old.spec.attempt, tags: tagsOf(OWN) },
    });
  });

  it('lets nothing else begin before it is done, however often EC2 fails', async () => {
    const world = start(OLD);
    world.ec2.fail({ action: '*', code: 'RequestLimitExceeded', status: 503, times: 3 });
    await world.clock.advance(300);
    expect(world.isNextStarted()).toBe(false);
    await world.clock.advance(60_000);
    expect(world.isNextStarted()).toBe(true);
    expect(world.enisOf(OWN)).toEqual(['eni-here']);
  });

  it('goes slower when EC2 throttles it', async () => {
    const world = start(OLD);
    world.ec2.fail({ action: 'CreateTags', code: 'RequestLimitExceeded', status: 503 });
    await world.clock.advance(60_000);
    expect(world.throttled).toEqual(['CreateTags']);
    expect(world.enisOf(OWN)).toEqual(['eni-here']);
  });

  it.each([
    ['none', undefined],
    ['our own', OWN],
  ])('does nothing for %s', async (_name, adopted) => {
    const world = start(adopted);
    await world.clock.advance(1_000);
    expect(world.isNextStarted()).toBe(true);
    expect(world.ec2.calls).toEqual([]);
    expect(world.cluster.writes).toEqual([]);
  });
});
