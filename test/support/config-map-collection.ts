import type { ApiTransport } from '../../src/adapters/kubernetes/api-transport.ts';
import { createListWatch } from '../../src/adapters/kubernetes/list-watch.ts';
import { createResourceClient, type ResourceClient } from '../../src/adapters/kubernetes/resource-client.ts';
import { isStoredAs } from '../../src/adapters/kubernetes/stored-object.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createInformer, type Informer, type InformerEvent } from '../../src/runtime/informer.ts';
import type { ApiObject } from '../../src/runtime/list-watch.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import type { WatchEnd } from '../../src/runtime/reflector.ts';
import { waitUntil } from '../../hack/control-plane/wait-until.ts';

/** ConfigMaps of one namespace, made and removed directly. */
export interface ConfigMapCollection {
  readonly namespace: string;
  create(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

const isConfigMap = (value: unknown): value is ApiObject => isStoredAs('ConfigMap', value);

function configMapsOf(transport: ApiTransport, namespace: string): ResourceClient<ApiObject, object> {
  const address = {
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    scope: 'Namespaced',
    namespace,
  } as const;
  return createResourceClient<ApiObject, object>(transport, address, isConfigMap);
}

/** Makes the namespace and returns what changes it. */
export async function createCollection(
  transport: ApiTransport,
  namespace: string,
): Promise<ConfigMapCollection> {
  await transport.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: namespace } },
  });
  const configMaps = configMapsOf(transport, namespace);
  return {
    namespace,
    async create(name) {
      await configMaps.create({ metadata: { name } });
    },
    async remove(name) {
      if (!(await configMaps.delete(name))) throw new Error(`no ConfigMap ${namespace}/${name} to remove`);
    },
  };
}

/** An informer on ConfigMaps that runs, with all it saw. */
export interface RunningInformer {
  readonly informer: Informer<string>;
  /** `type name`, in order. */
  readonly seen: string[];
  readonly ends: WatchEnd[];
  readonly lists: number[];
  /** Waits until `condition` holds; 30 s at most. */
  readonly until: (what: string, condition: () => boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** How the informer differs from the product's. */
export interface RunningInformerOptions {
  readonly transport: ApiTransport;
  readonly namespace: string;
  readonly idleTimeoutMs?: number;
  readonly pageSize?: number;
}

/** Starts an informer with short waits. It keeps the uid of each object. */
export async function runInformer(options: RunningInformerOptions): Promise<RunningInformer> {
  const { transport, namespace, ...rest } = options;
  const seen: string[] = [];
  const ends: WatchEnd[] = [];
  const lists: number[] = [];
  const informer = createInformer<ApiObject, string>({
    name: 'configmaps',
    listWatch: createListWatch(configMapsOf(transport, namespace)),
    transform: ({ metadata }) => metadata.uid,
    indexers: {},
    clock: systemClock,
    random: () => Math.random(),
    logger: new RecordingLogger(),
    metrics: {
      listed: (count) => void lists.push(count),
      ended: (end) => void ends.push(end),
      handlerFailed: () => undefined,
      transformFailed: () => undefined,
    },
    minBackoffMs: 50,
    maxBackoffMs: 500,
    ...rest,
  });
  informer.addHandler(({ type, key }: InformerEvent<string>) => seen.push(`${type} ${key.split('/')[1]}`));
  const abort = new AbortController();
  const running = informer.start(abort.signal);
  await informer.ready();
  return {
    informer,
    seen,
    ends,
    lists,
    until: async (what, condition) => {
      await waitUntil(async () => (condition() ? true : undefined), { what, deadlineMs: 30_000 });
    },
    async stop() {
      abort.abort();
      await running;
    },
  };
}
