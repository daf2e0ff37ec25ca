import { isDeepStrictEqual } from 'node:util';
import { type ClusterIdentity, isOwned } from '../domain/ownership.ts';
import { judgeAll, type JudgedEni, type TakeoverRefusal } from '../domain/takeover.ts';
import { exponentialBackoff } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { delay } from '../runtime/delay.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { takeoverWorld } from './attachment/takeover.ts';
import type { Caches } from './caches.ts';
import type { Ec2Reader, EventSink } from './ports.ts';

/** How many ENIs of the reference are in which state: `TakenOver`, `Pending`, or why they are left alone. */
export type ReferenceCounts = Readonly<Record<string, number>>;

/** What {@link createReferenceSurvey} needs. */
export interface ReferenceSurveyDeps {
  readonly caches: Caches;
  readonly cluster: ClusterIdentity;
  readonly reader: Pick<Ec2Reader, 'listReferenceEnis'>;
  readonly events: EventSink;
  readonly onCounted: (counts: ReferenceCounts) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Time between listings while ENIs wait to be taken over. */
  readonly resyncPeriodMs: number;
  /** False: the survey asks for nothing and tells nothing. */
  readonly isWanted: boolean;
}

/** Time between listings while nothing changes but ENIs of the reference are left: one call an hour. */
const LEFT_PERIOD_MS = 3_600_000;

const WORDS: Readonly<Record<TakeoverRefusal, string>> = {
  NotAttached: 'it is not attached: attach or delete it by hand',
  ForeignInstance: 'no Node of this cluster is the instance that it is attached to',
  PrimaryInterface: 'it is the primary interface of its instance',
  NodeENINotFound: 'the NodeENI that its tags name does not exist: create it, or detach and delete the ENI',
  NodeENIDeleting: 'the NodeENI that its tags name is being deleted: detach and delete the ENI',
  NodeNotSelected:
    'its NodeENI does not select the node: change the label or nodeSelector, or detach and delete it',
  SubnetNotListed: 'its NodeENI does not list its subnet: append the subnet, or detach and delete the ENI',
  SlotTaken: 'another ENI serves its subnet on that node: detach and delete it',
  OwnedByOthers: 'its tags say that it belongs to others, or serves something else',
};

function stateOf({ verdict }: JudgedEni): string {
  return verdict.kind === 'refused' ? verdict.reason : 'Pending';
}

function count(states: readonly string[]): ReferenceCounts {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/**
 * Tells which ENIs of the reference controller are left and why, each once, and changes nothing. It lists them when the
 * leadership begins, every resync while some wait to be taken over, every hour while others are left, and then no more.
 */
export function createReferenceSurvey(deps: ReferenceSurveyDeps): Runnable {
  const { clock, logger, cluster } = deps;
  /** By ENI id, what was told of it. */
  const told = new Map<string, string>();
  let lastCounts: ReferenceCounts = {};

  function tell({ eni, origin, verdict }: JudgedEni): void {
    if (verdict.kind !== 'refused' || told.get(eni.eniId) === verdict.reason) return;
    const { reason } = verdict;
    told.set(eni.eniId, reason);
    const { nodeEniName: name } = origin;
    const instanceId = eni.attachment?.instanceId;
    logger.warn(
      { eniId: eni.eniId, nodeEni: name, instanceId, reason },
      'reference network interface is left alone',
    );
    const nodeEni = deps.caches.nodeEnis.get(name);
    // What names neither a NodeENI nor an instance of ours may well belong to another cluster of the account.
    if (nodeEni === undefined || reason === 'ForeignInstance') return;
    const message = `${eni.eniId} of the earlier controller is not taken over: ${WORDS[reason]}`;
    const { uid } = nodeEni.metadata;
    deps.events.record({ kind: 'NodeENI', name, uid, type: 'Warning', reason: 'ENINotAdopted', message });
  }

  /** Returns when to look again; undefined when nothing is left. */
  async function survey(signal: AbortSignal): Promise<number | undefined> {
    const enis = await deps.reader.listReferenceEnis(signal);
    const judged = judgeAll(enis, takeoverWorld(deps));
    const taken = enis.filter(({ tags }) => isOwned(tags, cluster)).map(() => 'TakenOver');
    const counts = count([...taken, ...judged.map((each) => stateOf(each))]);
    deps.onCounted(counts);
    const listed = new Set(enis.map(({ eniId }) => eniId));
    for (const eniId of told.keys()) if (!listed.has(eniId)) told.delete(eniId);
    for (const each of judged) tell(each);
    if (!isDeepStrictEqual(counts, lastCounts)) {
      logger.info({ counts }, 'network interfaces of the reference controller');
      lastCounts = counts;
    }
    if (judged.some(({ verdict }) => verdict.kind !== 'refused')) return deps.resyncPeriodMs;
    return judged.length > 0 ? Math.max(LEFT_PERIOD_MS, deps.resyncPeriodMs) : undefined;
  }

  async function watch(signal: AbortSignal): Promise<void> {
    let backoff = exponentialBackoff({ baseMs: 1_000, maxMs: 300_000 });
    while (!signal.aborted) {
      let againMs: number | undefined;
      try {
        againMs = await survey(signal);
        if (againMs === undefined) return;
        backoff = exponentialBackoff({ baseMs: 1_000, maxMs: 300_000 });
      } catch (error) {
        if (signal.aborted) return;
        backoff = backoff.next(deps.random);
        againMs = backoff.delayMs;
        logger.warn({ err: error, retryInMs: againMs }, 'cannot list the ENIs of the reference controller');
      }
      await delay(clock, againMs, signal);
    }
  }

  return {
    name: 'reference-survey',
    async start(signal) {
      if (deps.isWanted) await watch(signal);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
      });
    },
  };
}
