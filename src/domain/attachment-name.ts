import { fnv1a } from './fnv1a.ts';

/**
 * Name of the NodeENIAttachment of one slot on one instance: readable, at most 253 characters, and the same
 * after a restart, so that a second creation of the same intent is refused by the API server.
 */
export function attachmentName(input: {
  readonly nodeEniName: string;
  readonly nodeEniUid: string;
  readonly instanceId: string;
  readonly slotKey: string;
}): string {
  const uid = input.nodeEniUid.replaceAll('-', '').slice(0, 6);
  return `${input.nodeEniName}-${uid}-${input.instanceId}-${fnv1a(input.slotKey)}`;
}
