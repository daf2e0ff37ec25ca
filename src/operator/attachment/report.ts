import { isDeepStrictEqual } from 'node:util';
import { NEWS_TYPES, type NewsReason } from '../../../api/v1alpha1/event-reasons.ts';
import type { NodeENIAttachment, NodeENIAttachmentStatus } from '../../../gen/v1alpha1/stored.ts';
import { reportAttachment, type AttachmentFacts, type Hindrance } from '../../domain/attachment-report.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import { hostVerdict } from '../../domain/host/host-verdict.ts';
import { isHostHindered } from '../../domain/host/host-waits.ts';
import type { ReleaseGate } from '../../domain/host/release-gate.ts';
import { reportDelayMs } from '../../domain/report-delay.ts';
import { inOrder, operatorShare } from '../../domain/operator-share.ts';
import { attemptThatMade } from '../../domain/owned-eni.ts';
import { appliedUserTags } from '../../domain/tag-wish.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { tagFactsOf } from './wanted.ts';

/** What is to be told of an attachment. */
export interface AttachmentNews {
  readonly eni: Eni | undefined;
  readonly isSettled: boolean;
  readonly hindrance?: Hindrance;
  readonly releaseGate?: ReleaseGate;
  /** Told at once, even if it looks like ordinary progress. */
  readonly isUrgent?: true;
}

function isTrue(
  status: Pick<NodeENIAttachmentStatus, 'conditions'>,
  type: 'Attached' | 'Blocked' | 'Ready',
): boolean {
  return (status.conditions ?? []).some(
    (condition) => condition.type === type && condition.status === 'True',
  );
}

/** Once it is stored it counts, even if somebody takes the ENI's tags away. */
function attemptOf(eni: Eni, { metadata, status }: NodeENIAttachment): number {
  const stored = eni.eniId === status.eniID ? status.attempt : undefined;
  return stored ?? attemptThatMade(eni, metadata.uid);
}

/**
 * An ENI that EC2 does not show, but that is not proven gone either: without its id nobody would look for it. Of one
 * that is gone the attempt alone is kept, until there is another attempt: it says that the token is spent.
 */
function doubtfulEni(
  { spec, status: { eniID, attempt, tags } }: NodeENIAttachment,
  news: AttachmentNews,
  deps: AttachmentControllerDeps,
): Pick<NodeENIAttachmentStatus, 'eniID' | 'attempt' | 'tags'> {
  if (news.eni !== undefined) return {};
  const known = attempt === undefined ? {} : { attempt };
  if (eniID === undefined || deps.inventory.presenceOf(eniID) === 'gone') {
    return attempt === spec.attempt?.number ? known : {};
  }
  return { eniID, ...known, ...(tags === undefined ? {} : { tags }) };
}

/** The user's tags on the ENI, so that they can be told from those of others when they are wanted no more. */
function userTags(
  attachment: NodeENIAttachment,
  { eni }: AttachmentNews,
  deps: AttachmentControllerDeps,
): Pick<NodeENIAttachmentStatus, 'tags'> {
  const tags = eni && appliedUserTags(eni, tagFactsOf(attachment, deps.cluster));
  return tags === undefined ? {} : { tags };
}

function factsOf(attachment: NodeENIAttachment, news: AttachmentNews, now: string): AttachmentFacts {
  const { metadata, spec, status } = attachment;
  return {
    isReleasing: metadata.deletionTimestamp !== undefined,
    ...(news.eni === undefined ? {} : { eni: news.eni, attempt: attemptOf(news.eni, attachment) }),
    isSettled: news.isSettled,
    place: spec,
    ...(news.hindrance === undefined ? {} : { hindrance: news.hindrance }),
    ...(spec.dpdk === undefined ? {} : { dpdk: spec.dpdk }),
    ...(news.releaseGate === undefined ? {} : { releaseGate: news.releaseGate }),
    previous: status,
    generation: metadata.generation,
    now,
  };
}

/** A condition that is False since so soon after the attachment was made was never True before. */
const FIRST_REPORT_WITHIN_MS = 60_000;

/** Milliseconds from the making of the attachment to now, if now is the first time that the condition is True. */
function firstTrueMs(
  type: 'Attached' | 'Ready',
  { metadata, status: previous }: NodeENIAttachment,
  status: Pick<NodeENIAttachmentStatus, 'conditions'>,
  nowMs: number,
): number | undefined {
  if (!isTrue(status, type) || isTrue(previous, type)) return undefined;
  const createdAtMs = Date.parse(metadata.creationTimestamp ?? '');
  const before = previous.conditions?.find((condition) => condition.type === type);
  const falseSinceMs = before === undefined ? createdAtMs : Date.parse(before.lastTransitionTime);
  return falseSinceMs - createdAtMs < FIRST_REPORT_WITHIN_MS ? Math.max(0, nowMs - createdAtMs) : undefined;
}

