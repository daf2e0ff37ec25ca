import { describe, expect, it } from 'vitest';
import { collectAsync } from '../../../test/support/collect-async.ts';
import { ListWatchError } from '../../runtime/list-watch.ts';
import { ApiError } from './api-error.ts';
import type { ApiQuery, ApiTransport } from './api-transport.ts';
import { createListWatch } from './list-watch.ts';

const signal = new AbortController().signal;
const object = { metadata: { name: 'a', uid: 'u', resourceVersion: '5' } };

interface FakeServer {
  readonly transport: ApiTransport;
  readonly queries: (ApiQuery | undefined)[];
}

function serve(reply: unknown, events: readonly unknown[] = []): FakeServer {
  const queries: (ApiQuery | undefined)[] = [];
  const transport: ApiTransport = {
    async request({ query }) {
      queries.push(query);
      if (reply instanceof Error) throw reply;
      return reply;
    },
    async *watch({ query }) {
      queries.push(query);
      if (reply instanceof Error) throw reply;
      yield* events;
    },
    close: async () => undefined,
  };
  return { transport, queries };
}

function listWatchOf({ transport }: FakeServer): ReturnType<typeof createListWatch> {
  return createListWatch({
    transport,
    path: '/x',
    fieldSelector: 'spec.nodeName=n',
    labelSelector: 'a=b',
    decode: (object) => object,
  });
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('a list and watch', () => {
  it('select the same objects', async () => {
    const server = serve({ metadata: { resourceVersion: '7', continue: '' }, items: [object] });
    const listWatch = listWatchOf(server);
    expect(await listWatch.list({ limit: 500, signal })).toEqual({ items: [object], resourceVersion: '7' });
    await collectAsync(listWatch.watch({ resourceVersion: '7', timeoutSeconds: 300, signal }));
    expect(server.queries).toEqual([
      { fieldSelector: 'spec.nodeName=n', labelSelector: 'a=b', limit: 500, continue: undefined },
      {
        fieldSelector: 'spec.nodeName=n',
        labelSelector: 'a=b',
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: '7',
        timeoutSeconds: 300,
      },
    ]);
  });

  it('pass on the continue token and every kind of event', async () => {
    const page = { metadata: { resourceVersion: '7', continue: 'next' }, items: null };
    const events = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].map((type) => ({ type, object }));
    const listWatch = listWatchOf(serve(page, events));
    expect(await listWatch.list({ limit: 1, signal })).toMatchObject({ items: [], continueToken: 'next' });
    expect(
      await collectAsync(listWatch.watch({ resourceVersion: '7', timeoutSeconds: 300, signal })),
    ).toEqual([
      { type: 'added', object },
      { type: 'modified', object },
      { type: 'deleted', object },
      { type: 'bookmark', resourceVersion: '5' },
    ]);
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
    const watch = listWatch.watch({ resourceVersion: '1', timeoutSeconds: 1, signal });
    expect(await failureOf(collectAsync(watch))).toMatchObject(expected);
  });

  it.each<[string, unknown]>([
    ['a list without version', { items: [] }],
    ['a list without items', { metadata: { resourceVersion: '1' }, items: {} }],
    ['an item without uid', { metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 'a' } }] }],
  ])('refuse %s', async (_name, reply) => {
    expect(await failureOf(listWatchOf(serve(reply)).list({ limit: 1, signal }))).toBeInstanceOf(
      ListWatchError,
    );
  });

  it.each([['text'], [{ type: 'SURPRISE', object }], [{ type: 'ADDED', object: {} }]])(
    'refuse the event %j',
    async (event) => {
      const watch = listWatchOf(serve({}, [event])).watch({
        resourceVersion: '1',
        timeoutSeconds: 1,
        signal,
      });
      expect(await failureOf(collectAsync(watch))).toBeInstanceOf(ListWatchError);
    },
  );
});
