import type { Clock } from '../../runtime/clock.ts';
import type { Caches } from '../caches.ts';
import type { ActionPermits } from '../engine/action-permits.ts';

/** An attachment that has begun nothing for so long is held up by something else. */
const NEW_FOR_MS = 60_000;

/** What {@link soonNeededInstances} looks at. */
export interface SoonNeededDeps {
  readonly caches: Pick<Caches, 'attachments'>;
  readonly permits: Pick<ActionPermits, 'waitingGroups'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Names instances that will be asked for soon: those of attachments that have yet to begin, then those that wait for a
 * token. Attachments are made one after the other, so the first of them would otherwise have their instances read one by one.
 */
export function soonNeededInstances({ caches, permits, clock }: SoonNeededDeps): () => Generator<string> {
  return function* soonNeeded() {
    for (const { metadata, spec } of caches.attachments.list()) {
      if (spec.attempt !== undefined || metadata.deletionTimestamp !== undefined) continue;
      if (clock.now() - Date.parse(metadata.creationTimestamp) < NEW_FOR_MS) yield spec.instanceID;
    }
    yield* permits.waitingGroups();
  };
}
