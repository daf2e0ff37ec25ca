import type { Clock } from '../runtime/clock.ts';
import type { HostReports, NodeFacts } from './ports.ts';

/** What is known of the daemon's own Node. */
export interface NodeWatch {
  /** The facts, read anew when they are old, or when `isDoubtful` and they are not fresh. @throws errors of the first read */
  facts(signal: AbortSignal, isDoubtful: boolean): Promise<NodeFacts>;
}

/** What {@link createNodeWatch} needs. */
export interface NodeWatchDeps {
  readonly reports: Pick<HostReports, 'readNode'>;
  readonly clock: Clock;
}

const MAX_AGE_MS = 300_000;
/** An attachment for another instance makes the Node doubtful: it may have been replaced under the same name. */
const MIN_AGE_MS = 10_000;

/** Reads the Node a few times an hour: no watch, no right to list. */
export function createNodeWatch({ reports, clock }: NodeWatchDeps): NodeWatch {
  let known: { readonly facts: NodeFacts; readonly readAtMs: number } | undefined;
  return {
    async facts(signal, isDoubtful) {
      const nowMs = clock.monotonicMs();
      const maxAgeMs = isDoubtful || known?.facts.instanceId === undefined ? MIN_AGE_MS : MAX_AGE_MS;
      if (known !== undefined && nowMs - known.readAtMs < maxAgeMs) return known.facts;
      const facts = await reports.readNode(signal);
      known = { facts, readAtMs: nowMs };
      return facts;
    },
  };
}
