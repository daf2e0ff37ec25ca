import type { ExistingAttachment, IntentInput } from './attachment-intent.ts';
import { isTerminating } from './ec2-resources.ts';
import { type ClusterNode, matchesSelector } from './node-selection.ts';

/** Whether an attachment stays, starts or ends its grace, or is given up. */
export type UnwantedVerdict =
  | { readonly kind: 'keep' | 'unmark'; readonly recheckAfterMs?: undefined }
  | { readonly kind: 'mark' | 'grace'; readonly recheckAfterMs: number }
  | { readonly kind: 'release'; readonly cause: string; readonly recheckAfterMs?: undefined };

type Doubt =
  | { readonly kind: 'none' }
  | { readonly kind: 'undecided' }
  | {
      readonly kind: 'unwanted';
      readonly graceMs: number;
      readonly cause: string;
      /** The grace counts from here at the earliest: another doubt may have begun before. */
      readonly notBeforeMs?: number;
    };

/** Judges one attachment that is not releasing yet; `nodes` are the Node objects of its instance. */
export function unwantedVerdict(
  attachment: ExistingAttachment,
  input: IntentInput,
  nodes: readonly ClusterNode[],
): UnwantedVerdict {
  const doubt = doubtOf(attachment, input, nodes);
  switch (doubt.kind) {
    case 'undecided':
      return { kind: 'keep' };
    case 'none':
      return { kind: attachment.unwantedSinceMs === undefined ? 'keep' : 'unmark' };
    case 'unwanted': {
      if (doubt.graceMs <= 0) return { kind: 'release', cause: doubt.cause };
      if (attachment.unwantedSinceMs === undefined) return { kind: 'mark', recheckAfterMs: doubt.graceMs };
      const sinceMs = Math.max(attachment.unwantedSinceMs, doubt.notBeforeMs ?? 0);
      const leftMs = sinceMs + doubt.graceMs - input.nowMs;
      return leftMs <= 0
        ? { kind: 'release', cause: doubt.cause }
        : { kind: 'grace', recheckAfterMs: leftMs };
    }
  }
}

function doubtOf(attachment: ExistingAttachment, input: IntentInput, nodes: readonly ClusterNode[]): Doubt {
  if (input.isDeleting) return { kind: 'unwanted', graceMs: 0, cause: 'the NodeENI is being deleted' };
  if (!input.spec.slots.some((slot) => slot.key === attachment.slotKey)) {
    return { kind: 'unwanted', graceMs: 0, cause: `${attachment.slotKey} left the subnet list` };
  }
  if (nodes.length === 0) return nodeGoneDoubt(attachment, input);
  if (nodes.some((node) => matchesSelector(input.spec.nodeSelector, node.labels))) return { kind: 'none' };
  return {
    kind: 'unwanted',
    graceMs: input.detachGraceMs,
    cause: 'nodeSelector no longer matches the node',
    // A Node that was gone and registers anew gets its labels a moment later.
    notBeforeMs: Math.max(...nodes.map((node) => node.createdAtMs)),
  };
}

/** A Node that registered anew without providerID may still be this instance: that proves nothing. */
function nodeGoneDoubt(attachment: ExistingAttachment, input: IntentInput): Doubt {
  const namesake = input.nodes.find((node) => node.name === attachment.nodeName);
  if (namesake !== undefined && namesake.instanceId === undefined) return { kind: 'undecided' };
  const instance = input.instances.get(attachment.instanceId);
  if (instance === undefined || isTerminating(instance)) {
    return { kind: 'unwanted', graceMs: 0, cause: `instance ${attachment.instanceId} is gone` };
  }
  return { kind: 'unwanted', graceMs: input.nodeGoneGraceMs, cause: 'the Node object is gone' };
}
