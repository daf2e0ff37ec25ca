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
        'from a backup: delete its NodeENIs with the old operator first',
    );
    this.name = 'IdentityMismatchError';
  }
}

function identityOf(attachment: NodeENIAttachment): { name: string; uid: string } | undefined {
  const tags = attachment.spec.attempt?.tags;
  const name = tags?.[ENI_TAGS.cluster];
  const uid = tags?.[ENI_TAGS.clusterUid];
  return name === undefined || uid === undefined ? undefined : { name, uid };
}

/** Lets the election begin only when no attachment carries another identity; else it fails the process. */
export function createIdentityGuard(
  attachments: { readonly list: () => NodeENIAttachment[]; readonly ready: () => Promise<void> },
  cluster: ClusterIdentity,
): Runnable {
  const checked = Promise.withResolvers<void>();
  return {
    name: 'identity-guard',
    async start(signal) {
      await attachments.ready();
      for (const attachment of attachments.list()) {
        const identity = identityOf(attachment);
        if (identity === undefined) continue;
        if (identity.name === cluster.name && identity.uid === cluster.uid) continue;
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
