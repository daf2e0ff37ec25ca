import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FINALIZER } from '../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { createAttachmentWriter } from '../../src/adapters/kubernetes/attachment-writer.ts';
import { createNodeEniWriter } from '../../src/adapters/kubernetes/node-eni-writer.ts';
import { createTypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import type { AttachmentIntent, AttachmentWriter, Attempt, NodeEniWriter } from '../../src/operator/ports.ts';
import { kubectl, wipeCluster } from '../support/component-cluster.ts';
import { openComponentTransport } from '../support/component-transport.ts';
import { MemoryCluster } from './memory-cluster.ts';

/** One of the two that have to behave alike. */
interface Subject {
  readonly attachmentWriter: AttachmentWriter;
  readonly nodeEniWriter: NodeEniWriter;
  applyNodeEni(name: string): Promise<void>;
  deleteNodeEni(name: string): Promise<void>;
  nodeEni(name: string): Promise<NodeENI | undefined>;
  attachment(name: string): Promise<NodeENIAttachment | undefined>;
}

const SPEC: NodeENI['spec'] = {
  nodeSelector: { ng: 'a' },
  subnetID: 'subnet-0123456789abcdef0',
  securityGroupIDs: ['sg-0123456789abcdef0'],
  deviceIndex: 2,
  networkCardIndex: 0,
  deleteOnTermination: true,
  deletionPolicy: 'Delete',
  sourceDestCheck: true,
};

const INTENT: AttachmentIntent = {
  name: 'a',
  owner: { name: 'owner', uid: '11111111-1111-4111-8111-111111111111' },
  spec: {
    nodeENI: { name: 'owner', uid: '11111111-1111-4111-8111-111111111111' },
    nodeName: 'node-1',
    instanceID: 'i-0123456789abcdef0',
    zone: 'us-east-1a',
    slot: 'id/subnet-0123456789abcdef0',
    subnetID: 'subnet-0123456789abcdef0',
    securityGroupIDs: ['sg-0123456789abcdef0'],
    networkCardIndex: 0,
    deviceIndex: 2,
    deleteOnTermination: true,
    sourceDestCheck: true,
  },
};

const ATTEMPT: Attempt = {
  number: 1,
  createdAt: '2026-01-01T00:00:00Z',
  subnetID: 'subnet-0123456789abcdef0',
  securityGroupIDs: ['sg-0123456789abcdef0'],
  description: '',
  tags: { a: 'b' },
};

function describeMetadata(metadata: NodeENIAttachment['metadata'] | undefined): string {
  if (metadata === undefined) return 'absent';
  const { generation, finalizers = [], deletionTimestamp, ownerReferences = [] } = metadata;
  const owners = ownerReferences.map(({ uid, controller }) => `${uid} ${String(controller)}`);
  return JSON.stringify({ generation, finalizers, owners, isDeleting: deletionTimestamp !== undefined });
}

function inMemory(): Subject {
  const cluster = new MemoryCluster(() => Date.now());
  return {
    attachmentWriter: cluster.attachmentWriter,
    nodeEniWriter: cluster.nodeEniWriter,
    applyNodeEni: async (name) => cluster.applyNodeEni(name, SPEC),
    deleteNodeEni: async (name) => cluster.delete(cluster.nodeEnis, name),
    nodeEni: async (name) => cluster.nodeEnis.get(name),
    attachment: async (name) => cluster.attachments.get(name),
  };
}

describe('writers of NodeENIs and attachments, in memory and at a real API server', () => {
  const transport = openComponentTransport();
  const client = createTypedClient(transport);
  const real: Subject = {
    attachmentWriter: createAttachmentWriter(client),
    nodeEniWriter: createNodeEniWriter(client),
    applyNodeEni: async (name) => {
      const object = {
        apiVersion: 'networking.k8s.aws/v1alpha1',
        kind: 'NodeENI',
        metadata: { name },
        spec: SPEC,
      };
      await kubectl(['apply', '-f', '-'], JSON.stringify(object));
    },
    deleteNodeEni: async (name) => void (await kubectl(['delete', 'nodeeni', name, '--wait=false'])),
    nodeEni: (name) => client.nodeENIs.get(name),
    attachment: (name) => client.nodeENIAttachments.get(name),
  };

  beforeAll(() => wipeCluster());
  afterAll(async () => {
    await wipeCluster();
    await transport.close();
  });

  const { signal } = new AbortController();

  /** What an observer can tell of each step: what the object is like, whether it changed, how a refusal is classed. */
  async function story(subject: Subject): Promise<string[]> {
    const lines: string[] = [];
    const { attachmentWriter, nodeEniWriter } = subject;
    let version = '';
    const note = (step: string, object: NodeENI | NodeENIAttachment | undefined): void => {
      const metadata = object?.metadata;
      const change = metadata?.resourceVersion === version ? 'same' : 'changed';
      version = metadata?.resourceVersion ?? '';
      lines.push(`${step}: ${change} ${describeMetadata(metadata)} ${JSON.stringify(object?.status)}`);
    };
    const attempt = async (step: string, act: () => Promise<unknown>): Promise<void> => {
      const [settled] = await Promise.allSettled([act()]);
      if (settled.status === 'rejected') {
        lines.push(`${step}: ${String(Reflect.get(Object(settled.reason), 'kind'))}`);
      }
      note(step, await subject.attachment('a'));
    };
    const stored = async (): Promise<NodeENIAttachment> => {
      const object = await subject.attachment('a');
      if (object === undefined) throw new Error('there is no attachment');
      return object;
    };

    await attempt('status of nothing', () =>
      attachmentWriter.setUnwantedSince({ name: 'a', uid: 'x' }, ATTEMPT.createdAt, signal),
    );
    await attempt('intent', () => attachmentWriter.applyIntent(INTENT, signal));
    // The API server rewrites managedFields at the first repetition; the operator sends none, see `isUpToDate`.
    await attachmentWriter.applyIntent(INTENT, signal);
    version = (await stored()).metadata.resourceVersion;
    await attempt('same intent', () => attachmentWriter.applyIntent(INTENT, signal));
    const first = await stored();
    await attempt('attempt', () => attachmentWriter.freezeAttempt(first, ATTEMPT, signal));
    await attempt('stale attempt', () =>
      attachmentWriter.freezeAttempt(first, { ...ATTEMPT, number: 2 }, signal),
    );
    await attempt('stale status', () =>
      attachmentWriter.applyStatus(first, { observedGeneration: 1 }, signal),
    );
    await attempt('intent keeps the attempt', () =>
      attachmentWriter.applyIntent({ ...INTENT, spec: { ...INTENT.spec, mtu: 9_001 } }, signal),
    );
    lines.push(String((await stored()).spec.attempt?.number), String((await stored()).spec.mtu));
    await attempt('intent gives a field up', () => attachmentWriter.applyIntent(INTENT, signal));
    lines.push(String((await stored()).spec.mtu));
    const { uid } = (await stored()).metadata;
    await attempt('unwanted', () =>
      attachmentWriter.setUnwantedSince({ name: 'a', uid }, ATTEMPT.createdAt, signal),
    );
    const current = await stored();
    await attempt('status', () =>
      attachmentWriter.applyStatus(current, { observedGeneration: 2, state: 'Pending' }, signal),
    );
    const next = await stored();
    await attempt('status without a field', () =>
      attachmentWriter.applyStatus(next, { observedGeneration: 3 }, signal),
    );
    await attempt('wanted again', () =>
      attachmentWriter.setUnwantedSince({ name: 'a', uid }, undefined, signal),
    );
    await attempt('deletion of another uid', () =>
      attachmentWriter.delete({ name: 'a', uid: '22222222-2222-4222-8222-222222222222' }, signal),
    );
    await attempt('deletion', () => attachmentWriter.delete({ name: 'a', uid }, signal));
    await attempt('second deletion', () => attachmentWriter.delete({ name: 'a', uid }, signal));
    await attempt('stale finalizer', () => attachmentWriter.removeFinalizer(next, signal));
    const last = await stored();
    await attempt('finalizer', () => attachmentWriter.removeFinalizer(last, signal));
    await attempt('finalizer of nothing', () => attachmentWriter.removeFinalizer(last, signal));
    await attempt('deletion of nothing', () => attachmentWriter.delete({ name: 'a', uid }, signal));

    await subject.applyNodeEni('n');
    note('NodeENI', await subject.nodeEni('n'));
    const fresh = await subject.nodeEni('n');
    if (fresh === undefined) throw new Error('there is no NodeENI');
    await nodeEniWriter.setFinalizer(fresh, true, signal);
    note('NodeENI finalizer', await subject.nodeEni('n'));
    for (const act of [
      () => nodeEniWriter.setFinalizer(fresh, false, signal),
      () => nodeEniWriter.applyStatus(fresh, { observedGeneration: 1 }, signal),
    ]) {
      const [settled] = await Promise.allSettled([act()]);
      lines.push(
        settled.status === 'rejected' ? String(Reflect.get(Object(settled.reason), 'kind')) : 'accepted',
      );
    }
    await subject.deleteNodeEni('n');
    note('NodeENI deletion', await subject.nodeEni('n'));
    const going = await subject.nodeEni('n');
    if (going !== undefined) await nodeEniWriter.setFinalizer(going, false, signal);
    note('NodeENI end', await subject.nodeEni('n'));
    return lines;
  }

  it('tell the same story', async () => {
    const told = await story(inMemory());
    expect(told).toContainEqual(expect.stringContaining(FINALIZER));
    expect(told).toEqual(await story(real));
  });
});
