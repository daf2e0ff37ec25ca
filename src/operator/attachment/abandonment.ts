import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import type { AttachmentControllerDeps } from './deps.ts';
import { findEnis } from './observe.ts';

/** What people are told when an attachment is let go and its ENIs stay: nobody else remembers their ids. */
export function abandonmentMessage(attachment: NodeENIAttachment, deps: AttachmentControllerDeps): string {
  const { eniID } = attachment.status;
  const found = findEnis(attachment, deps).map(({ eniId }) => eniId);
  const eniIds = [...new Set([...(eniID === undefined ? [] : [eniID]), ...found])];
  const { name } = attachment.metadata;
  if (eniIds.length === 0) return `attachment ${name} was let go by order; no ENI of it is known`;
  return (
    `attachment ${name} was let go by order; ${eniIds.join(', ')} stays as it is: ` +
    'a NodeENI of the same name may adopt it, and once it is detached it is collected'
  );
}
