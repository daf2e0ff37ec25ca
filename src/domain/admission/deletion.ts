import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import { amount } from '../amount.ts';
import { nameSome } from '../name-some.ts';
import type { Finding, JudgedAttachment, JudgedNodeEni } from './admission-view.ts';

/** Warns of the interfaces that go with the object, and refuses what is protected and not yet being deleted. */
export function judgeDeletion(
  object: JudgedNodeEni,
  attachments: readonly JudgedAttachment[],
): readonly Finding[] {
  const own = attachments.filter(({ nodeEniName }) => nodeEniName === object.name);
  const inUse = own.length === 0 ? [] : [inUseWarning(own)];
  const isProtected = object.annotations[ADMISSION_ANNOTATIONS.deletionProtection] === 'true';
  if (!isProtected || object.isDeleting) return inUse;
  const refusal: Finding = {
    effect: 'deny',
    rule: 'deletionProtection',
    field: 'metadata.annotations',
    message: `NodeENI "${object.name}" is protected: remove the annotation ${ADMISSION_ANNOTATIONS.deletionProtection} before you delete it`,
  };
  return [refusal, ...inUse];
}

function inUseWarning(attachments: readonly JudgedAttachment[]): Finding {
  const nodes = [...new Set(attachments.map(({ nodeName }) => nodeName))];
  return {
    effect: 'warn',
    rule: 'deleteInUse',
    field: 'metadata.name',
    message: `in use by ${amount(attachments.length, 'ENI')} on ${amount(nodes.length, 'node')}: ${nameSome(nodes)}`,
  };
}
