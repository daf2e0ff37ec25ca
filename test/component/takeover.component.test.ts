import {
  DescribeNetworkInterfacesCommand,
  type NetworkInterface,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENI_TAGS, FINALIZER } from '../../api/v1alpha1/names.ts';
import { eniTags } from '../../src/domain/ownership.ts';
import { kubectl } from '../support/component-cluster.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import {
  attachAsReference,
  holderOfLease,
  makeEni,
  REFERENCE_LEASE,
  type ReferenceEni,
  startReferenceLeader,
  storeAsReference,
  tagsOf,
  tagsOfReference,
} from '../support/reference-world.ts';
import { present } from '../support/seed-ec2.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const ZONE = 'us-east-1a';
const IN_USE = 'in-use';

describe('a cluster of the reference controller', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let clusterUid: string;
  let operator: OperatorInProcess;
  /** ENIs of NodeENI `voice`, which lists two subnets. */
  const voice: ReferenceEni[] = [];
  /** ENIs that are to stay as they are, and why. */
  const left: Record<string, string> = {};

  const spec = (): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    subnetNames: ['control', 'user'],
    securityGroupIDs: [world.seed.securityGroupId],
    deviceIndex: 1,
  });

  async function enis(): Promise<Map<string, NetworkInterface>> {
    const { NetworkInterfaces = [] } = await world.ec2.send(new DescribeNetworkInterfacesCommand({}));
    return new Map(NetworkInterfaces.map((eni) => [eni.NetworkInterfaceId ?? '', eni]));
  }

  async function changes(): Promise<string[]> {
    const { calls } = await simulator.calls();
    return calls.map(({ action }) => action).filter((action) => !action.startsWith('Describe'));
  }

  /** What may not be taken over; nothing of it stands in the way of what may. */
  async function addRefusals(): Promise<void> {
    const node = present(world.nodes[0], 'node');
    const subnet = world.subnet(ZONE, 'control');
    left['NotAttached'] = await makeEni(world, subnet, tagsOfReference('voice', node.name, subnet));
    const at = { node, subnetName: 'other', deviceIndex: 5 };
    left['SubnetNotListed'] = (await attachAsReference(world, 'voice', at)).eniId;
    left['NodeENINotFound'] = (await attachAsReference(world, 'gone', { ...at, deviceIndex: 6 })).eniId;
    // node-002 is in another zone, and is to become the node of another cluster.
    const stranger = present(world.nodes[2], 'node');
    const elsewhere = { node: stranger, subnetName: 'control', deviceIndex: 1 };
    left['ForeignInstance'] = (await attachAsReference(world, 'voice', elsewhere)).eniId;
    const twin = present(world.nodes[1], 'node');
    const tags = eniTags({
      cluster: { name: 'staging', uid: 'uid-of-staging' },
      purpose: { nodeEniName: 'voice', instanceId: twin.instanceId, slotKey: 'name/control' },
      nodeName: twin.name,
      nodeEniUid: 'uid-there',
      attachmentUid: 'uid-there',
      attempt: 0,
      createdAt: '2026-01-01T00:00:00Z',
      userTags: tagsOfReference('voice', twin.name, subnet),
    });
    left['OwnedByOthers'] = await makeEni(world, subnet, tags);
    await kubectl(['delete', 'node', stranger.name]);
  }

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: [ZONE, 'us-east-1b'],
      nodesPerZone: 2,
      instanceType: 'm5.4xlarge',
      tenantSubnetNames: ['control', 'user', 'other'],
    });
    clusterUid = (await world.client.namespaces.get('kube-system'))?.metadata.uid ?? '';
    await kubectl(['delete', 'node', present(world.nodes[3], 'node').name]);
    for (const node of world.nodes.slice(0, 2)) {
      // The reference moved an index silently where it was taken: here by one on the first node.
      const first = node === world.nodes[0] ? 2 : 1;
      voice.push(
        await attachAsReference(world, 'voice', { node, subnetName: 'control', deviceIndex: first }),
      );
      voice.push(
        await attachAsReference(world, 'voice', { node, subnetName: 'user', deviceIndex: first + 1 }),
      );
    }
    await storeAsReference('voice', spec(), voice);
    await addRefusals();
    await simulator.clearCalls();
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  it('is only watched while that controller holds the Lease', async () => {
    const before = await world.nodeEni('voice');
    const leader = await startReferenceLeader(3);
    operator = await world.startOperator({
      lease: REFERENCE_LEASE,
      config: { leaseDurationMs: 3_000, resyncPeriodMs: 1_000 },
    });
    // Twenty renewals take twice as long as the Lease lasts.
    await world.until('20 renewals', async () => (leader.renewals() >= 20 ? true : undefined));
    expect(await holderOfLease()).toBe(leader.identity);
    expect(operator.ec2Calls).toEqual([]);
    expect(new Set(operator.kubernetesCalls.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(await changes()).toEqual([]);
    expect(await world.nodeEni('voice')).toEqual(before);
    expect(await world.attachments()).toEqual([]);
    await leader.stop();
  });

  it('is taken over when that controller ends, without a detach and without a new ENI', async () => {
    const wanted = await world.untilReason('voice', 'Ready', 40_000);
    expect(await holderOfLease()).not.toBe('');
    const attachments = await world.attachments();
    expect(new Set(attachments.map(({ status }) => status.eniID))).toEqual(
      new Set(voice.map(({ eniId }) => eniId)),
    );
    expect(attachments).toHaveLength(voice.length);
    expect(new Set(await changes())).toEqual(new Set(['CreateTags', 'ModifyNetworkInterfaceAttribute']));
    const all = await enis();
    for (const { eniId, attachmentId, node, deviceIndex, subnetId } of voice) {
      const eni = all.get(eniId);
      expect(eni).toMatchObject({
        Status: IN_USE,
        Description: `NodeENI voice on ${node.name}`,
        Attachment: {
          AttachmentId: attachmentId,
          InstanceId: node.instanceId,
          DeviceIndex: deviceIndex,
          DeleteOnTermination: true,
        },
      });
      expect(tagsOf(eni)).toMatchObject({
        ...tagsOfReference('voice', node.name, subnetId),
        [ENI_TAGS.managedBy]: 'multi-eni-operator',
        [ENI_TAGS.clusterUid]: clusterUid,
        [ENI_TAGS.nodeEni]: 'voice',
        [ENI_TAGS.instance]: node.instanceId,
        [ENI_TAGS.attempt]: '0',
      });
    }
    expect(wanted.metadata.finalizers).toEqual([FINALIZER]);
  });

  it('shows indexes that differ as a detail, and each ENI where it is', async () => {
    const nodeEni = present(await world.nodeEni('voice'), 'NodeENI');
    const { conditions = [], attachments = [] } = nodeEni.status;
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'DeviceIndexMismatch=True',
    ]);
    expect(conditions[1]?.message).toContain('2 of 4 attachments (node-000)');
    expect(attachments.map(({ nodeID, deviceIndex, eniID }) => [nodeID, deviceIndex, eniID])).toEqual(
      voice.map(({ node, deviceIndex, eniId }) => [node.name, deviceIndex, eniId]),
    );
    const wide = await kubectl(['get', 'nodeenis', 'voice', '--output=wide']);
    expect(wide).toContain(present(voice[0], 'ENI').eniId);
  });

  it('keeps what may not be taken over as it is, and tells of it', async () => {
    await world.until('the gauge', async () => {
      const text = await operator.metrics();
      return text.includes('nodeeni_reference_enis{state="TakenOver"} 4') ? true : undefined;
    });
    const text = await operator.metrics();
    for (const reason of [
      'SubnetNotListed',
      'NodeENINotFound',
      'ForeignInstance',
      'NotAttached',
      'OwnedByOthers',
    ]) {
      expect(text).toContain(`nodeeni_reference_enis{state="${reason}"} 1`);
    }
    const all = await enis();
    for (const eniId of Object.values(left)) {
      expect(all.get(eniId)?.Description).toBe('made by the earlier controller');
      expect(tagsOf(all.get(eniId))[ENI_TAGS.clusterUid]).not.toBe(clusterUid);
    }
    for (const reason of ['SubnetNotListed', 'NodeENINotFound', 'ForeignInstance']) {
      expect(all.get(left[reason] ?? '')?.Status).toBe(IN_USE);
    }
    const events = JSON.parse(
      await kubectl(['get', 'events', '--field-selector=reason=ENINotAdopted', '--output=json']),
    ).items.map(({ message }: { readonly message: string }) => message);
    for (const reason of ['SubnetNotListed', 'NotAttached', 'OwnedByOthers']) {
      expect(events.filter((message: string) => message.startsWith(left[reason] ?? ''))).toHaveLength(1);
    }
    expect(events).toHaveLength(3);
  });

  it('takes an ENI of a launch template over, and never the primary interface that bears its tags, too', async () => {
    await simulator.clearCalls();
    await world.applyNodeEni('media', {
      nodeSelector: { role: 'media' },
      subnetName: 'user',
      securityGroupIDs: [world.seed.securityGroupId],
      deleteOnTermination: false,
      tags: { team: 'media' },
    });
    const Tags = [
      { Key: ENI_TAGS.cluster, Value: clusterUid },
      { Key: ENI_TAGS.nodeEni, Value: 'media' },
    ];
    const nodes = present(
      world.seed.subnets.find(({ name, availabilityZone }) => name === 'nodes' && availabilityZone === ZONE),
      'subnet',
    );
    const { Instances = [] } = await world.ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: 'm5.xlarge',
        MinCount: 1,
        MaxCount: 1,
        NetworkInterfaces: [
          { DeviceIndex: 0, SubnetId: nodes.subnetId, Groups: [world.seed.securityGroupId] },
          { DeviceIndex: 1, SubnetId: world.subnet(ZONE, 'user'), DeleteOnTermination: true },
        ],
        TagSpecifications: [{ ResourceType: 'network-interface', Tags }],
      }),
    );
    const [instance] = Instances;
    const instanceId = present(instance?.InstanceId, 'instance id');
    const byIndex = new Map(
      (instance?.NetworkInterfaces ?? []).map((eni) => [
        eni.Attachment?.DeviceIndex,
        eni.NetworkInterfaceId ?? '',
      ]),
    );
    await world.until('the instance to run', async () =>
      (await simulator.state()).instances.find(({ id }) => id === instanceId)?.state === 'running'
        ? true
        : undefined,
    );
    const name = 'node-of-template';
    await world.addNode({ name, instanceId, zone: ZONE }, { role: 'media' });
    await world.untilReason('media', 'Ready');
    const all = await enis();
    const attachment = (await world.attachments()).find(({ spec: { nodeName } }) => nodeName === name);
    expect(attachment?.status.eniID).toBe(byIndex.get(1));
    expect(tagsOf(all.get(byIndex.get(1) ?? ''))).toMatchObject({
      [ENI_TAGS.managedBy]: 'multi-eni-operator',
      [ENI_TAGS.attachment]: attachment?.metadata.uid,
      team: 'media',
    });
    expect(all.get(byIndex.get(1) ?? '')).toMatchObject({
      Groups: [{ GroupId: world.seed.securityGroupId }],
      Attachment: { DeviceIndex: 1, DeleteOnTermination: false },
    });
    expect(tagsOf(all.get(byIndex.get(0) ?? ''))).toEqual({
      [ENI_TAGS.cluster]: clusterUid,
      [ENI_TAGS.nodeEni]: 'media',
    });
    const made = (await changes()).filter((action) =>
      /^(Create|Attach|Detach|Delete)NetworkInterface$/.test(action),
    );
    expect(made).toEqual([]);
  });

  it('is served by one process of ours at a time, and needs no call of change after a restart', async () => {
    await operator.stop();
    await simulator.clearCalls();
    operator = await world.startOperator({ lease: REFERENCE_LEASE, config: { resyncPeriodMs: 500 } });
    await world.until('a few listings', async () => (operator.ec2Calls.length >= 6 ? true : undefined));
    await world.untilReason('voice', 'Ready');
    expect(await changes()).toEqual([]);
  });

  it('loses the ENIs that were taken over with their NodeENI, and only those', async () => {
    await kubectl(['delete', 'nodeeni', 'voice', '--timeout=60s']);
    const all = await enis();
    for (const { eniId } of voice) expect(all.has(eniId)).toBe(false);
    for (const eniId of Object.values(left)) expect(all.has(eniId)).toBe(true);
    await operator.stop();
  });
});
