import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NodeENI } from '../../gen/v1alpha1/stored.ts';
import { kubectl } from '../support/component-cluster.ts';
import { createOperatorWorld, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const NODES = 5;
const INDEXES = 10;
const PAIRS = NODES * INDEXES;

function condition(
  nodeEni: NodeENI | undefined,
  type: string,
): { reason: string; message: string } | undefined {
  return nodeEni?.status.conditions?.find((found) => found.type === type && found.status === 'True');
}

/** One `kubectl apply` of everything. */
async function apply(items: readonly unknown[]): Promise<void> {
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

function reasonIn(all: ReadonlyMap<string, NodeENI>, name: string): string | undefined {
  return all.get(name)?.status.conditions?.find(({ type }) => type === 'Ready')?.reason;
}

function isSplit(reasons: readonly (string | undefined)[]): boolean {
  return reasons.includes('Ready') && reasons.includes('Conflicted');
}

describe('conflicts that admission let pass', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: NODES,
      instanceType: 'm5.24xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    for (const [at, { name }] of world.nodes.entries())
      await kubectl(['label', 'node', name, `group=g${at}`]);
    await world.startOperator();
  });

  afterEach(async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const manifest = (
    name: string,
    fields: {
      readonly group: number;
      readonly deviceIndex?: number;
      readonly subnetName?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    },
  ): unknown => ({
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'NodeENI',
    metadata: { name, annotations: fields.annotations ?? {} },
    spec: {
      nodeSelector: { group: `g${fields.group}` },
      subnetName: fields.subnetName ?? 'control',
      securityGroupIDs: [world.seed.securityGroupId],
      deviceIndex: fields.deviceIndex ?? 2,
    },
  });

  const actions = async (): Promise<string[]> =>
    (await simulator.calls()).calls
      .map(({ action }) => action)
      .filter((action) => !action.startsWith('Describe'));

  const listNodeEnis = async (): Promise<ReadonlyMap<string, NodeENI>> => {
    const { items } = await world.client.nodeENIs.list();
    return new Map(items.map((nodeEni) => [nodeEni.metadata.name, nodeEni]));
  };

  it(
    'leave one winner of each of 50 pairs made at once; the loser names it, and follows when it is deleted',
    { timeout: 60_000 },
    async () => {
      const pairs = Array.from({ length: PAIRS }, (_, at) => ({
        names: [`left-${at}`, `right-${at}`] as const,
        group: at % NODES,
        deviceIndex: 2 + Math.floor(at / NODES),
      }));
      await apply(pairs.flatMap(({ names, ...fields }) => names.map((name) => manifest(name, fields))));
      const settled = await world.until(
        'a winner and a loser of each pair',
        async () => {
          const all = await listNodeEnis();
          const isSettled = pairs.every(({ names }) => isSplit(names.map((name) => reasonIn(all, name))));
          return isSettled ? all : undefined;
        },
        45_000,
      );
      const isLoser = (name: string): boolean => condition(settled.get(name), 'Conflicted') !== undefined;
      for (const { names } of pairs) {
        const [winner = '', loser = ''] = names.toSorted((a, b) => Number(isLoser(a)) - Number(isLoser(b)));
        expect(reasonIn(settled, winner)).toBe('Ready');
        expect(condition(settled.get(loser), 'Conflicted')?.message).toContain(
          `NodeENI "${winner}" on node-`,
        );
        expect(condition(settled.get(loser), 'Stalled')?.reason).toBe('Conflicted');
      }
      const owners = (await world.attachments()).map(({ spec }) => spec.nodeENI.name);
      expect(owners).toHaveLength(PAIRS);
      expect((await actions()).filter((action) => action === 'CreateNetworkInterface')).toHaveLength(PAIRS);
      const [winner = '', loser = ''] = ['left-7', 'right-7'].toSorted(
        (a, b) => Number(isLoser(a)) - Number(isLoser(b)),
      );
      await kubectl(['delete', 'nodeeni', winner, '--timeout=20s']);
      const follower = await world.untilReason(loser, 'Ready');
      expect(condition(follower, 'Conflicted')).toBeUndefined();
      expect(follower.status.attachments?.[0]?.deviceIndex).toBe(3);
    },
  );

  it('hand the index over to the NodeENI that replaces another, once that one is deleted', async () => {
    await apply([manifest('voice', { group: 0 })]);
    await world.untilReason('voice', 'Ready');
    const annotations = { 'networking.k8s.aws/replaces': 'voice' };
    await apply([manifest('audio', { group: 0, subnetName: 'user', annotations })]);
    const waiting = await world.untilReason('audio', 'Conflicted');
    expect(condition(waiting, 'Stalled')).toBeUndefined();
    expect(condition(waiting, 'Reconciling')?.message).toContain('which this one replaces');
    await simulator.clearCalls();
    await kubectl(['delete', 'nodeeni', 'voice', '--timeout=20s']);
    const ready = await world.untilReason('audio', 'Ready');
    expect(ready.status.attachments?.[0]).toMatchObject({
      deviceIndex: 2,
      subnetID: world.subnet('us-east-1a', 'user'),
    });
    const calls = await actions();
    expect(calls.indexOf('DetachNetworkInterface')).toBeLessThan(calls.indexOf('CreateNetworkInterface'));
    expect(calls.indexOf('DetachNetworkInterface')).toBeGreaterThanOrEqual(0);
  });

  it('let a NodeENI that replaces another lose to it, when both come in one apply', async () => {
    const annotations = { 'networking.k8s.aws/replaces': 'voice' };
    await apply([manifest('voice', { group: 1 }), manifest('audio', { group: 1, annotations })]);
    await world.untilReason('voice', 'Ready');
    const waiting = await world.untilReason('audio', 'Conflicted');
    expect(condition(waiting, 'Reconciling')?.message).toContain('taken by NodeENI "voice"');
    expect(await world.attachments()).toHaveLength(1);
  });

  it('tell both NodeENIs that share a subnet on a node, and serve both', async () => {
    await apply([manifest('one', { group: 2 }), manifest('two', { group: 2, deviceIndex: 3 })]);
    const told = await world.until('both to tell', async () => {
      const all = await listNodeEnis();
      const messages = ['one', 'two'].map((name) => condition(all.get(name), 'SharedSubnet')?.message ?? '');
      const areReady = ['one', 'two'].every((name) => condition(all.get(name), 'Ready') !== undefined);
      return areReady && messages.every((message) => message !== '') ? messages : undefined;
    });
    const subnet = world.subnet('us-east-1a', 'control');
    expect(told[0]).toContain(`${subnet} with NodeENI "two" on node-002`);
    expect(told[1]).toContain(`${subnet} with NodeENI "one" on node-002`);
    await kubectl(['delete', 'nodeeni', 'two', '--timeout=20s']);
    await world.until('silence of the one that is left', async () =>
      condition(await world.nodeEni('one'), 'SharedSubnet') === undefined ? true : undefined,
    );
  });

  it('hold the deletion of a protected NodeENI, also of its attachments, until the annotation goes', async () => {
    const annotations = { 'networking.k8s.aws/deletion-protection': 'true' };
    await apply([manifest('vital', { group: 3, annotations })]);
    await world.untilReason('vital', 'Ready');
    await simulator.clearCalls();
    await kubectl(['delete', 'nodeeni', 'vital', '--wait=false']);
    const [attachment] = await world.attachments();
    // What the garbage collector does when the deletion is a foreground one.
    await kubectl(['delete', 'nodeeniattachment', attachment?.metadata.name ?? '', '--wait=false']);
    const held = await world.untilReason('vital', 'DeletionProtected');
    expect(condition(held, 'Blocked')?.message).toContain(
      'kubectl annotate nodeeni vital networking.k8s.aws/deletion-protection-',
    );
    expect(await world.ownedEnis()).toHaveLength(1);
    expect(await actions()).toEqual([]);
    await kubectl(['annotate', 'nodeeni', 'vital', 'networking.k8s.aws/deletion-protection-']);
    await world.until('its end', async () =>
      (await world.nodeEni('vital')) === undefined ? true : undefined,
    );
    expect(await world.ownedEnis()).toEqual([]);
  });

  it('tell the interface limits of the nodes’ instance types', async () => {
    await apply([manifest('limited', { group: 4 })]);
    const { status } = await world.untilReason('limited', 'Ready');
    expect(status.instanceTypes).toEqual([
      { type: 'm5.24xlarge', networkCards: [{ index: 0, maximumInterfaces: 15 }] },
    ]);
  });
});
