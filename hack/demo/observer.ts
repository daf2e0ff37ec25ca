import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { DemoWorld } from './demo-world.ts';
import { type CallCount, type Snapshot, toSnapshot } from './snapshot.ts';

/** Looks at the world again and again. */
export interface Observer {
  /** What there is now. */
  readonly look: () => Promise<Snapshot>;
  /**
   * Looks until `isDone`, showing each look.
   * @throws Error with the tail of the operator's log after five minutes; the signal's reason when the world has failed.
   */
  readonly follow: (what: string, isDone: (snapshot: Snapshot) => boolean) => Promise<Snapshot>;
  /** Shows what happens until the world's signal aborts; rejects with its reason. */
  readonly watch: () => Promise<never>;
}

const deadlineMs = 300_000;
const lookEveryMs = 200;
// Nobody waits for the outcome, so the machine is left in peace.
const watchEveryMs = 1_000;
// As src/operator names itself to AWS.
const operatorUserAgent = 'multi-eni-operator/';

/** @param show called with every look of {@link Observer.follow} */
export function createObserver(
  world: DemoWorld,
  nodeEniName: string,
  show: (snapshot: Snapshot) => void,
): Observer {
  const startedAt = performance.now();
  const countCalls = createCallCounter(world);
  const look = async (): Promise<Snapshot> => {
    const { client, signal } = world;
    const [nodes, attachments, nodeEni, ec2Calls] = await Promise.all([
      client.nodes.list({ signal }),
      client.nodeENIAttachments.list({ signal }),
      client.nodeENIs.get(nodeEniName, { signal }),
      countCalls(),
    ]);
    const elapsedMs = performance.now() - startedAt;
    return toSnapshot({
      nodes: nodes.items,
      attachments: attachments.items,
      nodeEni,
      ec2Calls,
      elapsedMs,
    });
  };
  return {
    look,
    follow: async (what, isDone) =>
      waitUntil(
        async () => {
          const snapshot = await look();
          show(snapshot);
          return isDone(snapshot) ? snapshot : undefined;
        },
        { what, deadlineMs, intervalMs: lookEveryMs, signal: world.signal, explain: world.operator.explain },
      ),
    watch: async () => {
      for (;;) {
        show(await look());
        await delay(watchEveryMs, undefined, { signal: world.signal });
      }
    },
  };
}

/** Reads the audit log on from where it stopped, so that a look costs the same however long the demo runs. */
function createCallCounter({ simulator }: DemoWorld): () => Promise<CallCount> {
  let since = 0;
  const count = { mutating: 0, reading: 0 };
  return async () => {
    const page = await simulator.calls(since);
    since = page.lastSequence;
    for (const { action, userAgent } of page.calls) {
      if (!userAgent.includes(operatorUserAgent)) continue;
      count[action.startsWith('Describe') ? 'reading' : 'mutating'] += 1;
    }
    return { ...count };
  };
}
