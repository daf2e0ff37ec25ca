import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { createPodOn, deletePod, networkStatusOf, setReady } from '../support/network-pods.ts';
import {
  createNetworkWorld,
  NETWORK,
  NETWORK_NODE_ENI,
  type NetworkWorld,
} from '../support/network-world.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import type { OperatorWorld } from '../support/operator-world.ts';
import { tryKubectl } from '../support/webhook-configurations.ts';

const config = join(import.meta.dirname, '..', '..', 'config');
const ACCOUNT = 'system:serviceaccount:eni-controller-system:eni-controller';
const BUDGET = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'upf', namespace: 'default' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'upf' } } },
};

/** What the disruption controller of a whole cluster would write. */
async function setAllowed(disruptionsAllowed: number): Promise<void> {
  const generation = Number(
    await kubectl(['get', 'pdb', 'upf', '-n', 'default', '-o', 'jsonpath={.metadata.generation}']),
  );
  const counts = { currentHealthy: 1 + disruptionsAllowed, desiredHealthy: 1, expectedPods: 1 };
  const status = { observedGeneration: generation, disruptionsAllowed, ...counts };
  const patch = JSON.stringify({ status });
  const pdb = ['pdb', 'upf', '-n', 'default'];
  await kubectl(['patch', ...pdb, '--subresource=status', '--type=merge', '-p', patch]);
}

/** Whether the API server answered an eviction with 429. */
function wasRefused({ kubernetesCalls }: OperatorInProcess): boolean {
  return kubernetesCalls.some(({ method, status }) => method === 'POST' && status === 429);
}

async function canEvict(): Promise<boolean> {
  const question = ['auth', 'can-i', 'create', 'pods', '--subresource=eviction', `--as=${ACCOUNT}`];
  return (await tryKubectl(question)).stdout.trim() === 'yes';
}

describe('an operator that evicts what keeps an ENI', () => {
  let network: NetworkWorld;
  let world: OperatorWorld;
  let operator: OperatorInProcess;

  beforeAll(async () => {
    network = await createNetworkWorld();
    world = network.world;
    operator = await world.startOperator({ config: { evictMaxUnavailable: 1 } });
  });

  afterAll(async () => {
    await kubectl(['delete', 'pdb', 'upf', '-n', 'default', '--ignore-not-found']);
    await network.close();
  });

  it('waits for the budget of the pods, evicts them when it allows, and detaches once they are gone', async () => {
    await createPodOn(world.nodes[0]?.name ?? '', 'upf-0', {
      labels: { app: 'upf' },
      ...networkStatusOf(NETWORK),
    });
    await setReady('pod', 'upf-0');
    await kubectl([
      'patch',
      'pod',
      'upf-0',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{"status":{"phase":"Running"}}',
    ]);
    await kubectl(['apply', '-f', '-'], JSON.stringify(BUDGET));
    await setAllowed(0);
    await network.applyNodeEni();
    await world.untilReason(NETWORK_NODE_ENI, 'Ready');
    await kubectl(['delete', 'nodeeni', NETWORK_NODE_ENI, '--wait=false']);
    await world.until('a refusal by the budget', () => Promise.resolve(wasRefused(operator) || undefined));
    expect(await kubectl(['get', 'pod', 'upf-0', '-o', 'jsonpath={.metadata.deletionTimestamp}'])).toBe('');
    await setAllowed(1);
    await world.until('the eviction', async () => {
      const since = await kubectl(['get', 'pod', 'upf-0', '-o', 'jsonpath={.metadata.deletionTimestamp}']);
      return since === '' ? undefined : since;
    });
    // It still runs: nothing is taken from under it.
    expect(await world.ownedEnis()).toMatchObject([{ Attachment: { Status: 'attached' } }]);
    await world.until('its event', async () => {
      const events = await kubectl(['get', 'events', '-A', '-o', 'json']);
      return events.includes('default/upf-0 is evicted from') ? true : undefined;
    });
    await deletePod('upf-0');
    await world.until('the end of the ENI', async () =>
      (await world.ownedEnis()).length === 0 ? true : undefined,
    );
  });
});

describe('the component pod-eviction', () => {
  afterAll(async () => {
    await kubectl(['delete', '-f', join(config, 'components/pod-eviction/cluster-role.yaml')]);
    await kubectl(['delete', '-f', join(config, 'components/pod-eviction/cluster-role-binding.yaml')]);
    await kubectl(['delete', '-k', join(config, 'rbac')]);
  });

  it('gives the operator the one right that this needs, which it has not otherwise', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'eni-controller-system' } };
    await kubectl(['apply', '-f', '-'], JSON.stringify(namespace));
    await kubectl(['apply', '-k', join(config, 'rbac')]);
    expect(await canEvict()).toBe(false);
    for (const file of ['cluster-role.yaml', 'cluster-role-binding.yaml']) {
      await kubectl(['apply', '-f', join(config, 'components/pod-eviction', file)]);
    }
    await expect.poll(canEvict, { timeout: 10_000 }).toBe(true);
    const mayDelete = await tryKubectl(['auth', 'can-i', 'delete', 'pods', `--as=${ACCOUNT}`]);
    expect(mayDelete.stdout.trim()).toBe('no');
  });
});
