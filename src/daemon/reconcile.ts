import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { wantedTables } from '../domain/host/link-record.ts';
import { linksOfNode, protectedLinks } from '../domain/host/link-protection.ts';
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

/** The object was changed, or is gone. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && (error.kind === 'conflict' || error.kind === 'absent');
}

function isBeingDeleted({ metadata }: NodeENIAttachment): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** An ENI that is gone from EC2 has no MAC address any more; the link that was claimed has to be released all the same. */
function withKnownMac(attachment: NodeENIAttachment): NodeENIAttachment {
  const { status } = attachment;
  const macAddress = status.macAddress ?? status.host?.macAddress;
  return macAddress === undefined ? attachment : { ...attachment, status: { ...status, macAddress } };
}

/** Tables that belong to attachments which stay. */
function usedTables(attachments: readonly NodeENIAttachment[]): ReadonlySet<number> {
  const staying = attachments.filter((attachment) => !isBeingDeleted(attachment));
  return new Set(
    staying.flatMap((attachment) => {
      const wish = linkWishOf(attachment);
      return wish === undefined ? [] : wantedTables(wish);
    }),
  );
}

async function tend(
  attachment: NodeENIAttachment,
  view: HostView,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const isReleasing = isBeingDeleted(attachment);
  // What was never claimed was never touched, and is not waited for.
  if (isReleasing && !isClaimed(attachment)) return unchanged(attachment);
  const wish = linkWishOf(isReleasing ? withKnownMac(attachment) : attachment);
  if (wish === undefined) return unchanged(attachment);
  const subject = { attachment, wish, view };
  try {
    return await (isReleasing ? releaseLink(subject, deps, signal) : configureLink(subject, deps, signal));
  } catch (error) {
    if (!isConflict(error)) return { attachment, isChanged: false, failure: error };
    return { attachment, isChanged: false, recheckAfterMs: AFTER_CONFLICT_MS };
  }
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
    const steps = planRelease({ record, ...view, bootId: deps.bootId });
    const { hindrance } = await applySteps(steps, deps, signal);
    if (hindrance === undefined) await deps.records.drop(record);
  }
}

/** The failures of one pass, so that what did not fail is not held up by what did. */
function failuresOf(tended: readonly Tended[]): unknown[] {
  return tended.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
}

/**
 * One pass over the whole node: looks at the host, changes what differs from what the attachments want, looks again, and
 * reports. It does not matter what woke it.
 */
export function createReconcile(
  deps: ReconcileDeps,
): (key: string, signal: AbortSignal) => Promise<ReconcileOutcome> {
  async function look(
    signal: AbortSignal,
    nodeAddresses: readonly string[],
    mine: readonly NodeENIAttachment[],
  ): Promise<HostView> {
    const state = await deps.host.read(signal);
    return {
      state,
      isProtected: protectedLinks(state, nodeAddresses),
      nodeAddressOn: linksOfNode(state, nodeAddresses),
      usedTables: usedTables(mine),
    };
  }

  return async (_key, signal) => {
    const all = deps.attachments();
    const known = await deps.node.facts(signal, false);
    const isForeign = ({ spec }: NodeENIAttachment): boolean => spec.instanceID !== known.instanceId;
    const { instanceId, addresses } = all.some((attachment) => isForeign(attachment))
      ? await deps.node.facts(signal, true)
      : known;
    const mine = all.filter(({ spec }) => spec.instanceID === instanceId);
    const failures: unknown[] = [];
    let recheckAfterMs = deps.resyncPeriodMs;
    let left = mine;
    for (let round = 0; round < MAX_ROUNDS && (round === 0 || left.length > 0); round += 1) {
      const view = await look(signal, addresses, mine);
      const tended = await Promise.all(left.map((attachment) => tend(attachment, view, deps, signal)));
      if (round === 0) await tidyUp(all, view, deps, signal);
      failures.push(...failuresOf(tended));
      recheckAfterMs = Math.min(recheckAfterMs, ...tended.map((one) => one.recheckAfterMs ?? Infinity));
      left = tended.filter(({ isChanged }) => isChanged).map(({ attachment }) => attachment);
    }
    if (failures.length > 0) throw failures[0];
    return requeueAfter(recheckAfterMs, 'links change without an event now and then');
  };
}
