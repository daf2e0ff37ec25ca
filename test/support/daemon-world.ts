import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { HostState } from '../../src/domain/host/host-state.ts';
import type { HostStep } from '../../src/domain/host/host-step.ts';
import type { LinkRecord } from '../../src/domain/host/link-record.ts';
import { createNodeWatch } from '../../src/daemon/node-watch.ts';
import type { LinkRecords, NodeFacts } from '../../src/daemon/ports.ts';
import { createReconcile } from '../../src/daemon/reconcile.ts';
import { createRecordBook } from '../../src/daemon/record-book.ts';
import { FakeClock } from '../../src/runtime/fake-clock.ts';
import type { ReconcileOutcome } from '../../src/runtime/outcome.ts';
import { RecordingLogger } from '../../src/runtime/recording-logger.ts';
import { applyHostStep } from './model-host.ts';

/** The process ended here. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** An error as the adapters throw it. */
export class KindError extends Error {
  override readonly name = 'KindError';
  readonly kind: string;

  constructor(kind: string) {
    super(`failure of kind ${kind}`);
    this.kind = kind;
  }
}

/** A host, an API server and a disk, which outlive the daemon that works on them. */
export interface DaemonWorld {
  host: HostState;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly records: Map<string, LinkRecord>;
  readonly attachments: Map<string, NodeENIAttachment>;
  readonly steps: HostStep[];
  readonly writes: string[];
  node: NodeFacts | Error;
  /** Pods that have a device, by its PCI address; an error where the kubelet does not answer. */
  devices: Readonly<Record<string, readonly string[]>> | Error;
  /** Boundaries left before the process is killed. */
  untilKilled: number;
  /** Fails a step, a write or a save; asked before each, with what it is about. */
  failureOf: (boundary: string) => Error | undefined;
  /** Merges into what the operator wrote. */
  change(name: string, change: (attachment: NodeENIAttachment) => NodeENIAttachment): void;
  /** Starts a daemon and runs one pass; another pass of the same daemon with `again`. */
  pass(): Promise<ReconcileOutcome>;
  restart(): void;
}

const BOOT = 'boot-1';

function merged(stored: NodeENIAttachment, status: NodeENIAttachment['status']): NodeENIAttachment {
  const own = new Set(['HostClaimed', 'HostConfigured', 'Released']);
  const others = (stored.status.conditions ?? []).filter(({ type }) => !own.has(type));
  return {
    ...stored,
    metadata: { ...stored.metadata, resourceVersion: String(Number(stored.metadata.resourceVersion) + 1) },
    status: {
      ...stored.status,
      ...(status.host === undefined ? {} : { host: status.host }),
      conditions: [...others, ...(status.conditions ?? [])],
    },
  };
}

/** Makes a world with that host and those attachments. */
export function createDaemonWorld(host: HostState, attachments: readonly NodeENIAttachment[]): DaemonWorld {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  let reconcile: ReturnType<typeof createReconcile> | undefined;

  function boundary(what: string): void {
    if (world.untilKilled <= 0) throw new Killed();
    world.untilKilled -= 1;
    const failure = world.failureOf(what);
    if (failure !== undefined) throw failure;
  }

  const disk: LinkRecords = {
    load: () => Promise.resolve([...world.records.values()]),
    async save(record) {
      boundary(`save ${record.attachmentName}`);
      await Promise.resolve();
      world.records.set(record.attachmentUid, record);
    },
    async remove(uid) {
      boundary(`remove ${uid}`);
      await Promise.resolve();
      world.records.delete(uid);
    },
  };

  const reports = {
    readNode: (): Promise<NodeFacts> =>
      world.node instanceof Error ? Promise.reject(world.node) : Promise.resolve(world.node),
    async write(
      { metadata: { name, resourceVersion } }: NodeENIAttachment,
      status: NodeENIAttachment['status'],
    ): Promise<NodeENIAttachment> {
      boundary(`write ${name}`);
      await Promise.resolve();
      const stored = world.attachments.get(name);
      if (stored === undefined) throw new KindError('absent');
      if (stored.metadata.resourceVersion !== resourceVersion) throw new KindError('conflict');
      const next = merged(stored, status);
      world.attachments.set(name, next);
      world.writes.push(name);
      return next;
    },
  };

  async function start(): Promise<ReturnType<typeof createReconcile>> {
    const records = createRecordBook(disk);
    await records.open();
    return createReconcile({
      nodeName: 'node-1',
      bootId: BOOT,
      rules: { areVirtualLinksAllowed: false },
      clock,
      logger,
      records,
      reports,
      host: {
        read: () => Promise.resolve(world.host),
        async apply(step) {
          boundary(`step ${step.kind}`);
          await Promise.resolve();
          world.host = applyHostStep(world.host, step);
          world.steps.push(step);
        },
      },
      devices: {
        podsWith: (pciAddress) =>
          world.devices instanceof Error
            ? Promise.reject(world.devices)
            : Promise.resolve(world.devices[pciAddress] ?? []),
      },
      node: createNodeWatch({ reports, clock, logger }),
      attachments: () => [...world.attachments.values()],
      resyncPeriodMs: 30_000,
    });
  }

  const world: DaemonWorld = {
    host,
    clock,
    logger,
    records: new Map(),
    attachments: new Map(attachments.map((attachment) => [attachment.metadata.name, attachment])),
    steps: [],
    writes: [],
    node: { instanceId: 'i-1', addresses: ['10.0.1.10'] },
    devices: {},
    untilKilled: Infinity,
    failureOf: () => undefined,
    change(name, change) {
      const stored = world.attachments.get(name);
      if (stored === undefined) throw new Error(`no attachment ${name}`);
      const { metadata, ...rest } = change(stored);
      const resourceVersion = String(Number(stored.metadata.resourceVersion) + 1);
      world.attachments.set(name, { ...rest, metadata: { ...metadata, resourceVersion } });
    },
    async pass() {
      reconcile ??= await start();
      return reconcile('node', new AbortController().signal);
    },
    restart() {
      reconcile = undefined;
      world.untilKilled = Infinity;
    },
  };
  return world;
}
