import { type NetworkDefinition, type NetworkedPod, podsUsingLink } from '../host/link-users.ts';
import type { JudgedAttachment } from './admission-view.ts';

/** A pod, and the node that it runs on. */
export interface PlacedPod extends NetworkedPod {
  readonly nodeName: string;
}

const NAMED_PODS = 3;

/** The warning that names the pods which use links of these attachments; undefined where none does. */
export function podsInUseWarning(
  attachments: readonly JudgedAttachment[],
  pods: readonly PlacedPod[],
  definitions: readonly NetworkDefinition[],
): string | undefined {
  const podsOf = Map.groupBy(pods, ({ nodeName }) => nodeName);
  const users = new Set(
    attachments.flatMap(({ link, nodeName }) =>
      link === undefined ? [] : podsUsingLink(link, podsOf.get(nodeName) ?? [], definitions),
    ),
  );
  if (users.size === 0) return undefined;
  const named = [...users].toSorted().slice(0, NAMED_PODS).join(', ');
  const more = users.size > NAMED_PODS ? `, +${users.size - NAMED_PODS}` : '';
  return `metadata.name: the ENIs are not detached before these pods are gone: ${named}${more}`;
}
