import type { NodeENIAttachment } from '../../../gen/v1alpha1/stored.ts';
import { digestOf, linkWishOf } from './link-wish-of.ts';

/** What the daemon says of an attachment, as far as it counts. */
export type HostVerdict =
  | { readonly kind: 'configured' }
  | { readonly kind: 'hindered'; readonly reason: string; readonly message: string }
  /** Nothing that counts has been said yet. */
  | { readonly kind: 'unknown'; readonly message: string };

/**
 * Reads the daemon's conditions. They count only if it found the link by the MAC address that EC2 gave, and acted on the
 * present wish.
 */
export function hostVerdict(attachment: NodeENIAttachment): HostVerdict {
  const wish = linkWishOf(attachment);
  const { host, conditions = [] } = attachment.status;
  const configured = conditions.find(({ type }) => type === 'HostConfigured');
  if (wish === undefined || host === undefined || configured === undefined) {
    return { kind: 'unknown', message: 'waiting for the daemon of the node' };
  }
  if (host.macAddress !== wish.macAddress) {
    return { kind: 'unknown', message: 'the daemon has not seen the present MAC address yet' };
  }
  if (host.wish !== digestOf(wish)) {
    return { kind: 'unknown', message: 'the daemon has not acted on the latest change yet' };
  }
  if (configured.status === 'True') return { kind: 'configured' };
  return { kind: 'hindered', reason: configured.reason, message: configured.message };
}
