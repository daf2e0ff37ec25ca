import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

describe('the life of a NodeENI', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ZONES,
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control', 'user'],
    });
    await world.startOperator();
  });

  afterEach(async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
    await world.until('no owned ENI', async () =>
      (await world.ownedEnis()).length === 0 ? true : undefined,
    );
    await world.resetNodes();
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const spec = (fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    subnetName: 'control',
    securityGroupIDs: [world.seed.securityGroupId],
    ...fields,
  });

  it('gives every node an ENI in the subnet of its own zone, with everything the spec says', async () => {
    await world.applyNodeEni(
      'full',
      spec({
        mtu: 9001,
        deviceIndex: 3,
        description: 'control plane',
        tags: { team: 'core' },
        sourceDestCheck: false,
        secondaryPrivateIPCount: 2,
      }),
    );
    const nodeEni = await world.untilReason('full', 'Ready');
    expect(nodeEni.status).toMatchObject({
      matchingNodes: 6,
      desiredAttachments: 6,
      attachedAttachments: 6,
      readyAttachments: 6,
    });
    const enis = await world.ownedEnis();
    expect(enis).toHaveLength(6);
    for (const node of world.nodes) {
      const eni = enis.find((candidate) => candidate.Attachment?.InstanceId === node.instanceId);
      expect(eni).toMatchObject({
        SubnetId: world.subnet(node.zone, 'control'),
        AvailabilityZone: node.zone,
        Description: 'control plane',
        SourceDestCheck: false,
        Groups: [{ GroupId: world.seed.securityGroupId }],
        Attachment: { DeviceIndex: 3, NetworkCardIndex: 0, Status: 'attached', DeleteOnTermination: true },
      });
      expect(eni?.PrivateIpAddresses).toHaveLength(3);
      expect(eni?.TagSet).toEqual(
        expect.arrayContaining([
          { Key: 'team', Value: 'core' },
          { Key: 'node.k8s.amazonaws.com/no_manage', Value: 'true' },
          { Key: 'networking.k8s.aws/nodeeni', Value: 'full' },
          { Key: 'networking.k8s.aws/instance', Value: node.instanceId },
        ]),
      );
    }
  });

  it('says where each ENI is, in the words that users of the reference know', async () => {
    await world.applyNodeEni('told', spec({ mtu: 9001 }));
    await world.untilReason('told', 'Ready');
    const nodeEni = await world.nodeEni('told');
    const entries = nodeEni?.status.attachments ?? [];
    expect(entries.map(({ nodeID }) => nodeID)).toEqual(world.nodes.map(({ name }) => name));
    for (const [index, node] of world.nodes.entries()) {
      expect(entries[index]).toMatchObject({
        nodeID: node.name,
        instanceID: node.instanceId,
        subnetID: world.subnet(node.zone, 'control'),
        deviceIndex: 2,
        mtu: 9001,
        status: 'attached',
      });
      expect(entries[index]?.eniID).toMatch(/^eni-/);
      expect(entries[index]?.attachmentID).toMatch(/^eni-attach-/);
    }
    const table = await kubectl(['get', 'nodeeniattachments']);
    expect(table.split('\n')[0]).toMatch(/^NAME +NODE +ENI-ID +SUBNET-ID +INDEX +STATUS +AGE/);
    const wide = await kubectl(['get', 'nodeenis', '-o', 'wide']);
    expect(wide.split('\n')[0]).toMatch(/NODE +ENI-ID +SUBNET-ID +STATUS/);
    expect(wide).toContain(entries[0]?.eniID);
  });

  it('gives a node one ENI for each listed subnet of its zone, at consecutive indexes', async () => {
    await world.applyNodeEni('several', {
      nodeSelector: NODE_LABELS,
      subnetNames: ['control', 'user'],
      securityGroupNames: ['nodes'],
      deviceIndex: 1,
    });
    await world.untilReason('several', 'Ready');
    const enis = await world.ownedEnis();
    expect(enis).toHaveLength(12);
    for (const node of world.nodes) {
      const places = enis
        .filter((eni) => eni.Attachment?.InstanceId === node.instanceId)
        .map((eni) => `${eni.Attachment?.DeviceIndex} ${eni.SubnetId}`);
      expect(new Set(places)).toEqual(
        new Set([`1 ${world.subnet(node.zone, 'control')}`, `2 ${world.subnet(node.zone, 'user')}`]),
      );
    }
  });

  it('keeps an explicit deleteOnTermination of false in EC2 and in the spec', async () => {
    await world.applyNodeEni('kept', spec({ deleteOnTermination: false, mtu: 1500 }));
    await world.untilReason('kept', 'Ready');
    for (const eni of await world.ownedEnis()) expect(eni.Attachment?.DeleteOnTermination).toBe(false);
    for (let round = 0; round < 10; round += 1) {
      await kubectl(['annotate', 'neni', 'kept', `round=${round}`, '--overwrite']);
    }
    await world.untilReason('kept', 'Ready');
    const nodeEni = await world.nodeEni('kept');
    expect(nodeEni?.spec).toMatchObject({ deleteOnTermination: false, mtu: 1500 });
    const object = { apiVersion: 'networking.k8s.aws/v1alpha1', kind: 'NodeENI', metadata: { name: 'kept' } };
    const applied = JSON.stringify({ ...object, spec: spec({ deleteOnTermination: false, mtu: 1500 }) });
    await expect(kubectl(['diff', '-f', '-'], applied)).resolves.toBe('');
  });

  it('drives deleteOnTermination to true although EC2 refuses at first', async () => {
    await simulator.faults.add({
      action: 'ModifyNetworkInterfaceAttribute',
      kind: 'error',
      times: 5,
      code: 'InternalError',
      status: 500,
    });
    await world.applyNodeEni('stubborn', spec());
    await world.untilReason('stubborn', 'Ready');
    for (const eni of await world.ownedEnis()) expect(eni.Attachment?.DeleteOnTermination).toBe(true);
  });

  it('takes the ENIs of nodes that lose the label, and of no other', async () => {
    await world.applyNodeEni('labelled', spec());
    await world.untilReason('labelled', 'Ready');
    const [first, second] = world.nodes;
    await kubectl(['label', 'node', first?.name ?? '', second?.name ?? '', 'ng-']);
    const left = await world.until('four ENIs', async () => {
      const enis = await world.ownedEnis();
      return enis.length === 4 ? enis : undefined;
    });
    const instances = new Set(left.map((eni) => eni.Attachment?.InstanceId));
    expect(instances).toEqual(new Set(world.nodes.slice(2).map(({ instanceId }) => instanceId)));
    const nodeEni = await world.until('a status of four', async () => {
      const found = await world.nodeEni('labelled');
      return found?.status.matchingNodes === 4 && found.status.attachments?.length === 4 ? found : undefined;
    });
    expect(nodeEni.status.readyAttachments).toBe(4);
  });

  it('makes no EC2 call when a label is gone for less than the grace', async () => {
    await world.applyNodeEni('flap', spec());
    await world.untilReason('flap', 'Ready');
    const before = new Set((await world.ownedEnis()).map((eni) => eni.NetworkInterfaceId));
    await simulator.clearCalls();
    const name = world.nodes[0]?.name ?? '';
    await kubectl(['label', 'node', name, 'ng-']);
    await kubectl(['label', 'node', name, 'ng=multi-eni']);
    await world.until('the grace to be called off', async () => {
      const attachments = await world.attachments();
      return attachments.every(({ status }) => status.unwantedSince === undefined) ? true : undefined;
    });
    await world.untilReason('flap', 'Ready');
    const { calls } = await simulator.calls();
    expect(calls.filter(({ action }) => /^(Create|Attach|Modify|Detach|Delete)/.test(action))).toEqual([]);
    expect(new Set((await world.ownedEnis()).map((eni) => eni.NetworkInterfaceId))).toEqual(before);
  });

  it('makes exactly one new ENI when the label comes back after the ENI is gone', async () => {
    await world.applyNodeEni('again', spec());
    await world.untilReason('again', 'Ready');
    const name = world.nodes[0]?.name ?? '';
    for (let round = 0; round < 2; round += 1) {
      await kubectl(['label', 'node', name, 'ng-']);
      await world.until('five ENIs', async () => ((await world.ownedEnis()).length === 5 ? true : undefined));
      await kubectl(['label', 'node', name, 'ng=multi-eni']);
      await world.until('six ready attachments', async () => {
        const ready = (await world.attachments()).filter(({ status }) => status.state === 'Ready');
        return ready.length === 6 ? true : undefined;
      });
      expect(await world.ownedEnis()).toHaveLength(6);
    }
  });

  it('removes the ENI of a node that is gone while its instance still runs', async () => {
    await world.applyNodeEni('gone', spec());
    await world.untilReason('gone', 'Ready');
    const gone = world.nodes[5];
    await kubectl(['delete', 'node', gone?.name ?? '']);
    const left = await world.until('five ENIs', async () => {
      const enis = await world.ownedEnis();
      return enis.length === 5 ? enis : undefined;
    });
    expect(left.some((eni) => eni.Attachment?.InstanceId === gone?.instanceId)).toBe(false);
  });

  it('follows a node that comes back under its name as another instance', async () => {
    await world.applyNodeEni('replaced', spec());
    await world.untilReason('replaced', 'Ready');
    const old = world.nodes[0];
    if (old === undefined) throw new Error('the world has no node');
    const spare = world.nodes[1];
    if (spare === undefined) throw new Error('the world has one node');
    await kubectl(['delete', 'node', old.name, spare.name]);
    await world.addNode({ ...spare, name: old.name }, NODE_LABELS);
    const attachments = await world.until('the new instance only', async () => {
      const all = await world.attachments();
      const here = all.filter(({ spec: { nodeName } }) => nodeName === old.name || nodeName === spare.name);
      const isDone =
        here.length === 1 &&
        here[0]?.spec.instanceID === spare.instanceId &&
        here[0].status.state === 'Ready';
      return isDone ? here : undefined;
    });
    expect(attachments[0]?.spec.nodeName).toBe(old.name);
    const enis = await world.ownedEnis();
    expect(enis.some((eni) => eni.Attachment?.InstanceId === old.instanceId)).toBe(false);
    expect(enis).toHaveLength(5);
  });

  it('gives a node that appears later its ENI', async () => {
    const late = world.nodes[3];
    if (late === undefined) throw new Error('the world has too few nodes');
    await kubectl(['delete', 'node', late.name]);
    await world.applyNodeEni('early', spec());
    await world.untilReason('early', 'Ready');
    expect(await world.ownedEnis()).toHaveLength(5);
    await world.addNode(late, NODE_LABELS);
    await world.until('six ready', async () => {
      const found = await world.nodeEni('early');
      return found?.status.readyAttachments === 6 ? true : undefined;
    });
  });

  it('is Ready without a matching node, so that nothing waits for it', async () => {
    await world.applyNodeEni('nobody', spec({ nodeSelector: { ng: 'nobody' } }));
    const nodeEni = await world.untilReason('nobody', 'NoMatchingNodes');
    expect(nodeEni.status.conditions).toMatchObject([{ type: 'Ready', status: 'True' }]);
  });
});
