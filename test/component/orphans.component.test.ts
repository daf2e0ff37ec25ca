import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENI_TAGS } from '../../api/v1alpha1/names.ts';
import { eniTags } from '../../src/domain/ownership.ts';
import { IdentityMismatchError } from '../../src/operator/identity-guard.ts';
import { kubectl } from '../support/component-cluster.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { present } from '../support/seed-ec2.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const ZONE = 'us-east-1a';
const HOUR_MS = 3_600_000;
/** Listings twice a second; an ENI waits a second. */
const PATIENT = { resyncPeriodMs: 500, orphanTimings: { sightingsApartMs: 1_000, minAgeMs: HOUR_MS / 2 } };
const IMPATIENT = { ...PATIENT, orphanTimings: { sightingsApartMs: 1_000, minAgeMs: 0 } };

async function eventsOf(
  reason: string,
): Promise<{ readonly type: string; readonly message: string; readonly involvedObject: { name: string } }[]> {
  const flags = ['--namespace=default', `--field-selector=reason=${reason}`, '--output=json'];
  return JSON.parse(await kubectl(['get', 'events', ...flags])).items;
}

describe('leaked ENIs in a cluster', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let clusterUid: string;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: [ZONE],
      nodesPerZone: 2,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control'],
    });
    clusterUid = (await world.client.namespaces.get('kube-system'))?.metadata.uid ?? '';
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  /** Makes an ENI as an operator of this cluster would have, an hour ago; `tags` replace some of its tags. */
  async function make(tags: Readonly<Record<string, string>> = {}, nodeEniName = 'gone'): Promise<string> {
    const all = eniTags({
      cluster: { name: clusterUid, uid: clusterUid },
      purpose: { nodeEniName, instanceId: 'i-0aaaaaaaaaaaaaaaa', slotKey: 'name/control' },
      nodeName: 'node-gone',
      nodeEniUid: 'uid-of-gone',
      attachmentUid: 'uid-of-attachment',
      attempt: 1,
      createdAt: new Date(Date.now() - HOUR_MS).toISOString(),
      userTags: {},
    });
    return makeTagged({ ...all, ...tags });
  }

  async function makeTagged(tags: Readonly<Record<string, string>>): Promise<string> {
    const { NetworkInterface: made } = await world.ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: world.subnet(ZONE, 'control'),
        Groups: [world.seed.securityGroupId],
        TagSpecifications: [
          {
            ResourceType: 'network-interface',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      }),
    );
    return present(made?.NetworkInterfaceId, 'ENI id');
  }

  async function all(): Promise<NetworkInterface[]> {
    return (await world.ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces ?? [];
  }

  async function ids(): Promise<string[]> {
    return (await all()).map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? '');
  }

  async function attach(eniId: string, deviceIndex: number): Promise<void> {
    const [node] = world.nodes;
    const place = { InstanceId: node?.instanceId, DeviceIndex: deviceIndex };
    await world.ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId: eniId, ...place }));
  }

  /** Waits for so many full listings of an operator. */
  async function untilListings(operator: OperatorInProcess, count: number): Promise<void> {
    const listings = (): number =>
      operator.ec2Calls.filter(({ action }) => action === 'DescribeNetworkInterfaces').length;
    const target = listings() + count;
    await world.until(`${count} listings`, async () => (listings() >= target ? true : undefined));
  }

  /** ENIs that are free because EC2 refuses to attach them, but that attachments need, stay. */
  async function sparesWhatIsNeeded(operator: OperatorInProcess): Promise<void> {
    const refusal = { kind: 'error', times: 10_000, code: 'InternalError', status: 500 } as const;
    const { id } = await simulator.faults.add({ action: 'AttachNetworkInterface', ...refusal });
    await world.applyNodeEni('stuck', { ...spec(), deviceIndex: 8 });
    const free = async (): Promise<string[]> =>
      (await world.ownedEnis())
        .filter(({ Status }) => Status === 'available')
        .filter(({ TagSet }) => TagSet?.some(({ Value }) => Value === 'stuck'))
        .map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? '');
    const needed = await world.until('two free ENIs', async () => {
      const found = await free();
      return found.length === 2 ? found : undefined;
    });
    await untilListings(operator, 8);
    expect(await free()).toEqual(needed);
    await simulator.faults.remove(id);
    await kubectl(['delete', 'nodeeni', 'stuck', '--timeout=60s']);
    expect((await ids()).filter((eniId) => needed.includes(eniId))).toEqual([]);
  }

  const spec = (): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    subnetName: 'control',
    securityGroupIDs: [world.seed.securityGroupId],
  });

  it('go, and nothing else does', async () => {
    const young = await make({ [ENI_TAGS.createdAt]: new Date().toISOString() });
    const foreign = await makeTagged({ Name: 'of somebody else' });
    const twin = await make({ [ENI_TAGS.clusterUid]: 'uid-of-a-twin' });
    const retained = await make({ [ENI_TAGS.retained]: 'true' });
    const attached = await make();
    await attach(attached, 5);
    const leaked = await make();
    const operator = await world.startOperator({ config: PATIENT });
    await world.applyNodeEni('wanted', spec());
    await world.untilReason('wanted', 'Ready');
    const wanted = (await world.attachments()).map(({ status }) => status.eniID ?? '');
    await world.until('the leak to go', async () => ((await ids()).includes(leaked) ? undefined : true));
    await untilListings(operator, 6);
    const stayed = [young, foreign, twin, retained, attached, ...wanted];
    expect(await ids()).toEqual(expect.arrayContaining(stayed));
    const told = await world.until('the event', async () => {
      const events = await eventsOf('OrphanENIDeleted');
      return events.length > 0 ? events : undefined;
    });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ type: 'Normal', involvedObject: { name: 'kube-system' } });
    expect(told[0]?.message).toContain(leaked);
    const { calls } = await simulator.calls({ action: 'DeleteNetworkInterface' });
    expect(calls).toHaveLength(1);
    await operator.stop();
  });

  it('that an abandoned NodeENI left stay while they are attached, and are collected after a restart', async () => {
    const first = await world.startOperator({ config: PATIENT });
    await world.untilReason('wanted', 'Ready');
    const before = (await world.attachments()).map(({ status }) => status.eniID ?? '');
    await kubectl(['annotate', 'nodeeni', 'wanted', 'networking.k8s.aws/abandon=true']);
    await kubectl(['delete', 'nodeeni', 'wanted', '--timeout=30s']);
    expect(await world.attachments()).toEqual([]);
    expect(await ids()).toEqual(expect.arrayContaining(before));
    const messages = (
      await world.until('both events', async () => {
        const events = await eventsOf('ENIAbandoned');
        return events.length === before.length ? events : undefined;
      })
    ).map(({ message }) => message);
    for (const eniId of before) expect(messages.some((message) => message.includes(eniId))).toBe(true);
    await first.stop();

    const second = await world.startOperator({ config: IMPATIENT });
    await untilListings(second, 6);
    expect(await ids()).toEqual(expect.arrayContaining(before));
    await world.applyNodeEni('keeper', { ...spec(), deviceIndex: 7 });
    await world.untilReason('keeper', 'Ready');
    for (const eni of (await all()).filter(({ NetworkInterfaceId: id = '' }) => before.includes(id))) {
      await world.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId: eni.Attachment?.AttachmentId }));
    }
    await world.until('them to go', async () => {
      const left = await ids();
      return before.some((eniId) => left.includes(eniId)) ? undefined : true;
    });
    expect((await world.attachments()).map(({ status }) => status.state)).toEqual(['Ready', 'Ready']);
    await sparesWhatIsNeeded(second);
    await second.stop();
  });

  it('stay all when too many look leaked, until somebody acknowledges them', async () => {
    const leaks = await Promise.all(Array.from({ length: 8 }, () => make()));
    const braked = await world.startOperator({ config: PATIENT });
    const told = await world.until('the warning', async () => {
      const events = await eventsOf('OrphanCollectionBraked');
      return events.length > 0 ? events : undefined;
    });
    expect(told[0]).toMatchObject({ type: 'Warning', involvedObject: { name: 'kube-system' } });
    await untilListings(braked, 4);
    expect(await ids()).toEqual(expect.arrayContaining(leaks));
    await braked.stop();
    const overruled = await world.startOperator({ config: { ...PATIENT, acknowledgeOrphans: true } });
    await world.until('them to go', async () => {
      const left = await ids();
      return leaks.some((eniId) => left.includes(eniId)) ? undefined : true;
    });
    await overruled.stop();
  });

  it('are not made by taking over an earlier identity: the same ENIs serve on under the new one', async () => {
    const before = (await world.ownedEnis())
      .filter(({ Attachment }) => Attachment?.DeviceIndex === 7)
      .map(({ NetworkInterfaceId }) => NetworkInterfaceId);
    expect(before).toHaveLength(2);
    const refused = await world.startOperator({ config: PATIENT, clusterName: 'renamed' });
    await expect(refused.ended).rejects.toThrow(IdentityMismatchError);
    await expect(refused.ended).rejects.toThrow(`--adopt-identity=${clusterUid}/${clusterUid}`);
    await simulator.clearCalls();
    const adoptIdentity = { name: clusterUid, uid: clusterUid };
    const adopting = await world.startOperator({
      clusterName: 'renamed',
      config: { ...PATIENT, adoptIdentity },
    });
    await world.until('the new identity', async () => {
      const tags = (await world.attachments()).map(
        ({ spec: { attempt } }) => attempt?.tags[ENI_TAGS.cluster],
      );
      return tags.every((name) => name === 'renamed') ? true : undefined;
    });
    await untilListings(adopting, 4);
    await world.untilReason('keeper', 'Ready');
    await adopting.stop();
    const again = await world.startOperator({ clusterName: 'renamed', config: PATIENT });
    await untilListings(again, 4);
    const after = (await all()).filter(({ Attachment }) => Attachment?.DeviceIndex === 7);
    expect(after.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toEqual(before);
    for (const eni of after) {
      expect(eni.TagSet).toContainEqual({ Key: ENI_TAGS.cluster, Value: 'renamed' });
    }
    const { calls } = await simulator.calls();
    const changes = calls.map(({ action }) => action).filter((action) => !action.startsWith('Describe'));
    expect(new Set(changes)).toEqual(new Set(['CreateTags']));
    await again.stop();
  });
});
