import type { TypedClient } from '../../src/adapters/kubernetes/typed-client.ts';
import { delay } from '../../src/runtime/delay.ts';
import { systemClock } from '../../src/runtime/clock.ts';

/** Who held a Lease, from when on. */
export interface LeaderTerm {
  /** Empty: nobody. */
  readonly holder: string;
  /** Wall clock, just after the Lease was seen to say so. */
  readonly sinceMs: number;
}

/** Watches a Lease by reading it all the time. */
export interface LeaderHistory {
  readonly terms: readonly LeaderTerm[];
  readonly current: () => string;
  stop(): Promise<void>;
}

const READ_EVERY_MS = 10;

/** Starts to follow the Lease `namespace/name`. */
export function followLeaders(client: TypedClient, namespace: string, name: string): LeaderHistory {
  const stopping = new AbortController();
  const terms: LeaderTerm[] = [];
  const leases = client.leases(namespace);
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const lease = await leases.get(name);
      const holder = lease?.spec?.holderIdentity ?? '';
      if (terms.at(-1)?.holder !== holder) terms.push({ holder, sinceMs: systemClock.now() });
      await delay(systemClock, READ_EVERY_MS, stopping.signal);
    }
  };
  const ended = follow();
  return {
    terms,
    current: () => terms.at(-1)?.holder ?? '',
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
