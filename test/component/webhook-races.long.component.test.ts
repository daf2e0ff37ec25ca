import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import { type ApiServer, type ApiServerReply, openApiServer } from '../support/api-server.ts';
import { kubectl } from '../support/component-cluster.ts';
import { createOperatorWorld, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';
import { createTestAuthority, type TestAuthority } from '../support/webhook-certificates.ts';
import { installWebhooks, uninstallWebhooks } from '../support/webhook-configurations.ts';
import { startWebhookProcess, type WebhookProcess } from '../support/webhook-process.ts';
import { kubeconfigPath } from '../support/shared-control-plane.ts';

const NODES = 5;
const INDEXES = 10;
const PAIRS = NODES * INDEXES;

interface Pair {
  readonly names: readonly [string, string];
  readonly group: number;
  readonly deviceIndex: number;
}

const pairs = Array.from({ length: PAIRS }, (_, at): Pair => ({
  names: [`left-${at}`, `right-${at}`],
  group: at % NODES,
  deviceIndex: 2 + Math.floor(at / NODES),
}));

function reasonOf(nodeEni: NodeENI | undefined): string | undefined {
  return nodeEni?.status.conditions?.find(({ type }) => type === 'Ready')?.reason;
}

describe('NodeENIs that race for one index past the webhooks', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let authority: TestAuthority;
  let webhook: WebhookProcess;
  let api: ApiServer;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: NODES,
      instanceType: 'm5.24xlarge',
      tenantSubnetNames: ['control'],
    });
    for (const [at, { name }] of world.nodes.entries())
      await kubectl(['label', 'node', name, `group=g${at}`]);
    authority = await createTestAuthority();
    const certificate = await authority.issue();
    webhook = await startWebhookProcess({ kubeconfig: kubeconfigPath(), certificate });
    await installWebhooks(webhook.url, authority.certificate);
    api = openApiServer(kubeconfigPath());
    await world.startOperator();
  });

  afterAll(async () => {
    await uninstallWebhooks();
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
    await webhook.stop();
    webhook.close();
    authority.close();
    api.close();
    await world.close();
    await simulator.close();
  });

  function create(name: string, { group, deviceIndex }: Pair): Promise<ApiServerReply> {
    return api.call('POST', '/apis/networking.k8s.aws/v1alpha1/nodeenis', {
      apiVersion: 'networking.k8s.aws/v1alpha1',
      kind: 'NodeENI',
      metadata: { name, annotations: { 'networking.k8s.aws/allow-shared-subnet': 'true' } },
      spec: {
        nodeSelector: { group: `g${group}` },
        subnetName: 'control',
        securityGroupIDs: [world.seed.securityGroupId],
        deviceIndex,
      },
    });
  }

  it(
    'end with one winner of each of 50 pairs: the other one is refused, or conflicted and told by whom',
    { timeout: 100_000 },
    async () => {
      const replies = new Map<string, ApiServerReply>();
      await Promise.all(
        pairs.flatMap((pair) =>
          pair.names.map(async (name) => {
            replies.set(name, await create(name, pair));
          }),
        ),
      );
      const isRefused = (name: string): boolean => replies.get(name)?.status !== 201;

      const settled = await world.until(
        'one winner of each pair',
        async () => {
          const { items } = await world.client.nodeENIs.list();
          const all = new Map(items.map((nodeEni) => [nodeEni.metadata.name, nodeEni]));
          const outcomes = pairs.map(({ names }) =>
            names
              .map((name) => (isRefused(name) ? 'Refused' : reasonOf(all.get(name))))
              .toSorted((a = '', b = '') => a.localeCompare(b))
              .join(),
          );
          const isSettled = outcomes.every((each) => each === 'Conflicted,Ready' || each === 'Ready,Refused');
          return isSettled ? all : undefined;
        },
        60_000,
      );

      for (const { names } of pairs) {
        const [winner = '', loser = ''] = names.toSorted(
          (a, b) =>
            Number(reasonOf(settled.get(b)) === 'Ready') - Number(reasonOf(settled.get(a)) === 'Ready'),
        );
        const refusal = replies.get(loser);
        const told = settled
          .get(loser)
          ?.status.conditions?.find(({ type, status }) => type === 'Conflicted' && status === 'True');
        expect([201, 403]).toContain(refusal?.status);
        expect(isRefused(loser) ? refusal?.body.message : told?.message).toContain(`NodeENI "${winner}"`);
      }
      const attachments = await world.attachments();
      const keys = attachments.map(({ spec }) => `${spec.nodeName} ${spec.deviceIndex}`);
      expect(keys).toHaveLength(PAIRS);
      expect(new Set(keys).size).toBe(PAIRS);
      const { calls } = await simulator.calls();
      expect(calls.filter(({ action }) => action === 'CreateNetworkInterface')).toHaveLength(PAIRS);
    },
  );
});
