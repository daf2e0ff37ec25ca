import { isStalledReason } from '../../../api/v1alpha1/conditions.ts';
import type { NodeENI, NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Eni, EniAttachment, Instance } from '../../domain/ec2-resources.ts';
import { effectiveSpec } from '../../domain/effective-spec.ts';
import type { EniObservation, EniPresence, RejectedAttempt } from '../../domain/eni-step.ts';
import { isOursWithoutTags } from '../../domain/lost-tags.ts';
import { claimOf, claimsOf, enisOfClaim } from '../../domain/owned-eni.ts';
import { hostVerdict } from '../../domain/host/host-verdict.ts';
import { type ReleaseOrders, releaseOrders } from '../../domain/release-orders.ts';
import { preflight, type PreflightProblem, type SiblingAttachment } from '../../domain/preflight.ts';
import { chooseSecurityGroups, type SecurityGroupChoice } from '../../domain/security-group-choice.ts';
import { trunkReserve } from '../../domain/trunk-reserve.ts';
import { asksTheSame, newAttempt } from './attempt.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { instanceAge, readInstance } from './read-instance.ts';
import { isDetachNext } from './release-gate-keeper.ts';
import { findTakeover } from './takeover.ts';
import { wantedOf } from './wanted.ts';

/** An attachment, what is known of it, and what a new attempt would need. */
export interface ObservedAttachment {
  readonly observation: EniObservation;
  readonly nodeEni?: NodeENI;
  readonly groups?: SecurityGroupChoice;
}

function siblingsOf(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): NodeENIAttachment[] {
  const { uid } = attachment.metadata;
  return deps.caches.attachments
    .byIndex('instance', attachment.spec.instanceID)
    .filter((other) => other.metadata.uid !== uid);
}

/** The ENIs of an attachment, the one that it goes on with first. */
export function findEnis(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): Eni[] {
  return enisOfClaim(
    claimOf(attachment),
    deps.cluster,
    deps.inventory.ofInstance(attachment.spec.instanceID),
    claimsOf(siblingsOf(attachment, deps)),
  );
}

function findEni(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): Eni | undefined {
  return findEnis(attachment, deps)[0];
}

/** Whether the attempt is known to have left no ENI. */
function isAttemptOver(
  { metadata: { uid, deletionTimestamp } }: NodeENIAttachment,
  number: number,
  deps: AttachmentControllerDeps,
): boolean {
  if (deps.inventory.isAttemptGone(uid, number)) return true;
  // While it is wanted, a refused attempt waits for its back-off instead.
  return deletionTimestamp !== undefined && deps.memory.rejection(uid)?.attempt.number === number;
}

/** The ENI that the status remembers, where its tags alone do not tell it any more. */
function findUntaggedWanted(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): Eni | undefined {
  if (attachment.metadata.deletionTimestamp !== undefined) return undefined;
  const { spec, status } = attachment;
  const { eniID } = status;
  if (eniID === undefined || status.attempt !== (spec.attempt?.number ?? 0)) return undefined;
  if (siblingsOf(attachment, deps).some((other) => other.status.eniID === eniID)) return undefined;
  const eni = deps.inventory.presenceOf(eniID) === 'present' ? deps.inventory.get(eniID) : undefined;
  const isOurs = eni !== undefined && isOursWithoutTags(eni, claimOf(attachment), deps.cluster);
  return isOurs ? eni : undefined;
}

function presenceOf(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): EniPresence {
  const { lister, memory } = deps;
  const { metadata, spec, status } = attachment;
  const number = spec.attempt?.number ?? 0;
  if (spec.attempt !== undefined && isAttemptOver(attachment, number, deps)) return 'gone';
  if (memory.isMismatched(metadata.uid, number)) {
    return lister.proveAbsence(metadata.name) ? 'gone' : 'doubtful';
  }
  if (status.attempt !== number) return 'unknown';
  // Stored so when the end of the attempt's ENI was proven.
  if (status.eniID === undefined) return 'gone';
  return presenceOfId(status.eniID, metadata.name, deps);
}

/** An id that only a status remembers is looked up before anything is decided on it. */
function presenceOfId(eniId: string, key: string, deps: AttachmentControllerDeps): EniPresence {
  const presence = deps.inventory.presenceOf(eniId);
  if (presence === 'present' || presence === 'gone') return presence;
  // The first listing will tell most of them.
  if (deps.lister.isComplete) deps.lister.follow(eniId, key);
  return 'doubtful';
}

