import { waitUntil } from '../../hack/control-plane/wait-until.ts';
import { kubectl } from './component-cluster.ts';
import type { RenderedObject } from './rendered-manifests.ts';

type Workload = Pick<RenderedObject, 'kind' | 'metadata' | 'spec'>;

/** Status of a workload all of whose pods run; of a DaemonSet on a cluster without nodes for it. */
function statusOf({ kind, spec }: Workload, observedGeneration: number): object {
  if (kind === 'DaemonSet') {
    const none = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0 };
    return { ...none, numberReady: 0, updatedNumberScheduled: 0, observedGeneration };
  }
  const replicas = spec?.replicas ?? 1;
  return {
    observedGeneration,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }],
  };
}

/** Writes what the controllers of Deployments and DaemonSets, which no bare API server has, would write: pods run. */
export async function makeAvailable(objects: readonly Workload[]): Promise<void> {
  for (const object of objects.filter(({ kind }) => kind === 'Deployment' || kind === 'DaemonSet')) {
    const { name, namespace = 'default' } = object.metadata;
    const workload = ['--namespace', namespace, `${object.kind}/${name}`];
    const generation = await waitUntil(
      async () => {
        const get = ['get', ...workload, '--ignore-not-found', '--output=jsonpath={.metadata.generation}'];
        return (await kubectl(get)) || undefined;
      },
      { what: `${object.kind} ${name}`, deadlineMs: 60_000 },
    );
    const status = statusOf(object, Number(generation));
    const patch = ['--subresource=status', '--type=merge', `--patch=${JSON.stringify({ status })}`];
    await kubectl(['patch', ...workload, ...patch]);
  }
}
