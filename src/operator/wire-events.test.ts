import { describe, expect, it } from 'vitest';
import type { Node } from '../../gen/v1alpha1/stored.ts';
import { aClusterNode, anUnidentifiedNode, SELECTED } from '../../test/builders/cluster-node.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import { aNodeEniAttachment } from '../../test/builders/node-eni-attachment.ts';
import { FakeCluster } from '../../test/support/fake-cluster.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import { seededRandom } from '../runtime/random.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import { toClusterNode } from './cluster-node.ts';
import { wireEvents } from './wire-events.ts';

async function drain(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) {
    const key = (await queue.take()) ?? '';
    keys.push(key);
    queue.done(key);
  }
  return keys.toSorted();
}

/** NodeENIs `tenant-a` (selects node-1) and `other` (selects nothing here); an attachment of each on `i-1`. */
async function world(): Promise<{
  readonly cluster: FakeCluster;
  readonly woken: () => Promise<{ nodeEnis: string[]; attachments: string[] }>;
  /** Lets the period pass in which attachments wake their NodeENI once. */
  readonly later: () => Promise<void>;
}> {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  const queue = (): WorkQueue => new WorkQueue({ clock, random: seededRandom(1) });
  const queues = { nodeEnis: queue(), attachments: queue() };
  wireEvents(cluster.informers, queues, clock);
  const woken = async () => ({
    nodeEnis: await drain(queues.nodeEnis),
    attachments: await drain(queues.attachments),
  });
  const later = (): Promise<void> => clock.advance(1_000);
  cluster.putNodeEni(aNodeEni());
  cluster.putNodeEni(aNodeEni({ nodeSelector: { no: 'where' } }, { name: 'other', uid: 'other-uid' }));
  cluster.putAttachment(aNodeEniAttachment({ metadata: { name: 'att-a', uid: 'a' } }));
  cluster.putAttachment(
    aNodeEniAttachment({
      metadata: { name: 'att-o', uid: 'o' },
      spec: { nodeENI: { name: 'other', uid: 'other-uid' } },
    }),
  );
  cluster.putNode(aClusterNode());
  await later();
  await woken();
  await later();
  return { cluster, woken, later };
}

const NOBODY = { nodeEnis: [], attachments: [] };
const EVERYBODY = { nodeEnis: ['other', 'tenant-a'], attachments: ['att-a', 'att-o'] };

describe('a change of a NodeENI', () => {
  it('that is new or gone wakes it', async () => {
    const { cluster, woken } = await world();
    cluster.putNodeEni(aNodeEni({}, { name: 'new', uid: 'new-uid' }));
    expect(await woken()).toEqual({ nodeEnis: ['new'], attachments: [] });
    cluster.removeNodeEni('new');
    expect(await woken()).toEqual({ nodeEnis: ['new'], attachments: [] });
  });

  it('of its spec wakes its attachments too, of its status does not', async () => {
    const { cluster, woken } = await world();
    cluster.putNodeEni(aNodeEni({ description: 'new' }, { generation: 2 }));
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: ['att-a'] });
    cluster.putNodeEni(aNodeEni({ description: 'new' }, { generation: 2 }, { observedGeneration: 2 }));
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: [] });
  });

  it('of its annotations wakes its attachments too: an order for a release may be one', async () => {
    const { cluster, woken } = await world();
    cluster.putNodeEni(aNodeEni({}, { annotations: { 'networking.k8s.aws/abandon': 'true' } }));
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: ['att-a'] });
  });

  it('that is none (a resync) wakes it alone', async () => {
    const { cluster, woken } = await world();
    cluster.resyncNodeEni('tenant-a');
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: [] });
  });
});

describe('a change of an attachment', () => {
  it('wakes it and its NodeENI, not its neighbours', async () => {
    const { cluster, woken } = await world();
    cluster.deleteAttachment('att-a');
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: ['att-a'] });
  });

  it('wakes its NodeENI at once, and for all that follow in a second once more at its end', async () => {
    const { cluster, woken, later } = await world();
    cluster.deleteAttachment('att-a');
    expect((await woken()).nodeEnis).toEqual(['tenant-a']);
    for (const eniID of ['eni-1', 'eni-2', 'eni-3']) {
      cluster.putAttachment(aNodeEniAttachment({ metadata: { name: 'att-a', uid: 'a' }, status: { eniID } }));
      expect(await woken()).toEqual({ nodeEnis: [], attachments: ['att-a'] });
    }
    await later();
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: [] });
    await later();
    expect(await woken()).toEqual(NOBODY);
  });

  it('that is its end wakes those on the same instance: its place is free', async () => {
    const { cluster, woken } = await world();
    cluster.removeAttachment('att-a');
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: ['att-a', 'att-o'] });
  });
});

describe('a change of a Node', () => {
  const HEARTBEAT: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: 'node-1',
      uid: 'node-uid-1',
      resourceVersion: '2',
      creationTimestamp: '1970-01-01T00:00:00Z',
      labels: { ...SELECTED },
      annotations: { heartbeat: 'now' },
    },
    spec: { providerID: 'aws:///us-east-1a/i-0123456789abcdef0' },
    status: {},
  };

  it('that is a heartbeat of its kubelet wakes nobody', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(toClusterNode(HEARTBEAT));
    await woken();
    const later = { ...HEARTBEAT.metadata, resourceVersion: '3', annotations: { heartbeat: 'later' } };
    cluster.putNode(toClusterNode({ ...HEARTBEAT, metadata: later }));
    expect(await woken()).toEqual(NOBODY);
  });

  it('that loses its label wakes the NodeENI that selected it, and everybody on its instance', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(aClusterNode({ labels: {} }));
    expect(await woken()).toEqual(EVERYBODY);
  });

  it('that gets a label wakes the NodeENI that selects it now', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(aClusterNode({ name: 'node-2', uid: 'node-uid-2', instanceId: 'i-2', labels: {} }));
    expect(await woken()).toEqual(NOBODY);
    cluster.putNode(aClusterNode({ name: 'node-2', uid: 'node-uid-2', instanceId: 'i-2' }));
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: [] });
  });

  it('that is gone, or about to go, wakes everybody on its instance', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(aClusterNode({ isGoing: true }));
    expect(await woken()).toEqual(EVERYBODY);
    cluster.removeNode('node-1');
    expect(await woken()).toEqual(EVERYBODY);
  });

  it('that is another instance now wakes everybody on the old one', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(aClusterNode({ uid: 'node-uid-new', instanceId: 'i-9' }));
    expect(await woken()).toEqual(EVERYBODY);
  });

  it('without an instance wakes the NodeENI that selects it', async () => {
    const { cluster, woken } = await world();
    cluster.putNode(anUnidentifiedNode({ name: 'node-3', uid: 'node-uid-3' }));
    expect(await woken()).toEqual({ nodeEnis: ['tenant-a'], attachments: [] });
  });
});
