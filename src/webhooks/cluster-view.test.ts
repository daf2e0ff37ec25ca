import { describe, expect, it } from 'vitest';
import { aReadyAttachment } from '../../test/builders/node-eni-attachment.ts';
import { aNodeEni } from '../../test/builders/node-eni.ts';
import type { Node } from '../../gen/v1alpha1/stored.ts';
import { FakeClock } from '../runtime/fake-clock.ts';
import type { ApiObject, ListWatch, WatchEvent } from '../runtime/list-watch.ts';
import { RecordingLogger } from '../runtime/recording-logger.ts';
import { type ClusterView, createClusterView } from './cluster-view.ts';

/** A collection of one list, and of the events that a test sends. */
class Collection<T extends ApiObject> implements ListWatch<T> {
  readonly #items: readonly T[];
  readonly #events: WatchEvent<T>[] = [];
  #wake: () => void = () => undefined;

  constructor(items: readonly T[]) {
    this.#items = items;
  }

  send(event: WatchEvent<T>): void {
    this.#events.push(event);
    this.#wake();
  }

  async list(): Promise<{ items: readonly T[]; resourceVersion: string }> {
    return { items: this.#items, resourceVersion: '1' };
  }

  async *watch({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<WatchEvent<T>> {
    while (!signal.aborted) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
    }
  }
}

function node(labels: Readonly<Record<string, string>>, resourceVersion: string): Node {
  return {
    metadata: {
      name: 'node-1',
      uid: 'node-uid',
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion,
      labels,
    },
  };
}

function createWorld(): {
  readonly view: ClusterView;
  readonly clock: FakeClock;
  readonly nodes: Collection<Node & ApiObject>;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
} {
  const nodes = new Collection<Node & ApiObject>([node({ pool: 'a' }, '1')]);
  const clock = new FakeClock();
  const view = createClusterView({
    listWatches: {
      nodeEnis: new Collection([aNodeEni()]),
      attachments: new Collection([aReadyAttachment()]),
      nodes,
    },
    clock,
    random: () => 0.5,
    logger: new RecordingLogger(),
  });
  const stop = new AbortController();
  const start = async (): Promise<void> => {
    for (const informer of view.informers) void informer.start(stop.signal);
    await Promise.all(view.informers.map((informer) => informer.ready()));
  };
  return { view, clock, nodes, start, stop: () => stop.abort() };
}

describe('what the webhooks know of the cluster', () => {
  it('is every NodeENI, node and attachment, no more of each than the rules read', async () => {
    const { view, start, stop } = createWorld();
    await start();

    expect(view.current()).toMatchObject({
      nodeEnis: [{ name: 'tenant-a', isDeleting: false }],
      nodes: [{ name: 'node-1', labels: { pool: 'a' } }],
      attachments: [{ nodeEniName: 'tenant-a', nodeName: 'node-1', eniId: 'eni-0a' }],
    });
    stop();
  });

  it('is nothing before all of it was read, so that nothing passes unjudged', async () => {
    const { view, start, stop } = createWorld();
    expect(() => view.current()).toThrow('the cluster has not been read yet');

    await start();

    expect(view.current().nodes).toHaveLength(1);
    stop();
  });

  it('is prepared anew after a change that rules read, and only then', async () => {
    const { view, clock, nodes, start, stop } = createWorld();
    await start();
    const before = view.current();

    nodes.send({ type: 'modified', object: node({ pool: 'a' }, '2') });
    await clock.advance(0);
    expect(view.current()).toBe(before);

    nodes.send({ type: 'modified', object: node({ pool: 'b' }, '3') });
    await clock.advance(0);
    expect(view.current().nodes).toEqual([{ name: 'node-1', labels: { pool: 'b' } }]);
    stop();
  });
});
