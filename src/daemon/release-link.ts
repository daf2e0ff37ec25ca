import { RELEASE_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { findLink } from '../domain/host/find-link.ts';
import type { ReleaseProgress } from '../domain/host/host-report.ts';
import { wantedTables } from '../domain/host/link-record.ts';
import { planRelease, planTableRemoval } from '../domain/host/release-plan.ts';
import { applySteps } from './apply-steps.ts';
import type { LinkDeps, LinkSubject, Tended } from './link-deps.ts';
import { isReleased, report } from './report.ts';

/** The operator names the pods that use the link, and says when there is none; a person may order not to wait for that. */
function isFree({ metadata, status }: NodeENIAttachment): boolean {
  if (metadata.annotations?.[RELEASE_ANNOTATIONS.forceDetach] === 'true') return true;
  const blocked = (status.conditions ?? []).find(({ type }) => type === 'Blocked');
  return blocked?.status === 'False';
}

/** Gives the host of a claimed attachment back, as far as one round gets, and says so once that is done. */
export async function releaseLink(
  subject: LinkSubject,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const { attachment, wish, view } = subject;
  const record = deps.records.ofMac(wish.macAddress);
  if (isReleased(attachment)) {
    if (record !== undefined) await deps.records.drop(record);
    return { attachment, isChanged: false };
  }
  const tell = async (release: ReleaseProgress): Promise<Tended> => ({
    attachment: await report(subject, { release }, deps, signal),
    isChanged: false,
  });
  if (!isFree(attachment)) return tell({ kind: 'waiting' });
  const search = findLink(wish.macAddress, view.state, deps.rules, record);
  if (search.kind === 'in-pod') {
    return tell({ kind: 'in-use', users: [`a pod that holds the link of ${search.pciAddress}`] });
  }
  // Without a record the link keeps what it has until it goes; tables and rules of the daemon's own would stay for ever.
  const steps =
    record === undefined
      ? planTableRemoval(wantedTables(wish), view.state, view.usedTables)
      : planRelease({ record, ...view, bootId: deps.bootId });
  const { isChanged, hindrance } = await applySteps(steps, deps, signal);
  if (hindrance !== undefined) return tell({ kind: 'failed', message: hindrance.message });
  if (isChanged) return { attachment, isChanged: true };
  const told = await tell({ kind: 'released' });
  if (record !== undefined) await deps.records.drop(record);
  return told;
}
