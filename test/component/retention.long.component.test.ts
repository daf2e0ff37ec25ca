import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import {
  createOperatorWorld,
  NODE_LABELS,
  type OperatorWorld,
  type WorldNode,
} from '../support/operator-world.ts';
import { present } from '../support/seed-ec2.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const RETAINED = 'networking.k8s.aws/retained';

type Cause = 'the label is lost' | 'the Node is gone' | 'the instance is dead' | 'the NodeENI is deleted';

interface Cell {
  readonly deleteOnTermination: boolean;
  readonly deletionPolicy: 'Delete' | 'Retain';
  readonly cause: Cause;
  readonly outcome: 'deleted' | 'deleted by EC2' | 'kept';
}

const CAUSES: readonly Cause[] = [
  'the label is lost',
  'the Node is gone',
  'the instance is dead',
  'the NodeENI is deleted',
];

/** The table of docs/concepts.md. */
function outcomeOf({ deleteOnTermination, deletionPolicy, cause }: Omit<Cell, 'outcome'>): Cell['outcome'] {
  if (cause === 'the instance is dead' && deleteOnTermination) return 'deleted by EC2';
  return deletionPolicy === 'Retain' ? 'kept' : 'deleted';
}

const CELLS: readonly Cell[] = CAUSES.flatMap((cause) =>
  [true, false].flatMap((deleteOnTermination) =>
    (['Delete', 'Retain'] as const).map((deletionPolicy) => {
      const cell = { deleteOnTermination, deletionPolicy, cause };
      return { ...cell, outcome: outcomeOf(cell) };
    }),
  ),
);

describe('what becomes of an ENI', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: CELLS.length + 1,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control'],
    });
    await world.startOperator({ config: { resyncPeriodMs: 1_000 } });
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  /** Applies a NodeENI for one node; returns its ENI. */
  async function attachedEni(
    name: string,
    node: WorldNode,
    spec: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    await kubectl(['label', 'node', node.name, `cell=${name}`]);
    await world.applyNodeEni(name, {
      nodeSelector: { ...NODE_LABELS, cell: name },
      subnetName: 'control',
      securityGroupIDs: [world.seed.securityGroupId],
      ...spec,
    });
    await world.untilReason(name, 'Ready');
    return present((await world.nodeEni(name))?.status.attachments?.[0]?.eniID, 'ENI id');
  }

  async function happen(cause: Cause, name: string, node: WorldNode): Promise<void> {
    switch (cause) {
      case 'the label is lost':
        await kubectl(['label', 'node', node.name, 'cell-']);
        return;
      case 'the Node is gone':
        await kubectl(['delete', 'node', node.name]);
        return;
      case 'the instance is dead':
        await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [node.instanceId] }));
        await kubectl(['delete', 'node', node.name]);
        return;
      case 'the NodeENI is deleted':
        await kubectl(['delete', 'nodeeni', name, '--timeout=60s']);
    }
  }

  /** The release is over: the attachment is gone. */
  async function untilReleased(name: string): Promise<void> {
    await world.until(
      `the attachment of ${name} to be gone`,
      async () => {
        const left = (await world.attachments()).filter(({ spec }) => spec.nodeENI.name === name);
        return left.length === 0 ? true : undefined;
      },
      120_000,
    );
  }

  const callsOn = async (needle: string): Promise<string[]> =>
    (await simulator.calls()).calls
      .filter((call) => !call.action.startsWith('Describe') && JSON.stringify(call).includes(needle))
      .map(({ action }) => action);

  it.concurrent.each(CELLS.map((cell, index) => ({ ...cell, index })))(
    'with deleteOnTermination $deleteOnTermination and deletionPolicy $deletionPolicy is $outcome when $cause',
    async ({ index, deleteOnTermination, deletionPolicy, cause, outcome }) => {
      const node = present(world.nodes[index], 'node');
      const name = `cell-${index}`;
      const eniId = await attachedEni(name, node, { deleteOnTermination, deletionPolicy });
      const attached = (await world.ownedEnis()).find(
        ({ NetworkInterfaceId }) => NetworkInterfaceId === eniId,
      );
      expect(attached?.Attachment?.DeleteOnTermination).toBe(deleteOnTermination);
      await happen(cause, name, node);
      await untilReleased(name);
      const left = (await world.ownedEnis()).find(({ NetworkInterfaceId }) => NetworkInterfaceId === eniId);
      const calls = await callsOn(eniId);
      const isMarked = left?.TagSet?.some(({ Key, Value }) => Key === RETAINED && Value === 'true');
      expect({ status: left?.Status, isMarked }).toEqual(
        outcome === 'kept'
          ? { status: 'available', isMarked: true }
          : { status: undefined, isMarked: undefined },
      );
      expect(calls.includes('DeleteNetworkInterface')).toBe(outcome === 'deleted');
    },
    150_000,
  );

  it('marks a retained ENI before the detach, and gives it back to its node', async () => {
    const node = present(world.nodes.at(-1), 'node');
    const eniId = await attachedEni('back', node, { deletionPolicy: 'Retain' });
    const { lastSequence } = await simulator.calls();
    await kubectl(['label', 'node', node.name, 'cell-']);
    await untilReleased('back');
    const since = (await simulator.calls({ since: lastSequence })).calls.map(({ action }) => action);
    expect(since.filter((action) => !action.startsWith('Describe'))).toEqual([
      'CreateTags',
      'DetachNetworkInterface',
    ]);
    await kubectl(['label', 'node', node.name, 'cell=back']);
    const eni = await world.until('the ENI to be back', async () =>
      (await world.ownedEnis()).find(
        ({ Attachment }) => Attachment?.InstanceId === node.instanceId && Attachment.Status === 'attached',
      ),
    );
    expect(eni.NetworkInterfaceId).toBe(eniId);
    expect(eni.TagSet?.some(({ Key }) => Key === RETAINED)).toBe(false);
  });
});