/** Tells how long the attachment took, once for each of its milestones. */
function measure(
  attachment: NodeENIAttachment,
  status: Pick<NodeENIAttachmentStatus, 'conditions'>,
  deps: AttachmentControllerDeps,
): void {
  const attachedMs = firstTrueMs('Attached', attachment, status, deps.clock.now());
  if (attachedMs !== undefined) deps.onFirstAttached?.(attachedMs);
  const readyMs = firstTrueMs('Ready', attachment, status, deps.clock.now());
  if (readyMs !== undefined) deps.onFirstReady?.(readyMs);
}

function messageOf(
  type: 'Blocked' | 'Ready',
  { conditions }: Pick<NodeENIAttachmentStatus, 'conditions'>,
): string {
  return conditions?.find((condition) => condition.type === type)?.message ?? '';
}

/** What people have to hear of the host's side: pods that hold a release up, and why a link cannot be configured. */
function tellOfHost(
  attachment: NodeENIAttachment,
  status: NodeENIAttachmentStatus,
  deps: AttachmentControllerDeps,
): void {
  const { spec, status: previous } = attachment;
  if (isTrue(status, 'Blocked') && !isTrue(previous, 'Blocked')) {
    const message = `${status.eniID ?? 'the ENI'} stays on ${spec.nodeName}: ${messageOf('Blocked', status)}`;
    tell(attachment, 'DetachBlocked', message, deps);
  }
  const ready = messageOf('Ready', status);
  if (status.state !== 'Configuring' || ready === messageOf('Ready', previous)) return;
  if (isHostHindered(hostVerdict(attachment))) {
    tell(attachment, 'HostNotConfigured', `${spec.nodeName}: ${ready}`, deps);
  }
}

/** What people and metrics hear of when the status that is stored now says something new. */
function tellOfStatus(
  attachment: NodeENIAttachment,
  status: NodeENIAttachmentStatus,
  deps: AttachmentControllerDeps,
): void {
  const { spec, status: previous } = attachment;
  measure(attachment, status, deps);
  tellOfHost(attachment, status, deps);
  if (!isTrue(status, 'Attached') || isTrue(previous, 'Attached')) return;
  const deviceIndex = status.deviceIndex ?? spec.deviceIndex;
  const message = `${status.eniID ?? 'the ENI'} is attached to ${spec.nodeName} at device index ${deviceIndex}`;
  tell(attachment, 'ENIAttached', message, deps);
}

/**
 * Writes the attachment's status if it differs and is due, and tells people when the ENI became attached. Returns in how
 * many milliseconds to come again when mere progress is not due yet.
 */
export async function reportNews(
  attachment: NodeENIAttachment,
  news: AttachmentNews,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const now = new Date(deps.clock.now()).toISOString();
  const status = {
    ...reportAttachment(factsOf(attachment, news, now)),
    ...doubtfulEni(attachment, news, deps),
    ...userTags(attachment, news, deps),
  };
  const previous = operatorShare(attachment.status);
  const { uid } = attachment.metadata;
  if (isDeepStrictEqual(inOrder(status), inOrder(previous))) {
    deps.memory.told(uid);
    return undefined;
  }
  const nowMs = deps.clock.monotonicMs();
  const delayMs = news.isUrgent === true ? 0 : reportDelayMs(previous, status);
  const leftMs = delayMs === 0 ? 0 : deps.memory.untoldSince(uid, nowMs) + delayMs - nowMs;
  // Rounded up: the rest of a fraction may be too small to move a clock.
  if (leftMs > 0) return Math.ceil(leftMs);
  await deps.writer.applyStatus(attachment, status, signal);
  deps.memory.told(uid);
  deps.memory.wrote(attachment.metadata, deps.clock.monotonicMs());
  tellOfStatus(attachment, status, deps);
  return undefined;
}

/** Tells that the attachment waits for a token: if EC2 throttled it before, that is why, and its status keeps saying so. */
export async function reportQueued(
  attachment: NodeENIAttachment,
  eni: Eni | undefined,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const ready = attachment.status.conditions?.find(({ type }) => type === 'Ready');
  const news: AttachmentNews = { eni, isSettled: false };
  const isThrottled = ready?.reason === 'Throttled';
  return reportNews(
    attachment,
    isThrottled ? { ...news, hindrance: { reason: 'Throttled', message: ready.message } } : news,
    deps,
    signal,
  );
}

/** Records an event on the NodeENI, where people look first. */
export function tell(
  attachment: NodeENIAttachment,
  reason: NewsReason,
  message: string,
  deps: AttachmentControllerDeps,
): void {
  const { name, uid } = attachment.spec.nodeENI;
  deps.events.record({ kind: 'NodeENI', name, uid, type: NEWS_TYPES[reason], reason, message });
}
