import { describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import type { ApiRequest, ApiTransport, WatchRequest } from './api-transport.ts';
import { createTypedClient, type TypedClient } from './typed-client.ts';

const node = {
  metadata: { name: 'a', uid: 'uid-a', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
};

/** A client whose API server answers everything with `reply` and streams `events`, and what was sent to it. */
function clientOf(answers: { reply?: unknown; events?: readonly unknown[] }): {
  client: TypedClient;
  sent: (ApiRequest | WatchRequest)[];
} {
  const sent: (ApiRequest | WatchRequest)[] = [];
  const transport: ApiTransport = {
    request(request) {
      sent.push(request);
      return Promise.resolve(answers.reply);
    },
    async *watch(request) {
      sent.push(request);
      yield* answers.events ?? [];
    },
    close: () => Promise.resolve(),
  };
  return { client: createTypedClient(transport), sent };
}

const { signal } = new AbortController();

describe('a watch', () => {
  it('passes bookmarks on as the version they carry', async () => {
    const bookmark = { type: 'BOOKMARK', object: { kind: 'Node', metadata: { resourceVersion: '42' } } };
    const { client } = clientOf({ events: [bookmark] });

    expect(await collectAsync(client.nodes.watch({ signal }))).toEqual([
      { type: 'bookmark', resourceVersion: '42' },
    ]);
  });

  it.each([
    ['of no known type', { type: 'NEWS', object: node }, 'a watch event of unknown type "NEWS"'],
    ['without an object', { type: 'ADDED' }, 'no object of the kind'],
    ['with an object of another kind', { type: 'ADDED', object: { ...node, kind: 'Pod' } }, 'no object'],
    ['whose bookmark has no version', { type: 'BOOKMARK', object: {} }, 'a bookmark without'],
    ['that is not an event', 'text', 'no watch event'],
  ])('ends when the server sends one %s', async (_what, event, problem) => {
    const { client } = clientOf({ events: [event] });

    await expect(collectAsync(client.nodes.watch({ signal }))).rejects.toMatchObject({
      kind: 'transient',
      reason: 'MalformedReply',
      message: expect.stringContaining(`WATCH /api/v1/nodes: the reply is ${problem}`),
    });
  });
});

describe('a reply', () => {
  it.each([
    ['a list without items that is empty', { metadata: { resourceVersion: '1' }, items: null }, []],
    ['a list of objects that carry no kind', { metadata: { resourceVersion: '1' }, items: [node] }, ['a']],
  ])('may be %s', async (_what, reply, names) => {
    const { client } = clientOf({ reply });

    const page = await client.nodes.list();

    expect(page.items.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  it.each([
    ['a text', 'ok'],
    ['a list without a version', { metadata: {}, items: [] }],
    ['a list whose items are no list', { metadata: { resourceVersion: '1' }, items: {} }],
    ['a list with an item without a uid', { metadata: { resourceVersion: '1' }, items: [{ metadata: {} }] }],
  ])('that is %s fails a list', async (_what, reply) => {
    await expect(clientOf({ reply }).client.nodes.list()).rejects.toMatchObject({ reason: 'MalformedReply' });
  });

  it('that is another object fails a read', async () => {
    const { client } = clientOf({ reply: { kind: 'Status', metadata: {} } });

    await expect(client.nodes.get('a')).rejects.toThrow('GET /api/v1/nodes/a: the reply is no object');
  });
});

describe('a name', () => {
  it('is escaped, so that it cannot lead elsewhere', async () => {
    const { client, sent } = clientOf({ reply: node });

    await client.nodes.get('../pods?x=1');

    expect(sent).toEqual([{ method: 'GET', path: '/api/v1/nodes/..%2Fpods%3Fx%3D1' }]);
  });
});
