import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { Instance } from '../../domain/ec2-resources.ts';
import type { InstanceAge } from '../engine/ec2-directories.ts';
import type { AttachmentControllerDeps } from './deps.ts';

/** A little less than the recheck of what waits for a free index or slot. */
const MAX_INSTANCE_AGE_MS = 55_000;
/** Reads of one reconcile, and of others that run beside it, may share an answer. */
const MIN_INSTANCE_AGE_MS = 2_000;

/** How old an answer about the attachment's instance may be. */
export function instanceAge(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): InstanceAge {
  // What held an index before the attachment was made may be known to us from before that only.
  const ageMs = deps.clock.now() - Date.parse(attachment.metadata.creationTimestamp) - 1_000;
  const maxAgeMs = Math.min(Math.max(ageMs, MIN_INSTANCE_AGE_MS), MAX_INSTANCE_AGE_MS);
  return { maxAgeMs, maxAbsentAgeMs: 10_000 };
}

/** The attachment's instance; absent when EC2 does not know it. @throws errors of EC2 reads */
export async function readInstance(
  attachment: NodeENIAttachment,
  deps: AttachmentControllerDeps,
  signal: AbortSignal,
  acceptsOutdated = false,
): Promise<{ instance?: Instance }> {
  const { instanceID } = attachment.spec;
  const age = { ...instanceAge(attachment, deps), acceptsOutdated };
  const instance = (await deps.directories.instances([instanceID], age, signal)).get(instanceID);
  return instance === undefined ? {} : { instance };
}
