import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { createController } from '../runtime/controller.ts';
import { createInformer } from '../runtime/informer.ts';
import type { ApiObject, ListWatch } from '../runtime/list-watch.ts';
import { Manager } from '../runtime/manager.ts';
import type { Random } from '../runtime/random.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { watchCheck } from '../runtime/watch-check.ts';
import { WorkQueue } from '../runtime/work-queue.ts';
import type { DaemonMetrics } from './daemon-metrics.ts';
import { createNodeWatch } from './node-watch.ts';
import type { Host, HostReports } from './ports.ts';
import { createReconcile, type ReconcileDeps } from './reconcile.ts';
import type { RecordBook } from './record-book.ts';

/** What {@link createDaemon} needs. */
export interface DaemonDeps extends Pick<
  ReconcileDeps,
  'nodeName' | 'bootId' | 'rules' | 'devices' | 'clock' | 'logger' | 'resyncPeriodMs'
> {
  readonly host: Host;
  readonly reports: HostReports;
  readonly records: RecordBook;
  /** Of the attachments of this node only. */
  readonly attachments: ListWatch<NodeENIAttachment & ApiObject>;
  readonly metrics: DaemonMetrics;
  readonly random: Random;
}

/** There is one thing to look after: this node. */
const NODE = 'node';
/** A burst of events, as an attach makes, is looked at once it is over; far below a second. */
const SETTLE_MS = 20;
/** The API server may be away for long; a link must not wait long for it afterwards. */
const MAX_BACKOFF_MS = 15_000;

function countLinks(attachments: readonly NodeENIAttachment[]): { configured: number; other: number } {
  const configured = attachments.filter(({ status }) =>
    (status.conditions ?? []).some(({ type, status }) => type === 'HostConfigured' && status === 'True'),
  ).length;
  return { configured, other: attachments.length - configured };
}

/** Wires the daemon of one node; it does nothing before it runs. */
export function createDaemon(deps: DaemonDeps): Manager {
  const { clock, random, logger, metrics, host } = deps;
  const queue = new WorkQueue({ clock, random, maxDelayMs: MAX_BACKOFF_MS });
  const attachments = createInformer({
    name: 'nodeeniattachments',
    listWatch: deps.attachments,
    transform: (attachment: NodeENIAttachment & ApiObject): NodeENIAttachment => attachment,
    indexers: {},
    clock,
    random,
    logger,
  });
  attachments.addHandler(() => queue.addAfter(NODE, SETTLE_MS));

  const reconcile = createReconcile({
    ...deps,
    node: createNodeWatch(deps),
    attachments: () => attachments.cache.list(),
    onStep: (kind, isOk) => metrics.step(kind, isOk),
  });
  const controller = createController({
    name: 'links',
    queue,
    workers: 1,
    clock,
    logger,
    async reconcile(key, signal) {
      const startedAtMs = clock.monotonicMs();
      let isOk = false;
      try {
        const outcome = await reconcile(key, signal);
        isOk = true;
        return outcome;
      } finally {
        metrics.passed(clock.monotonicMs() - startedAtMs, isOk);
        metrics.links(countLinks(attachments.cache.list()));
      }
    },
  });
  const monitor: Runnable = {
    name: 'link monitor',
    start(signal) {
      host.watch(() => queue.addAfter(NODE, SETTLE_MS), signal);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  };
  const manager = new Manager({
    clock,
    logger,
    informers: [attachments],
    controllers: [controller, monitor],
  });
  // The operator waits for daemons that are ready, however long they take.
  manager.addReadyCheck('watch', watchCheck(attachments));
  return manager;
}
