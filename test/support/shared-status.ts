import type { NodeENIAttachmentStatus } from '../../gen/v1alpha1/stored.ts';

const DAEMON_CONDITIONS = new Set(['HostClaimed', 'HostConfigured', 'Released']);

/** What server-side apply makes of a stored status and the operator's share: what other writers own stays. */
export function sharedStatus(
  stored: NodeENIAttachmentStatus,
  applied: NodeENIAttachmentStatus,
): NodeENIAttachmentStatus {
  const { unwantedSince, host } = stored;
  const ofDaemon = (stored.conditions ?? []).filter(({ type }) => DAEMON_CONDITIONS.has(type));
  const conditions = [...ofDaemon, ...(applied.conditions ?? [])];
  return {
    ...applied,
    ...(unwantedSince === undefined ? {} : { unwantedSince }),
    ...(host === undefined ? {} : { host }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}
