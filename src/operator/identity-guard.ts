import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import type { ClusterIdentity } from '../domain/ownership.ts';
import type { Runnable } from '../runtime/runnable.ts';

/** Attachments in this cluster carry the tags of another identity: acting would orphan their ENIs. */
export class IdentityMismatchError extends Error {
  constructor(
    found: { readonly attachment: string; readonly name: string; readonly uid: string },
    own: ClusterIdentity,
  ) {
    super(
      `attachment ${found.attachment} carries cluster identity ${found.name}/${found.uid}, this operator's is ` +
        `${own.name}/${own.uid}: start it with --cluster-name=${found.name}; if the uid differs, the cluster was rebuilt ` +
        `from a backup: start it once with --adopt-identity=${found.name}/${found.uid}, which takes over the ENIs that are ` +
        'attached to instances of nodes here and deletes nothing; make sure that no other cluster uses that identity any more',
    );
    this.name = 'IdentityMismatchError';
  }
}

/** The identity under which an attachment's ENI was, or is to be, made; undefined before the first attempt. */
export function identityOf(attachment: NodeENIAttachment): ClusterIdentity | undefined {
  const tags = attachment.spec.attempt?.tags;
  const name = tags?.[ENI_TAGS.cluster];
  const uid = tags?.[ENI_TAGS.clusterUid];
  return name === undefined || uid === undefined ? undefined : { name, uid };
}

/** Whether two identities are one. */
export function isSameIdentity(a: ClusterIdentity, b: ClusterIdentity | undefined): boolean {
  return a.name === b?.name && a.uid === b.uid;
}

/**
 * Lets the election begin only when no attachment carries another identity, but for the one that is about to be adopted;
 * else it fails the process.
 */
export function createIdentityGuard(
  attachments: { readonly list: () => NodeENIAttachment[]; readonly ready: () => Promise<void> },
  cluster: ClusterIdentity,
  adopted?: ClusterIdentity,
): Runnable {
  const checked = Promise.withResolvers<void>();
  return {
    name: 'identity-guard',
    async start(signal) {
      await attachments.ready();
      for (const attachment of attachments.list()) {
        const identity = identityOf(attachment);
        if (identity === undefined) continue;
        if (isSameIdentity(identity, cluster) || isSameIdentity(identity, adopted)) continue;
        throw new IdentityMismatchError({ attachment: attachment.metadata.name, ...identity }, cluster);
      }
      checked.resolve();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (signal.aborted) resolve();
      });
    },
    ready: () => checked.promise,
  };
}
