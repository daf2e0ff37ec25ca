import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { PodEvictions } from '../pod-eviction-port.ts';
import type { EventSink, NodePod } from '../ports.ts';

/** Pods that keep the ENI of a NodeENI on a node. */
export interface Blockers {
  readonly nodeName: string;
  readonly nodeENI: { readonly name: string; readonly uid: string };
  readonly pods: readonly NodePod[];
}

/** What {@link createEvictBlockers} needs. */
export interface EvictBlockersDeps {
  readonly evictions: PodEvictions;
  readonly events: Pick<EventSink, 'record'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  /** Nodes whose pods are evicted at a time; at least 1. */
  readonly maxUnavailable: number;
}

/** Evicts what blocks a release, as far as budgets and the other nodes allow now; to be called again while it blocks. */
export type EvictBlockers = (blockers: Blockers, signal: AbortSignal) => Promise<void>;

/** A node whose release is not asked for within so long has its turn behind it; a blocked one is looked at every 10 s. */
const TURN_ENDS_AFTER_MS = 30_000;
/** An evicted pod takes its grace period to end. */
const AGAIN_AFTER_MS = 60_000;

/** Remembers whose turn it is; a restart begins with none, and goes on with the nodes that ask first. */
export function createEvictBlockers(deps: EvictBlockersDeps): EvictBlockers {
  const { clock, logger, evictions, events } = deps;
  /** When the release of a node whose turn it is was asked for last. */
  const turns = new Map<string, number>();
  const evictedAtMs = new Map<string, number>();

  function hasTurn(nodeName: string, nowMs: number): boolean {
    for (const [name, atMs] of turns) if (nowMs - atMs > TURN_ENDS_AFTER_MS) turns.delete(name);
    if (!turns.has(nodeName) && turns.size >= deps.maxUnavailable) return false;
    turns.set(nodeName, nowMs);
    return true;
  }

  async function evict(pod: NodePod, { nodeName, nodeENI }: Blockers, signal: AbortSignal): Promise<void> {
    const name = `${pod.namespace}/${pod.name}`;
    try {
      const answer = await evictions.evict(pod, signal);
      if (answer.kind === 'held') {
        logger.info({ pod: name, node: nodeName, answer: answer.message }, 'pod cannot be evicted now');
        return;
      }
      evictedAtMs.set(pod.uid, clock.monotonicMs());
      if (answer.kind === 'gone') return;
      const message = `${name} is evicted from ${nodeName}, so that its ENI can be detached`;
      events.record({ kind: 'NodeENI', ...nodeENI, type: 'Normal', reason: 'PodEvicted', message });
    } catch (error) {
      if (signal.aborted) throw error;
      // The release stays blocked, and says so; the next look tries again.
      logger.warn({ pod: name, node: nodeName, err: error }, 'pod cannot be evicted');
    }
  }

  return async (blockers, signal) => {
    const nowMs = clock.monotonicMs();
    for (const [uid, atMs] of evictedAtMs) if (nowMs - atMs >= AGAIN_AFTER_MS) evictedAtMs.delete(uid);
    // A DaemonSet would make its pod anew on the same node, for ever.
    const pods = blockers.pods.filter((pod) => !pod.isOfDaemonSet);
    if (pods.length === 0 || !hasTurn(blockers.nodeName, nowMs)) return;
    for (const pod of pods) if (!evictedAtMs.has(pod.uid)) await evict(pod, blockers, signal);
  };
}
