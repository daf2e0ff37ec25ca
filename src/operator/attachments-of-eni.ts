import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { Eni } from '../domain/ec2-resources.ts';
import type { Caches } from './caches.ts';

/** Attachments that a change of the ENI may concern: those of the instance it is for, and of the one it is on. */
export function attachmentsOfEni(
  { tags, attachment }: Pick<Eni, 'tags' | 'attachment'>,
  caches: Pick<Caches, 'attachments'>,
): NodeENIAttachment[] {
  const instances = new Set([tags[ENI_TAGS.instance], attachment?.instanceId]);
  return [...instances].flatMap((instanceId) =>
    instanceId === undefined ? [] : caches.attachments.byIndex('instance', instanceId),
  );
}
