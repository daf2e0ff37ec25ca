import { isDeepStrictEqual } from 'node:util';
import { FINALIZER } from '../../../api/v1alpha1/names.ts';
import type { NodeENI, NodeENIAttachmentSpec } from '../../../gen/v1alpha1/stored.ts';
import { addressWish } from '../../domain/address-wish.ts';
import type { AttachmentWish, IntentPlan } from '../../domain/attachment-intent.ts';
import { attachmentName } from '../../domain/attachment-name.ts';
import type { EffectiveSpec } from '../../domain/effective-spec.ts';
import { defaultDescription } from '../../domain/eni-defaults.ts';
import { hostWish } from '../../domain/host-wish.ts';
import type { Caches } from '../caches.ts';
import type { AttachmentIntent, AttachmentWriter } from '../ports.ts';

/** What {@link applyIntentPlan} needs. */
export interface ApplyIntentDeps {
  readonly caches: Caches;
  readonly attachmentWriter: AttachmentWriter;
  /** So many attachments are about to be made at once. */
  readonly onMaking?: (nodeEni: NodeENI, attachments: number) => void;
}

/** Writes under way at a time; the transport limits their rate. */
const PARALLEL_WRITES = 16;

function intentSpec(
  nodeEni: NodeENI,
  spec: EffectiveSpec,
  wish: AttachmentWish,
  stored: NodeENIAttachmentSpec | undefined,
): Omit<NodeENIAttachmentSpec, 'attempt'> {
  const { choice } = wish;
  // A subnet that lost its name is found by it no more; its addresses are the same.
  const subnetCIDR = choice.subnetCidr ?? stored?.subnetCIDR;
  return {
    nodeENI: { name: nodeEni.metadata.name, uid: nodeEni.metadata.uid },
    nodeName: wish.node.name,
    instanceID: wish.node.instanceId,
    zone: wish.zone,
    slot: choice.slot.key,
    subnetID: choice.subnetId,
    ...(subnetCIDR === undefined ? {} : { subnetCIDR }),
    securityGroupIDs: [...wish.securityGroupIds],
    networkCardIndex: spec.networkCardIndex,
    deviceIndex: choice.deviceIndex,
    ...(spec.mtu === undefined ? {} : { mtu: spec.mtu }),
    host: hostWish(nodeEni.metadata.name, spec.hostInterface, {
      base: spec.deviceIndex,
      own: choice.deviceIndex,
    }),
    deleteOnTermination: spec.deleteOnTermination,
    sourceDestCheck: spec.sourceDestCheck,
    deletionPolicy: spec.deletionPolicy,
    description: spec.description ?? defaultDescription(nodeEni.metadata.name, wish.node.name),
    tags: { ...spec.tags },
    ...addressWish(nodeEni.spec, [stored, stored?.attempt]),
    ...(spec.dpdk === undefined ? {} : { dpdk: spec.dpdk }),
  };
}

function toIntent(
  name: string,
  subject: { readonly nodeEni: NodeENI; readonly spec: EffectiveSpec },
  wish: AttachmentWish,
  caches: Caches,
): AttachmentIntent {
  const { nodeEni, spec } = subject;
  const { name: ownerName, uid } = nodeEni.metadata;
  const stored = caches.attachments.get(name)?.spec;
  return { name, owner: { name: ownerName, uid }, spec: intentSpec(nodeEni, spec, wish, stored) };
}

/** Whether the attachment says already what it should. */
function isUpToDate(intent: AttachmentIntent, caches: Caches): boolean {
  const stored = caches.attachments.get(intent.name);
  if (stored === undefined) return false;
  const { attempt: _, ...spec } = stored.spec;
  return (
    isDeepStrictEqual(spec, intent.spec) &&
    (stored.metadata.finalizers ?? []).includes(FINALIZER) &&
    (stored.metadata.ownerReferences ?? []).some((owner) => owner.uid === intent.owner.uid)
  );
}

async function inParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items].toReversed();
  const work = async (): Promise<void> => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_WRITES, items.length) }, () => work()));
}

/**
 * Carries out an intent plan; returns the names of the attachments it created. Every write is idempotent: what a crash
 * left undone is planned again.
 */
export async function applyIntentPlan(
  subject: { readonly nodeEni: NodeENI; readonly spec: EffectiveSpec; readonly now: string },
  plan: IntentPlan,
  deps: ApplyIntentDeps,
  signal: AbortSignal,
): Promise<string[]> {
  const { nodeEni, now } = subject;
  const { attachmentWriter, caches } = deps;
  const { name: nodeEniName, uid: nodeEniUid } = nodeEni.metadata;
  // Stored in this order, they queue for EC2 in it: every node's first ENI before any node's second.
  const wishes = plan.creates.toSorted((a, b) => a.choice.deviceIndex - b.choice.deviceIndex);
  const created = wishes.map((wish) => {
    const purpose = {
      nodeEniName,
      nodeEniUid,
      instanceId: wish.node.instanceId,
      slotKey: wish.choice.slot.key,
    };
    return toIntent(attachmentName(purpose), subject, wish, caches);
  });
  const kept = plan.keeps
    .map(({ attachment, wish }) => toIntent(attachment.name, subject, wish, caches))
    .filter((intent) => !isUpToDate(intent, caches));
  await inParallel(plan.releases, ({ attachment }) => attachmentWriter.delete(attachment, signal));
  await inParallel(plan.unmarks, (attachment) =>
    attachmentWriter.setUnwantedSince(attachment, undefined, signal),
  );
  await inParallel(plan.marksUnwanted, (attachment) =>
    attachmentWriter.setUnwantedSince(attachment, now, signal),
  );
  // Before the first of them exists and queues for EC2 itself.
  if (created.length > 0) deps.onMaking?.(nodeEni, created.length);
  await inParallel([...kept, ...created], (intent) => attachmentWriter.applyIntent(intent, signal));
  return created.map(({ name }) => name);
}
