import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { protectedLinks } from '../domain/host/link-protection.ts';
import { linkWishOf } from '../domain/host/link-wish-of.ts';
import { planRelease } from '../domain/host/release-plan.ts';
import { type ReconcileOutcome, requeueAfter } from '../runtime/outcome.ts';
import { applySteps } from './apply-steps.ts';
import { configureLink } from './configure-link.ts';
import type { HostView, LinkDeps, Tended } from './link-deps.ts';
import type { NodeWatch } from './node-watch.ts';
import { releaseLink } from './release-link.ts';
import { isClaimed } from './report.ts';

/** What {@link createReconcile} needs. */
export interface ReconcileDeps extends LinkDeps {
  readonly node: NodeWatch;
  /** The attachments of this node, from a cache that holds all of them. */
  readonly attachments: () => readonly NodeENIAttachment[];
  /** How often the host is looked at even if no event comes. */
  readonly resyncPeriodMs: number;
}

/** More than any change needs; what is left then comes with the next event. */
const MAX_ROUNDS = 4;

function unchanged(attachment: NodeENIAttachment): Tended {
  return { attachment, isChanged: false };
}

/** The operator writes the same object: what was read of it is old, the new one is on its way to the cache. */
const AFTER_CONFLICT_MS = 200;

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'conflict';
}

async function tend(
  attachment: NodeENIAttachment,
  view: HostView,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const wish = linkWishOf(attachment);
  if (wish === undefined) return unchanged(attachment);
  const isReleasing = attachment.metadata.deletionTimestamp !== undefined;
  // What was never claimed was never touched, and is not waited for.
  if (isReleasing && !isClaimed(attachment)) return unchanged(attachment);
  const subject = { attachment, wish, view };
  try {
    return await (isReleasing ? releaseLink(subject, deps, signal) : configureLink(subject, deps, signal));
  } catch (error) {
    if (!isConflict(error)) throw error;
    return { attachment, isChanged: false, recheckAfterMs: AFTER_CONFLICT_MS };
  }
}

/** All of them, even if one fails; then the first failure. */
async function tendAll(
  attachments: readonly NodeENIAttachment[],
  view: HostView,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended[]> {
  const results = await Promise.allSettled(
    attachments.map((attachment) => tend(attachment, view, deps, signal)),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Tables and rules of links that are gone with their attachments; an abandoned link that is there stays as it is. */
async function tidyUp(
  attachments: readonly NodeENIAttachment[],
  view: HostView,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<void> {
  const uids = new Set(attachments.map(({ metadata }) => metadata.uid));
  const macs = new Set(attachments.map(({ status }) => status.macAddress?.toLowerCase()));
  for (const record of deps.records.all()) {
    const isWanted = uids.has(record.attachmentUid) || macs.has(record.macAddress);
    const isThere = view.state.links.some(({ index }) => index === record.linkIndex);
    if (isWanted || isThere) continue;
    const { hindrance } = await applySteps(
      planRelease({ record, ...view, bootId: deps.bootId }),
      deps,
      signal,
    );
    if (hindrance === undefined) await deps.records.drop(record);
  }
}

/**
 * One pass over the whole node: looks at the host, changes what differs from what the attachments want, looks again, and
 * reports. It does not matter what woke it.
 */
export function createReconcile(
  deps: ReconcileDeps,
): (key: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  async function look(signal: AbortSignal, nodeAddresses: readonly string[]): Promise<HostView> {
    const state = await deps.host.read(signal);
    return { state, isProtected: protectedLinks(state, nodeAddresses) };
  }

  return async (_key, signal) => {
    const all = deps.attachments();
    const known = await deps.node.facts(signal, false);
    const isForeign = ({ spec }: NodeENIAttachment): boolean => spec.instanceID !== known.instanceId;
    const { instanceId, addresses } = all.some((attachment) => isForeign(attachment))
      ? await deps.node.facts(signal, true)
      : known;
    let mine = all.filter(({ spec }) => spec.instanceID === instanceId);
    let recheckAfterMs = deps.resyncPeriodMs;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const view = await look(signal, addresses);
      if (round === 0) await tidyUp(all, view, deps, signal);
      const tended = await tendAll(mine, view, deps, signal);
      mine = tended.map(({ attachment }) => attachment);
      recheckAfterMs = Math.min(deps.resyncPeriodMs, ...tended.map((one) => one.recheckAfterMs ?? Infinity));
      if (!tended.some(({ isChanged }) => isChanged)) break;
    }
    return requeueAfter(recheckAfterMs, 'links change without an event now and then');
  };
}
