import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import { kubectl, wipeCluster } from '../../../test/support/component-cluster.ts';
import { failureOf } from '../../../test/support/failure-of.ts';
import type { ApiTransport } from './api-transport.ts';
import { createTypedClient, type TypedClient } from './typed-client.ts';

let transport: ApiTransport;
let client: TypedClient;
beforeAll(() => {
  transport = openComponentTransport();
  client = createTypedClient(transport);
});
afterAll(() => transport.close());
afterEach(wipeCluster);

async function makeNode(name: string): Promise<void> {
  const spec = { providerID: 'aws:///us-east-1a/i-0123456789abcdef0' };
  await kubectl(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec }),
  );
}

async function makePod(name: string, nodeName: string): Promise<void> {
  const spec = { nodeName, containers: [{ name: 'main', image: 'example.com/none' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec };
  await kubectl(['create', '-f', '-'], JSON.stringify(pod));
}

describe('core kinds', () => {
  it('nodes are listed, read, watched and patched', async () => {
    await makeNode('node-1');
    const { items, resourceVersion } = await client.nodes.list();
    expect(items.map(({ metadata, spec }) => [metadata.name, spec?.providerID])).toEqual([
      ['node-1', 'aws:///us-east-1a/i-0123456789abcdef0'],
    ]);

    await client.nodes.patch('node-1', { type: 'merge', body: { metadata: { labels: { role: 'edge' } } } });

    expect((await client.nodes.get('node-1'))?.metadata.labels).toMatchObject({ role: 'edge' });
    for await (const event of client.nodes.watch({ resourceVersion, signal: new AbortController().signal })) {
      expect(event).toMatchObject({ type: 'modified', object: { metadata: { name: 'node-1' } } });
      break;
    }
  });

  it('namespaces are read', async () => {
    expect((await client.namespaces.get('kube-system'))?.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('pods of one node are listed over all namespaces', async () => {
    await makePod('here', 'node-1');
    await makePod('there', 'node-2');

    const { items } = await client.pods.list({ fieldSelector: 'spec.nodeName=node-1' });

    expect(items.map(({ metadata, spec }) => [metadata.name, spec?.nodeName])).toEqual([['here', 'node-1']]);
  });

  it('a Lease is created, renewed and not stolen with a stale copy', async () => {
    const leases = client.leases('default');
    const created = await leases.create({ metadata: { name: 'lock' }, spec: { holderIdentity: 'a' } });
    const renewed = await leases.update({ ...created, spec: { ...created.spec, leaseTransitions: 1 } });

    expect(renewed.spec).toEqual({ holderIdentity: 'a', leaseTransitions: 1 });
    expect(await failureOf(leases.update({ ...created, spec: { holderIdentity: 'b' } }))).toMatchObject({
      kind: 'conflict',
    });
    expect((await leases.get('lock'))?.spec?.holderIdentity).toBe('a');
    expect(await leases.delete('lock')).toBe(true);
  });

  it('an event is recorded and counted up', async () => {
    const events = client.events('default');
    await events.create({
      metadata: { name: 'a.1' },
      involvedObject: { kind: 'NodeENI', name: 'a', apiVersion: 'networking.k8s.aws/v1alpha1' },
      reason: 'Tested',
      message: 'a message',
      type: 'Normal',
      count: 1,
    });

    const patched = await events.patch('a.1', { type: 'merge', body: { count: 2 } });

    expect(patched).toMatchObject({ reason: 'Tested', count: 2 });
  });
});
