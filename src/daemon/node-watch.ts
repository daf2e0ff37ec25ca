import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { HostReports, NodeFacts } from './ports.ts';

/** What is known of the daemon's own Node. */
export interface NodeWatch {
  /**
   * The facts, read anew when they are old, or when `isDoubtful` and they are not fresh. Links are looked after while the
   * API server is away, too: what was known goes on to count. @throws errors of the first read
   */
  facts(signal: AbortSignal, isDoubtful: boolean): Promise<NodeFacts>;
}

/** What {@link createNodeWatch} needs. */
export interface NodeWatchDeps {
  readonly reports: Pick<HostReports, 'readNode'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MAX_AGE_MS = 300_000;
/** An attachment for another instance makes the Node doubtful: it may have been replaced under the same name. */
const MIN_AGE_MS = 10_000;

/** Reads the Node a few times an hour: no watch, no right to list. */
export function createNodeWatch({ reports, clock, logger }: NodeWatchDeps): NodeWatch {
  let known: { readonly facts: NodeFacts; readonly readAtMs: number } | undefined;
  let triedAtMs = Number.NEGATIVE_INFINITY;

  async function read(signal: AbortSignal): Promise<NodeFacts> {
    const nowMs = clock.monotonicMs();
    triedAtMs = nowMs;
    const facts = await reports.readNode(signal);
    known = { facts, readAtMs: nowMs };
    return facts;
  }

  async function readAgain(signal: AbortSignal, before: NodeFacts): Promise<NodeFacts> {
    try {
      return await read(signal);
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'node cannot be read, going on with what is known');
      return before;
    }
  }

  return {
    async facts(signal, isDoubtful) {
      if (known === undefined) return read(signal);
      const { facts, readAtMs } = known;
      const isUncertain = isDoubtful || facts.instanceId === undefined;
      const nowMs = clock.monotonicMs();
      if (nowMs - triedAtMs < MIN_AGE_MS || (!isUncertain && nowMs - readAtMs < MAX_AGE_MS)) return facts;
      const reading = readAgain(signal, facts);
      // A repair does not wait for an API server that may not answer.
      return isUncertain ? reading : facts;
    },
  };
}
