import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Eni, Instance } from '../../domain/ec2-resources.ts';
import type { EniObservation } from '../../domain/eni-step.ts';
import { claimOf } from '../../domain/owned-eni.ts';
import { isOwned, servesPurpose } from '../../domain/ownership.ts';
import {
  chooseTakeover,
  judgeAll,
  type JudgedEni,
  takeoverTags,
  type TakeoverRefusal,
  type TakeoverWorld,
} from '../../domain/takeover.ts';
import type { Caches } from '../caches.ts';
import type { InstanceAge } from '../engine/ec2-directories.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { tell } from './report.ts';
import { tagFactsOf } from './wanted.ts';

/** What {@link judgeAll} looks at, out of the caches. */
export function takeoverWorld(deps: {
  readonly caches: Caches;
  readonly cluster: TakeoverWorld['cluster'];
}): TakeoverWorld {
  const { nodeEnis, nodes, attachments } = deps.caches;
  return {
    cluster: deps.cluster,
    nodeEni: (name) => nodeEnis.get(name),
    nodesOf: (instanceId) => nodes.byIndex('instance', instanceId),
    attachmentsOf: (instanceId) => attachments.byIndex('instance', instanceId),
  };
}

/** Refusals that are worth telling of an ENI from a launch template; the reference's are told by the survey. */
const WORDS: Readonly<Partial<Record<TakeoverRefusal, string>>> = {
  SubnetNotListed: 'its subnet is not one that the NodeENI lists',
  SlotTaken: 'the attachment of its subnet has another ENI',
  OwnedByOthers: 'a tag says that it is for something else',
};

function tellRefusals(
  attachment: NodeENIAttachment,
  judged: readonly JudgedEni[],
  deps: AttachmentControllerDeps,
): void {
  for (const { eni, origin, verdict } of judged) {
    if (verdict.kind !== 'refused' || origin.kind !== 'launch-template') continue;
    const words = origin.nodeEniName === attachment.spec.nodeENI.name ? WORDS[verdict.reason] : undefined;
    if (words === undefined || !deps.memory.isNews(`${eni.eniId} ${verdict.reason}`)) continue;
    const where = attachment.spec.nodeName;
    tell(attachment, 'ENINotAdopted', `${eni.eniId} on ${where} is not taken over: ${words}`, deps);
  }
}

/** An instance none of whose secondary interfaces is a stranger costs no call. */
function hasStrangers({ interfaces }: Instance, { inventory }: AttachmentControllerDeps): boolean {
  return interfaces.some(({ eniId, deviceIndex }) => deviceIndex > 0 && inventory.get(eniId) === undefined);
}

/** ENIs of this attachment that the inventory has missed: their tags were set by a call whose reply was lost. */
function learnOwn(
  attachment: NodeENIAttachment,
  found: readonly Eni[],
  { cluster, inventory, clock }: AttachmentControllerDeps,
): boolean {
  const { purpose } = claimOf(attachment);
  const own = found.filter(
    ({ eniId, tags }) =>
      isOwned(tags, cluster) && servesPurpose(tags, purpose) && inventory.get(eniId) === undefined,
  );
  // As a write, so that it counts as confirmed only after another read.
  for (const eni of own) inventory.recordWrite(eni, clock.monotonicMs());
  return own.length > 0;
}

/**
 * The ENI that is on the instance already and asks to be taken over by this attachment, with the tags that do it. Asked
 * for only while the attachment has no ENI, so that the steady state costs nothing. `learned`: an ENI of the attachment is
 * in the inventory now that was not there before. @throws errors of EC2 reads
 */
export async function findTakeover(
  attachment: NodeENIAttachment,
  at: { readonly eni: Eni | undefined; readonly instance: Instance; readonly age: InstanceAge },
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
): Promise<EniObservation['takeover'] | 'learned'> {
  if (at.eni !== undefined || !hasStrangers(at.instance, deps)) return undefined;
  const found = await deps.directories.enisToTakeOver(at.instance.instanceId, at.age, signal);
  const present = found.filter(({ eniId }) => deps.inventory.presenceOf(eniId) !== 'gone');
  if (learnOwn(attachment, present, deps)) return 'learned';
  const judged = judgeAll(present, takeoverWorld(deps)).filter(
    ({ origin }) => origin.kind !== 'reference' || deps.takeOverReference !== false,
  );
  tellRefusals(attachment, judged, deps);
  const chosen = chooseTakeover(attachment, judged);
  if (chosen === undefined) return undefined;
  const { eni } = chosen;
  const facts = tagFactsOf(attachment, deps.cluster);
  return { eni, tags: takeoverTags(eni, facts, attachment.spec.nodeENI.uid) };
}
