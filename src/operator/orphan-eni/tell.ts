import { ENI_TAGS } from '../../../api/v1alpha1/names.ts';
import { amount } from '../../domain/amount.ts';
import type { Eni } from '../../domain/ec2-resources.ts';
import type { OrphanBrake } from '../../domain/orphan-plan.ts';
import type { OrphanCollectorDeps } from './deps.ts';

/** What stands for the whole cluster in events: namespace kube-system, whose uid is the cluster's. */
function clusterSubject({ cluster }: OrphanCollectorDeps): {
  readonly kind: 'Namespace';
  readonly name: string;
  readonly uid: string;
} {
  return { kind: 'Namespace', name: 'kube-system', uid: cluster.uid };
}

/** Tells of a deletion: on the NodeENI that the tags name, or on namespace kube-system where there is none. */
export function tellDeleted(eni: Eni, deps: OrphanCollectorDeps): void {
  const name = eni.tags[ENI_TAGS.nodeEni] ?? '';
  const nodeEni = deps.caches.nodeEnis.get(name);
  const subject =
    nodeEni === undefined
      ? clusterSubject(deps)
      : ({ kind: 'NodeENI', name, uid: nodeEni.metadata.uid } as const);
  const instanceId = eni.tags[ENI_TAGS.instance] ?? 'unknown';
  const message = `${eni.eniId} (NodeENI ${name}, instance ${instanceId}) was leaked: no attachment needs it, and it was deleted`;
  deps.events.record({ ...subject, type: 'Normal', reason: 'OrphanENIDeleted', message });
  deps.logger.info({ eniId: eni.eniId, nodeEni: name, instanceId }, 'orphaned network interface deleted');
}

function wordsOf(brake: OrphanBrake): string {
  const { due } = brake;
  const look = due === 1 ? 'looks' : 'look';
  return brake.kind === 'TooMany'
    ? `${due} of ${amount(brake.known, 'ENI')} ${look} leaked, more than the ${brake.limit} that one pass deletes`
    : `${amount(due, 'ENI')} ${look} leaked, but there is no NodeENIAttachment at all while ${amount(brake.attached, 'ENI')} ${brake.attached === 1 ? 'is' : 'are'} attached`;
}

/** Tells of a brake: nothing is deleted until a person says so, or the cause passes. `isNew`: the pass before had none. */
export function tellBraked(
  brake: OrphanBrake,
  eniIds: readonly string[],
  isNew: boolean,
  deps: OrphanCollectorDeps,
): void {
  deps.metrics.braked(brake.kind);
  const some = eniIds.slice(0, 10).join(', ') + (eniIds.length > 10 ? ', …' : '');
  const message =
    `${wordsOf(brake)}: nothing is deleted. ENIs: ${some}. If they are leaked indeed, restart the operator once with ` +
    '--acknowledge-orphans=true';
  const reason = 'OrphanCollectionBraked';
  deps.events.record({ ...clusterSubject(deps), type: 'Warning', reason, message });
  if (isNew) deps.logger.warn({ ...brake, eniIds }, 'collection of orphaned network interfaces is braked');
}