/** A sibling that cannot go on and has no ENI reserves nothing: others must not wait for it. */
function reservesSlot(sibling: NodeENIAttachment): boolean {
  const ready = sibling.status.conditions?.find((condition) => condition.type === 'Ready');
  const isStalled = ready !== undefined && ready.status !== 'True' && isStalledReason(ready.reason);
  return sibling.status.eniID !== undefined || !isStalled;
}

function toSibling(attachment: NodeENIAttachment, eniId: string | undefined): SiblingAttachment {
  return {
    uid: attachment.metadata.uid,
    name: attachment.metadata.name,
    createdAt: attachment.metadata.creationTimestamp ?? '',
    networkCardIndex: attachment.spec.networkCardIndex,
    deviceIndex: attachment.spec.deviceIndex,
    isReleasing: attachment.metadata.deletionTimestamp !== undefined,
    ...(eniId === undefined ? {} : { eniId }),
  };
}

async function checkPlace(
  at: { readonly attachment: NodeENIAttachment; readonly eni: Eni | undefined; readonly instance: Instance },
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<PreflightProblem | undefined> {
  const { attachment, eni, instance } = at;
  const self = toSibling(attachment, eni?.eniId ?? attachment.status.eniID);
  const siblings = siblingsOf(attachment, deps)
    .filter((sibling) => reservesSlot(sibling))
    .map((sibling) => toSibling(sibling, sibling.status.eniID ?? findEni(sibling, deps)?.eniId));
  const limits = await deps.directories.limits(instance.instanceType, signal);
  return preflight({
    self,
    siblings: [...siblings, self],
    instance,
    trunkReserve: trunkReserve(deps.caches.nodes.byIndex('instance', instance.instanceId)),
    ...(limits === undefined ? {} : { limits }),
  });
}

function rejectionOf(
  attachment: NodeENIAttachment,
  fresh: ReturnType<typeof newAttempt> | undefined,
  deps: AttachmentControllerDeps,
): RejectedAttempt | undefined {
  const rejection = deps.memory.rejection(attachment.metadata.uid);
  if (rejection === undefined) return undefined;
  const retryInMs = Math.max(0, rejection.retryAtMs - deps.clock.monotonicMs());
  const isChanged = fresh !== undefined && !asksTheSame(fresh, rejection.attempt);
  const { reason, message } = rejection.failure;
  return {
    number: rejection.attempt.number,
    reason,
    message,
    retryInMs,
    isRetryDue: isChanged || retryInMs === 0,
  };
}

/** What a person orders for the release of an attachment. */
export function ordersOf(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): ReleaseOrders {
  return releaseOrders(attachment, deps.caches.nodeEnis.get(attachment.spec.nodeENI.name));
}

/** Reads everything that the next step of one attachment depends on. @throws errors of EC2 reads */
export async function observeAttachment(
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<ObservedAttachment> {
  const { spec, metadata } = attachment;
  const isReleasing = metadata.deletionTimestamp !== undefined;
  const eni = findEni(attachment, deps) ?? findUntaggedWanted(attachment, deps);
  const presence = eni === undefined ? presenceOf(attachment, deps) : 'present';
  const base = {
    isReleasing,
    wanted: wantedOf(attachment, eni, deps),
    ...(spec.attempt === undefined ? {} : { attempt: spec.attempt.number }),
    isInventoryComplete: deps.lister.isComplete,
    ...(eni === undefined ? {} : { eni }),
    isConfirmed: eni !== undefined && deps.inventory.isConfirmed(eni.eniId),
    presence,
    ...hostOf(attachment, deps),
    refusedSteps: deps.memory.refusedSteps(metadata.uid, deps.clock.monotonicMs()),
    isNodeGoing: deps.caches.nodes.byIndex('instance', spec.instanceID).some((node) => node.isGoing),
  };
  // Nothing is asked of EC2, so that this works where EC2 does not.
  if (ordersOf(attachment, deps).isAbandoned) {
    return { observation: { ...base, isAbsenceProven: false, isAbandoned: true } };
  }
  if (isReleasing)
    return { observation: { ...base, ...(await observeRelease(attachment, base, deps, signal)) } };
  if (eni?.attachment !== undefined) return { observation: { ...base, isAbsenceProven: false } };
  return observeUnattached(attachment, { ...base, isAbsenceProven: false }, deps, signal);
}

async function observeRelease(
  attachment: NodeENIAttachment,
  base: Pick<EniObservation, 'eni' | 'presence' | 'attempt' | 'isInventoryComplete'>,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<ReleaseObservation> {
  const needsProof =
    base.eni === undefined &&
    base.isInventoryComplete &&
    // What is known by its id is judged by its id: listings do not show an ENI that lost its tags.
    base.presence === 'unknown' &&
    base.attempt !== undefined;
  const isAbsenceProven = needsProof && deps.lister.proveAbsence(attachment.metadata.name);
  if (base.eni?.attachment === undefined) return { isAbsenceProven };
  // Of its instance a release wants to know the state only.
  const known = await readInstance(attachment, deps, signal, true);
  return {
    isAbsenceProven,
    ...detachProgress(attachment, base.eni.attachment, deps),
    ...known,
    ...(isDetachNext(base.eni.attachment, known.instance)
      ? {
          releaseGate: await deps.releaseGate.judge(
            { attachment, macAddress: base.eni.macAddress, isForced: ordersOf(attachment, deps).isForced },
            signal,
          ),
        }
      : {}),
  };
}

function hostOf(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): Pick<EniObservation, 'host'> {
  return deps.hostDaemon === 'Required' ? { host: hostVerdict(attachment) } : {};
}

type ReleaseObservation = Pick<
  EniObservation,
  'instance' | 'isAbsenceProven' | 'forceAfterDetachingForMs' | 'releaseGate'
>;

/** The clock runs from the first sight, whenever force is ordered. */
function detachProgress(
  attachment: NodeENIAttachment,
  { attachmentId, status }: EniAttachment,
  deps: AttachmentControllerDeps,
): Pick<EniObservation, 'forceAfterDetachingForMs'> {
  if (status !== 'detaching') return {};
  const nowMs = deps.clock.monotonicMs();
  const sinceMs = deps.memory.detachingSince(attachment.metadata.uid, attachmentId, nowMs);
  return ordersOf(attachment, deps).isForced ? { forceAfterDetachingForMs: nowMs - sinceMs } : {};
}

async function observeUnattached(
  attachment: NodeENIAttachment,
  base: EniObservation,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<ObservedAttachment> {
  const nodeEni = deps.caches.nodeEnis.get(attachment.spec.nodeENI.name);
  const { instance } = await readInstance(attachment, deps, signal);
  if (instance === undefined || nodeEni === undefined) {
    return { observation: { ...base, ...(instance === undefined ? {} : { instance }) } };
  }
  const takeover = await findTakeover(
    attachment,
    { eni: base.eni, instance, age: instanceAge(attachment, deps) },
    deps,
    signal,
  );
  if (takeover === 'learned') return observeAttachment(attachment, deps, signal);
  if (takeover !== undefined) return { observation: { ...base, instance, takeover } };
  return observePlace({ attachment, base, instance, nodeEni }, deps, signal);
}

async function observePlace(
  at: {
    readonly attachment: NodeENIAttachment;
    readonly base: EniObservation;
    readonly instance: Instance;
    readonly nodeEni: NodeENI;
  },
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<ObservedAttachment> {
  const { attachment, base, instance, nodeEni } = at;
  const problem = await checkPlace({ attachment, eni: base.eni, instance }, deps, signal);
  const fields = effectiveSpec(nodeEni.spec);
  const known = await deps.directories.securityGroups(fields, signal);
  const groups = chooseSecurityGroups(fields, instance.vpcId, known);
  const fresh =
    groups.kind === 'chosen'
      ? newAttempt({
          number: base.attempt ?? 1,
          nodeEni,
          attachment,
          securityGroupIds: groups.groupIds,
          cluster: deps.cluster,
          now: '',
        })
      : undefined;
  const rejected = rejectionOf(attachment, fresh, deps);
  const observation = {
    ...base,
    instance,
    ...(problem === undefined ? {} : { preflight: problem }),
    ...(groups.kind === 'problem' ? { groupProblem: groups } : {}),
    ...(rejected === undefined ? {} : { rejected }),
  };
  return { observation, nodeEni, groups };
}
