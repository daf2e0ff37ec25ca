import { type NetworkDefinition, type NetworkedPod, podsUsingLink } from '../host/link-users.ts';
import { nameSome } from '../name-some.ts';
import type { JudgedAttachment } from './admission-view.ts';

/** A pod, and the node that it runs on. */
export interface PlacedPod extends NetworkedPod {
  readonly nodeName: string;
}

/** The warning that names the pods which use links of these attachments; undefined where none does. */
export function podsInUseWarning(
  attachments: readonly JudgedAttachment[],
  pods: readonly PlacedPod[],
  definitions: readonly NetworkDefinition[],
): string | undefined {
  const podsOf = Map.groupBy(pods, ({ nodeName }) => nodeName);
  const users = attachments.flatMap(({ link, nodeName }) =>
    link === undefined ? [] : podsUsingLink(link, podsOf.get(nodeName) ?? [], definitions),
  );
  if (users.length === 0) return undefined;
  return `metadata.name: the ENIs are not detached before these pods are gone: ${nameSome(users)}`;
}
