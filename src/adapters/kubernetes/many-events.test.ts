import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../runtime/clock.ts';
import { createController } from '../../runtime/controller.ts';
import { createInformer } from '../../runtime/informer.ts';
import { done } from '../../runtime/outcome.ts';
import { seededRandom } from '../../runtime/random.ts';
import { RecordingLogger } from '../../runtime/recording-logger.ts';
import { WorkQueue } from '../../runtime/work-queue.ts';
import { createApiTransport } from './undici-transport.ts';
import { createListWatch } from './list-watch.ts';
import { createTypedClient } from './typed-client.ts';

const EVENTS = 100_000;
const WARM_UP = 20_000;
const OBJECTS = 1_000;
/** A leak of as little as 100 bytes an event would be 7.6 MiB. */
const MOST_GROWTH_MIB = 4;

let server: Server;
let watch: ServerResponse | undefined;

function node(index: number, version: number): object {
  const metadata = {
    name: `node-${index}`,
    uid: `uid-${index}`,
    resourceVersion: String(version),
    labels: { turn: String(version) },
    annotations: { padding: `${version} `.repeat(50) },
  };
  return { apiVersion: 'v1', kind: 'Node', metadata, spec: {}, status: {} };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url?.includes('watch=true') === true) {
      response.flushHeaders();
      watch = response;
      return;
    }
    const items = Array.from({ length: OBJECTS }, (_, index) => node(index, 1));
    response.end(JSON.stringify({ kind: 'NodeList', metadata: { resourceVersion: '1' }, items }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  await once(server.close(), 'close');
});

function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('there is no gc');
  collect();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

/** Sends events `from` to `to` as fast as the reader takes them. */
async function send(from: number, to: number): Promise<void> {
  for (let version = from; version < to; version += 1) {
    const event = { type: 'MODIFIED', object: node(version % OBJECTS, version) };
    if (watch?.write(`${JSON.stringify(event)}\n`) === false) await once(watch, 'drain');
  }
}

it(`transport, informer, queue and controller hold nothing of ${EVENTS} events that are over`, async () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const [logger, random, clock] = [new RecordingLogger(), seededRandom(1), systemClock];
  const credentials = {
    resolve: async () => ({ server: origin, headers: {}, tls: {} }),
    invalidate: () => undefined,
  };
  const transport = createApiTransport({ credentials, clock, random, userAgent: 'test' });
  const queue = new WorkQueue({ clock, random });
  const informer = createInformer({
    name: 'nodes',
    listWatch: createListWatch(createTypedClient(transport).nodes),
    transform: ({ metadata }) => ({ turn: Number(metadata.labels?.['turn'] ?? 0) }),
    indexers: {},
    clock,
    random,
    logger,
  });
  informer.addHandler(({ key }) => queue.add(key));
  let newest = 0;
  let reconciles = 0;
  const controller = createController({
    name: 'test',
    queue,
    workers: 4,
    reconcile: async (key) => {
      newest = Math.max(newest, informer.cache.get(key)?.turn ?? 0);
      reconciles += 1;
      return done;
    },
    clock,
    logger,
  });
  const stop = new AbortController();
  const running = [informer.start(stop.signal), controller.start(stop.signal)];
  await informer.ready();
  await expect.poll(() => watch).toBeDefined();

  await send(2, WARM_UP);
  await expect.poll(() => newest, { timeout: 30_000 }).toBe(WARM_UP - 1);
  const before = heapMiB();
  await send(WARM_UP, EVENTS + 1);
  await expect.poll(() => newest, { timeout: 60_000 }).toBe(EVENTS);
  const after = heapMiB();

  expect(reconciles).toBeGreaterThan(OBJECTS);
  expect(informer.cache.size).toBe(OBJECTS);
  expect(logger.lines).toEqual([]);
  expect(after - before).toBeLessThan(MOST_GROWTH_MIB);
  stop.abort();
  await Promise.all(running);
  await transport.close();
}, 120_000);
