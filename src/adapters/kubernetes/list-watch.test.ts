import { describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import type { WatchEvent } from '../../runtime/list-watch.ts';
import { ApiError } from './api-error.ts';
import type { ApiQuery, ApiTransport } from './api-transport.ts';
import { createListWatch } from './list-watch.ts';
import { createTypedClient } from './typed-client.ts';
import { parseWatchBody } from './watch-stream.ts';

const signal = new AbortController().signal;
const object = { metadata: { name: 'a', uid: 'u', resourceVersion: '5' } };
const from7 = { resourceVersion: '7', timeoutSeconds: 300, signal };

interface FakeServer {
  readonly transport: ApiTransport;
  /** Path and query of every call. */
  readonly calls: (readonly [string, ApiQuery | undefined])[];
}

async function* bodyOf(events: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const event of events) yield Buffer.from(`${JSON.stringify(event)}\n`);
}

/** A server that answers every list with `reply` and every watch with `events`; an error refuses both. */
function serve(reply: unknown, events: readonly unknown[] = []): FakeServer {
  const calls: FakeServer['calls'] = [];
  const transport: ApiTransport = {
    async request({ path, query }) {
      calls.push([path, query]);
      if (reply instanceof Error) throw reply;
      return reply;
    },
    async *watch({ path, query, onOpen }) {
      calls.push([path, query]);
      if (reply instanceof Error) throw reply;
      onOpen?.();
      yield* parseWatchBody({ action: `WATCH ${path}`, chunks: bodyOf(events) });
    },
    close: async () => undefined,
  };
  return { transport, calls };
}

function listWatchOf({ transport }: FakeServer): ReturnType<typeof createListWatch> {
  return createListWatch(createTypedClient(transport).nodes, {
    fieldSelector: 'metadata.name=n',
    labelSelector: 'a=b',
  });
}

function watched(...events: readonly unknown[]): Promise<WatchEvent<unknown>[]> {
  return collectAsync(listWatchOf(serve({}, events)).watch(from7));
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('a list and watch', () => {
  it('select the same objects, and the watch asks for bookmarks', async () => {
    const server = serve({ metadata: { resourceVersion: '7', continue: '' }, items: [object] });
    const listWatch = listWatchOf(server);
    expect(await listWatch.list({ limit: 500, signal })).toEqual({ items: [object], resourceVersion: '7' });
    await collectAsync(listWatch.watch(from7));
    const selectors = { fieldSelector: 'metadata.name=n', labelSelector: 'a=b' };
    const watch = { watch: true, allowWatchBookmarks: true, resourceVersion: '7', timeoutSeconds: 300 };
    expect(server.calls).toEqual([
      ['/api/v1/nodes', { ...selectors, limit: 500 }],
      ['/api/v1/nodes', { ...selectors, ...watch }],
    ]);
  });

  it('follow the pages of a list', async () => {
    const server = serve({ metadata: { resourceVersion: '7', continue: 'next' }, items: null });
    const page = await listWatchOf(server).list({ limit: 1, continueToken: 'this', signal });
    expect(page).toEqual({ items: [], resourceVersion: '7', continueToken: 'next' });
    expect(server.calls).toMatchObject([['/api/v1/nodes', { limit: 1, continue: 'this' }]]);
  });

  it('pass on every kind of event', async () => {
    const events = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].map((type) => ({ type, object }));
    expect(await watched(...events)).toEqual([
      { type: 'added', object },
      { type: 'modified', object },
      { type: 'deleted', object },
      { type: 'bookmark', resourceVersion: '5' },
    ]);
  });

  it('tell when the server has accepted the watch, even if it then says nothing', async () => {
    let opened = 0;
    const onOpen = (): void => void (opened += 1);
    await collectAsync(listWatchOf(serve({})).watch({ ...from7, onOpen }));
    expect(opened).toBe(1);
    const refused = serve(new ApiError({ kind: 'rejected', status: 403, reason: 'Forbidden', message: '' }));
    await failureOf(collectAsync(listWatchOf(refused).watch({ ...from7, onOpen })));
    expect(opened).toBe(1);
  });

  it.each([
    [new ApiError({ kind: 'expired', status: 410, reason: 'Expired', message: 'old' }), 'gone', undefined],
    [
      new ApiError({ kind: 'unauthorized', status: 401, reason: 'Unauthorized', message: 'who' }),
      'unauthorized',
      undefined,
    ],
    [
      new ApiError({
        kind: 'transient',
        status: 429,
        reason: 'TooMany',
        message: 'slow',
        retryAfterMs: 3_000,
      }),
      'failed',
      3_000,
    ],
    [new TypeError('bug'), 'failed', undefined],
  ] as const)('tell why they failed: %s', async (error, failure, retryAfterMs) => {
    const listWatch = listWatchOf(serve(error));
    const expected = { name: 'ListWatchError', failure, retryAfterMs, cause: error };
    expect(await failureOf(listWatch.list({ limit: 1, signal }))).toMatchObject(expected);
    expect(await failureOf(collectAsync(listWatch.watch(from7)))).toMatchObject(expected);
  });

  it.each([
    [{ code: 410, reason: 'Expired', message: 'too old resource version: 7 (9)' }, 'gone', undefined],
    [{ code: 401, reason: 'Unauthorized' }, 'unauthorized', undefined],
    [{ code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } }, 'failed', 3_000],
    [{ code: 500, reason: 'InternalError' }, 'failed', undefined],
  ])('tell why the server ended the watch: ERROR %j', async (status, failure, retryAfterMs) => {
    const events = [{ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', ...status } }];
    expect(await failureOf(watched(...events))).toMatchObject({
      name: 'ListWatchError',
      failure,
      retryAfterMs,
    });
  });

  it.each<[string, unknown]>([
    ['a list that is a text', 'ok'],
    ['a list without version', { items: [] }],
    ['a list with an empty version', { metadata: { resourceVersion: '' }, items: [] }],
    ['a list without items', { metadata: { resourceVersion: '1' }, items: {} }],
    ['an item without uid', { metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 'a' } }] }],
  ])('refuse %s', async (_name, reply) => {
    expect(await failureOf(listWatchOf(serve(reply)).list({ limit: 1, signal }))).toMatchObject({
      name: 'ListWatchError',
      failure: 'failed',
      cause: { reason: 'MalformedReply' },
    });
  });

  it.each([
    ['text'],
    [{ type: 'SURPRISE', object }],
    [{ type: 'ADDED', object: {} }],
    [{ type: 'ADDED', object: { metadata: { ...object.metadata, name: '' } } }],
    [{ type: 'ADDED', object: { metadata: { ...object.metadata, uid: '' } } }],
    [{ type: 'MODIFIED', object: { metadata: { ...object.metadata, resourceVersion: '' } } }],
    [{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '' } } }],
  ])('refuse the event %j', async (event) => {
    expect(await failureOf(watched(event))).toMatchObject({
      name: 'ListWatchError',
      failure: 'failed',
      cause: { reason: 'MalformedReply' },
    });
  });
});
