import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENI } from '../../../gen/v1alpha1/stored.ts';
import { aNewNodeENI } from '../../../test/builders/new-node-eni.ts';
import { openComponentTransport } from '../../../test/support/component-transport.ts';
import { wipeCluster } from '../../../test/support/component-cluster.ts';
import { failureOf } from '../../../test/support/failure-of.ts';
import type { WatchEvent } from '../../runtime/list-watch.ts';
import type { ApiTransport } from './api-transport.ts';
import { createTypedClient, type TypedClient } from './typed-client.ts';

const fieldManager = 'test';
let transport: ApiTransport;
let client: TypedClient;
beforeAll(() => {
  transport = openComponentTransport();
  client = createTypedClient(transport);
});
afterAll(() => transport.close());
afterEach(wipeCluster);

async function take(count: number, events: AsyncIterable<WatchEvent<NodeENI>>): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of events) {
    seen.push(event.type === 'bookmark' ? event.type : `${event.type} ${event.object.metadata.name}`);
    if (seen.length === count) break;
  }
  return seen;
}

describe('a watch', () => {
  it('tells of every change since the list', async () => {
    await client.nodeENIs.create(aNewNodeENI('before'));
    const { resourceVersion } = await client.nodeENIs.list();
    await client.nodeENIs.create(aNewNodeENI('a'));
    await client.nodeENIs.apply(aNewNodeENI('a', { mtu: 1500 }), { fieldManager, force: true });
    await client.nodeENIs.delete('a');

    const { signal } = new AbortController();
    const events = await take(3, client.nodeENIs.watch({ resourceVersion, signal, timeoutSeconds: 30 }));

    expect(events).toEqual(['added a', 'modified a', 'deleted a']);
  });

  it('sees only what its selector names', async () => {
    const { resourceVersion } = await client.nodeENIs.list();
    await client.nodeENIs.create(aNewNodeENI('second', { deviceIndex: 2 }));
    await client.nodeENIs.create(aNewNodeENI('third', { deviceIndex: 3 }));

    const { signal } = new AbortController();
    const query = { resourceVersion, signal, fieldSelector: 'spec.deviceIndex=3', timeoutSeconds: 30 };

    expect(await take(1, client.nodeENIs.watch(query))).toEqual(['added third']);
  });

  it('ends without an error when its time is over', async () => {
    const { resourceVersion } = await client.nodeENIs.list();
    const { signal } = new AbortController();

    expect(await take(1, client.nodeENIs.watch({ resourceVersion, signal, timeoutSeconds: 1 }))).toEqual([]);
  });

  it('from a version that is too old fails as expired', async () => {
    const { signal } = new AbortController();
    expect(await failureOf(take(1, client.nodeENIs.watch({ resourceVersion: '1', signal })))).toMatchObject({
      kind: 'expired',
    });
  });
});
