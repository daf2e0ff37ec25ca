import { RELEASE_ANNOTATIONS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { findLink } from '../domain/host/find-link.ts';
import type { ReleaseProgress } from '../domain/host/host-report.ts';
import type { HostStep } from '../domain/host/host-step.ts';
import { type LinkRecord, wantedTables } from '../domain/host/link-record.ts';
import { planRelease, planTableRemoval } from '../domain/host/release-plan.ts';
import { applySteps } from './apply-steps.ts';
import type { HostLink } from '../domain/host/host-state.ts';
import type { HostView, LinkDeps, LinkSubject, Tended } from './link-deps.ts';
import { isReleased, report } from './report.ts';

/** A person ordered not to wait for pods. */
function isForced({ metadata }: NodeENIAttachment): boolean {
  return metadata.annotations?.[RELEASE_ANNOTATIONS.forceDetach] === 'true';
}

/** The operator names the pods that use the link, and says when there is none. */
function isFree(attachment: NodeENIAttachment): boolean {
  if (isForced(attachment)) return true;
  const blocked = (attachment.status.conditions ?? []).find(({ type }) => type === 'Blocked');
  return blocked?.status === 'False';
}

/** The kubelet's record changes without an event here. */
const DEVICE_RECHECK_MS = 5_000;

/** Why the device of a link cannot be let go, by the kubelet's record: a pod may have it without any network of Multus. */
async function deviceHold(
  pciAddress: string | undefined,
  { devices, logger }: LinkDeps,
  signal: AbortSignal,
): Promise<ReleaseProgress | undefined> {
  if (pciAddress === undefined) return undefined;
  try {
    const users = await devices.podsWith(pciAddress, signal);
    return users.length === 0 ? undefined : { kind: 'in-use', users };
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    logger.warn({ pciAddress, err: error }, 'kubelet cannot be asked which pods use a device');
    return {
      kind: 'failed',
      message: `the kubelet cannot be asked which pods use ${pciAddress}: ${error.message}`,
    };
  }
}

/** Without the link nobody would reach the node any more. */
function holdOfNode({ index, name }: HostLink, { nodeAddressOn }: HostView): ReleaseProgress | undefined {
  const address = nodeAddressOn.get(index);
  if (address === undefined) return undefined;
  const fix =
    "set the kubelet's --node-ip to the primary address, or order networking.k8s.aws/force-detach=true";
  return {
    kind: 'node-depends',
    message: `${name} has the address ${address}, by which the node is reached: ${fix}`,
  };
}

/** What keeps the link, with when to look again where no event tells. */
interface Hold {
  readonly release: ReleaseProgress;
  readonly recheckAfterMs?: number;
}

async function holdOf(
  { attachment, wish, view }: LinkSubject,
  record: LinkRecord | undefined,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Hold | undefined> {
  if (!isFree(attachment)) return { release: { kind: 'waiting' } };
  const search = findLink(wish.macAddress, view.state, deps.rules, record);
  if (search.kind === 'in-pod') {
    const users = [`a pod that holds the link of ${search.pciAddress}`];
    return { release: { kind: 'in-use', users } };
  }
  if (isForced(attachment)) return undefined;
  const nodeHold = search.kind === 'found' ? holdOfNode(search.link, view) : undefined;
  if (nodeHold !== undefined) return { release: nodeHold };
  const pciAddress = search.kind === 'found' ? search.link.pciAddress : record?.pciAddress;
  const release = await deviceHold(pciAddress, deps, signal);
  return release === undefined ? undefined : { release, recheckAfterMs: DEVICE_RECHECK_MS };
}

/** Without a record the link keeps what it has until it goes; tables and rules of the daemon's own would stay for ever. */
function undoingSteps(
  { wish, view }: LinkSubject,
  record: LinkRecord | undefined,
  { bootId }: LinkDeps,
): HostStep[] {
  return record === undefined
    ? planTableRemoval(wantedTables(wish), view.state, view.usedTables)
    : planRelease({ record, ...view, bootId });
}

/** Why a link that the daemon changed keeps that: the node has come to depend on it since. */
function leftBecause(
  { wish, view }: LinkSubject,
  record: LinkRecord | undefined,
): { readonly leftBecause?: string } {
  if (record === undefined) return {};
  const link = view.state.links.find(
    ({ index, macAddress }) => index === record.linkIndex && macAddress === wish.macAddress,
  );
  const reason = link === undefined ? undefined : view.isProtected.get(link.index);
  return reason === undefined ? {} : { leftBecause: reason };
}

/** Gives the host of a claimed attachment back, as far as one round gets, and says so once that is done. */
export async function releaseLink(
  subject: LinkSubject,
  deps: LinkDeps,
  signal: AbortSignal,
): Promise<Tended> {
  const { attachment, wish } = subject;
  const record = deps.records.ofMac(wish.macAddress);
  if (isReleased(attachment)) {
    if (record !== undefined) await deps.records.drop(record);
    return { attachment, isChanged: false };
  }
  const tell = async (release: ReleaseProgress): Promise<Tended> => ({
    attachment: await report(subject, { release }, deps, signal),
    isChanged: false,
  });
  const hold = await holdOf(subject, record, deps, signal);
  if (hold !== undefined) {
    const { release, ...recheck } = hold;
    return { ...(await tell(release)), ...recheck };
  }
  const { isChanged, hindrance } = await applySteps(undoingSteps(subject, record, deps), deps, signal);
  if (hindrance !== undefined) return tell({ kind: 'failed', message: hindrance.message });
  if (isChanged) return { attachment, isChanged: true };
  const told = await tell({ kind: 'released', ...leftBecause(subject, record) });
  if (record !== undefined) await deps.records.drop(record);
  return told;
}
