import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { type ClaimHolder, judgeHolder } from '../../domain/index-claims.ts';
import type { Clock } from '../../runtime/clock.ts';
import { done, type ReconcileOutcome, requeueAfter } from '../../runtime/outcome.ts';
import { CachedDirectory } from '../engine/cached-directory.ts';
import type { AttachmentWriter } from '../ports.ts';
import { isEngaged, toHolder } from './claims-of-attachment.ts';

/** What {@link createClaimGuard} needs. */
export interface ClaimGuardDeps {
  readonly writer: Pick<AttachmentWriter, 'list' | 'retract'>;
  readonly clock: Clock;
}

/** Stands between an attachment and the first change of EC2 for it. */
export interface ClaimGuard {
  /**
   * Undefined once the attachment alone holds its keys; otherwise how its reconcile has to end. The caller goes on only with
   * writes that its resourceVersion guards.
   */
  settle(attachment: NodeENIAttachment, signal: AbortSignal): Promise<ReconcileOutcome | undefined>;
}

const EVERYTHING = 'attachments';
/** Attachments that are made together are looked up together. */
const BATCH_MS = 50;
const AGAIN_MS = 1_000;
/** Lists of thousands of attachments cost the API server and us a second each: a fifth of the time is theirs at most. */
const PAUSE_PER_LIST = 4;
/** A pause shorter than that is not worth a requeue. */
const SHORTEST_PAUSE_MS = 200;
/** However slow the API server is, an attachment waits no longer than that for its turn. */
const LONGEST_PAUSE_MS = 20_000;

/**
 * Lets an attachment go on once a quorum list shows no other one of its keys. Whoever is written after that list finds this one
 * in its own list, and either gives way or retracts it at the version that was listed; the frozen attempt is bound to a
 * version, too, so of the two writes one fails. Hence two attachments of one key are never both engaged, whoever wrote them and
 * however late caches are. One list speaks for every attachment that it shows, for good.
 */
export function createClaimGuard({ writer, clock }: ClaimGuardDeps): ClaimGuard {
  let confirmed: ReadonlySet<string> = new Set();
  let noListBeforeMs = 0;

  async function list(signal: AbortSignal): Promise<ClaimHolder[]> {
    const begunAtMs = clock.monotonicMs();
    try {
      return (await writer.list(signal)).map((attachment) => toHolder(attachment));
    } finally {
      const endedAtMs = clock.monotonicMs();
      const pauseMs = Math.min((endedAtMs - begunAtMs) * PAUSE_PER_LIST, LONGEST_PAUSE_MS);
      noListBeforeMs = pauseMs < SHORTEST_PAUSE_MS ? 0 : endedAtMs + pauseMs;
    }
  }

  const views = new CachedDirectory<readonly ClaimHolder[]>({
    clock,
    batchMs: BATCH_MS,
    read: async (_, signal) => {
      const view = await list(signal);
      confirmed = solesOf(view);
      return new Map([[EVERYTHING, view]]);
    },
  });

  async function readView(signal: AbortSignal): Promise<readonly ClaimHolder[]> {
    const found = await views.load([EVERYTHING], { maxAgeMs: 0, maxAbsentAgeMs: 0 }, signal);
    return found.get(EVERYTHING) ?? [];
  }

  async function settleBy(
    view: readonly ClaimHolder[],
    uid: string,
    signal: AbortSignal,
  ): Promise<ReconcileOutcome | undefined> {
    const self = view.find((holder) => holder.uid === uid);
    // The list may have begun before it was written.
    if (self === undefined) return requeueAfter(AGAIN_MS, 'a list of attachments that shows this one');
    // Its own event comes.
    if (self.isReleasing) return done;
    const verdict = judgeHolder(self, view);
    switch (verdict.kind) {
      case 'sole':
        return undefined;
      case 'beaten':
        await writer.retract(self, signal);
        return done;
      case 'first':
        for (const rival of verdict.rivals) await writer.retract(rival, signal);
        return requeueAfter(AGAIN_MS, 'a list of attachments without rivals');
    }
  }

  return {
    async settle(attachment, signal) {
      const { uid, deletionTimestamp } = attachment.metadata;
      if (deletionTimestamp !== undefined || isEngaged(attachment) || confirmed.has(uid)) return undefined;
      const pauseMs = noListBeforeMs - clock.monotonicMs();
      if (pauseMs > 0) return requeueAfter(Math.ceil(pauseMs), 'the next list of attachments');
      return settleBy(await readView(signal), uid, signal);
    },
  };
}

function solesOf(view: readonly ClaimHolder[]): Set<string> {
  const waiting = view.filter((holder) => !holder.isEngaged && !holder.isReleasing);
  if (waiting.length === 0) return new Set();
  const users = new Map<string, number>();
  for (const { keys, isReleasing } of view) {
    if (isReleasing) continue;
    for (const key of keys) users.set(key, (users.get(key) ?? 0) + 1);
  }
  return new Set(
    waiting.filter(({ keys }) => keys.every((key) => users.get(key) === 1)).map(({ uid }) => uid),
  );
}
