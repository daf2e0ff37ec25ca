import { CreateSecurityGroupCommand, type NetworkInterface } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delay } from '../../src/runtime/delay.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { kubectl } from '../support/component-cluster.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { present } from '../support/seed-ec2.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const RESYNC_MS = 1_000;

const idOf = (eni: NetworkInterface): string => present(eni.NetworkInterfaceId, 'ENI id');
const tagsOf = ({ TagSet = [] }: NetworkInterface): Record<string, string> =>
  Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
const groupsOf = ({ Groups = [] }: NetworkInterface): string[] =>
  Groups.map(({ GroupId = '' }) => GroupId).toSorted();
const addressesOf = ({ PrivateIpAddresses = [] }: NetworkInterface): string[] =>
  PrivateIpAddresses.filter(({ Primary }) => Primary !== true)
    .map(({ PrivateIpAddress = '' }) => PrivateIpAddress)
    .toSorted((a, b) => Number(a.split('.')[3]) - Number(b.split('.')[3]));

describe('an ENI that is not as its NodeENI says any more', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let second: string;
  let before: NetworkInterface;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a'],
      nodesPerZone: 1,
      instanceType: 'm5.xlarge',
      tenantSubnetNames: ['control'],
    });
    const group = new CreateSecurityGroupCommand({
      GroupName: 'second',
      Description: 'second',
      VpcId: world.seed.vpcId,
    });
    second = present((await world.ec2.send(group)).GroupId, 'group id');
    await world.startOperator({ config: { resyncPeriodMs: RESYNC_MS } });
  });

  const spec = (fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
    nodeSelector: NODE_LABELS,
    subnetName: 'control',
    securityGroupIDs: [world.seed.securityGroupId],
    description: 'one',
    tags: { team: 'core' },
    secondaryPrivateIPCount: 2,
    ...fields,
  });

  const onlyEni = async (): Promise<NetworkInterface> => {
    const enis = await world.ownedEnis();
    expect(enis).toHaveLength(1);
    return present(enis[0], 'ENI');
  };

  beforeEach(async () => {
    await world.applyNodeEni('drift', spec());
    await world.untilReason('drift', 'Ready');
    before = await onlyEni();
    await simulator.clearCalls();
  });

  afterEach(async () => {
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=60s']);
  });

  afterAll(async () => {
    await world.close();
    await simulator.close();
  });

  const changes = async (): Promise<string[]> =>
    (await simulator.calls()).calls
      .map(({ action }) => action)
      .filter((action) => !action.startsWith('Describe'));

  /** The ENI once it is as it should be, and the NodeENI is Ready. */
  const untilEni = async (
    what: string,
    isDone: (eni: NetworkInterface) => boolean,
  ): Promise<NetworkInterface> => {
    const eni = await world.until(what, async () => {
      const found = (await world.ownedEnis())[0];
      return found !== undefined && isDone(found) ? found : undefined;
    });
    await world.untilReason('drift', 'Ready');
    expect(idOf(await onlyEni())).toBe(idOf(before));
    return eni;
  };

  const versions = async (): Promise<unknown[]> => [
    (await world.nodeEni('drift'))?.metadata.resourceVersion,
    ...(await world.attachments()).map(({ metadata }) => metadata.resourceVersion),
  ];

  /** Resyncs pass, and nothing is changed in EC2 or written to Kubernetes. */
  const staysSo = async (): Promise<void> => {
    const settled = await world.until('the objects to rest', async () => {
      const seen = await versions();
      await delay(systemClock, RESYNC_MS + 200);
      return JSON.stringify(await versions()) === JSON.stringify(seen) ? seen : undefined;
    });
    await simulator.clearCalls();
    await delay(systemClock, 3 * RESYNC_MS);
    const { calls } = await simulator.calls();
    expect(calls.filter(({ action }) => action === 'DescribeNetworkInterfaces').length).toBeGreaterThan(0);
    expect(await changes()).toEqual([]);
    expect(await versions()).toEqual(settled);
  };

  it('has its groups, description, tags and addresses changed in place, by the needed calls', async () => {
    const securityGroupIDs = [second, world.seed.securityGroupId];
    const edited = { securityGroupIDs, description: 'two', tags: { tier: '1' }, secondaryPrivateIPCount: 4 };
    await world.applyNodeEni('drift', spec(edited));
    const eni = await untilEni('the edits', (each) => each.PrivateIpAddresses?.length === 5);
    expect(eni).toMatchObject({ Description: 'two', Attachment: { Status: 'attached' } });
    expect(groupsOf(eni)).toEqual(securityGroupIDs.toSorted());
    expect(tagsOf(eni)['team']).toBeUndefined();
    expect(tagsOf(eni)).toMatchObject({ tier: '1', 'node.k8s.amazonaws.com/no_manage': 'true' });
    const modify = 'ModifyNetworkInterfaceAttribute';
    expect(await changes()).toEqual(['CreateTags', modify, modify, 'DeleteTags', 'AssignPrivateIpAddresses']);
    await staysSo();
  });

  it('does not care for the order in which groups are listed', async () => {
    const securityGroupIDs = [second, world.seed.securityGroupId];
    await world.applyNodeEni('drift', spec({ securityGroupIDs }));
    await untilEni('both groups', (each) => groupsOf(each).length === 2);
    await simulator.clearCalls();
    await world.applyNodeEni('drift', spec({ securityGroupIDs: securityGroupIDs.toReversed() }));
    await world.untilReason('drift', 'Ready');
    await staysSo();
    expect(groupsOf(await onlyEni())).toEqual(securityGroupIDs.toSorted());
  });

  it('grows and shrinks its addresses, the highest first, and says them in its status', async () => {
    const primary = before.PrivateIpAddress;
    const kept = addressesOf(before).slice(0, 1);
    await world.applyNodeEni('drift', spec({ secondaryPrivateIPCount: 1 }));
    const small = await untilEni('one address', (each) => addressesOf(each).length === 1);
    expect(addressesOf(small)).toEqual(kept);
    expect(small.PrivateIpAddress).toBe(primary);
    const [attachment] = await world.attachments();
    expect(attachment?.status.secondaryPrivateIPAddresses).toEqual(kept);
    expect(await changes()).toEqual(['UnassignPrivateIpAddresses']);
    await world.applyNodeEni('drift', {
      ...spec(),
      secondaryPrivateIPCount: undefined,
      ipv4PrefixCount: 1,
    });
    const prefixed = await untilEni('a prefix', (each) => each.Ipv4Prefixes?.length === 1);
    expect(addressesOf(prefixed)).toEqual([]);
    await world.applyNodeEni('drift', { ...spec(), secondaryPrivateIPCount: undefined });
    await untilEni('no prefix', (each) => (each.Ipv4Prefixes ?? []).length === 0);
    await staysSo();
  });

  it('says what EC2 refuses, without trying it over and over, and goes on once it is allowed', async () => {
    await world.applyNodeEni('drift', spec({ secondaryPrivateIPCount: 40 }));
    const stalled = await world.untilReason('drift', 'RequestRejected');
    expect(stalled.status.conditions?.find(({ type }) => type === 'Ready')?.message).toContain(
      'PrivateIpAddressLimitExceeded',
    );
    await delay(systemClock, 3 * RESYNC_MS);
    expect(await changes()).toEqual(['AssignPrivateIpAddresses']);
    await world.applyNodeEni('drift', spec({ secondaryPrivateIPCount: 3 }));
    await untilEni('three addresses', (each) => each.PrivateIpAddresses?.length === 4);
  });

  it('is put right by the next resync when somebody changes it', async () => {
    const networkInterfaceId = idOf(before);
    await simulator.act({ kind: 'modify-groups', networkInterfaceId, groupIds: [second] });
    await simulator.act({ kind: 'modify-source-dest-check', networkInterfaceId, sourceDestCheck: false });
    await simulator.act({
      kind: 'modify-delete-on-termination',
      networkInterfaceId,
      deleteOnTermination: false,
    });
    await simulator.act({
      kind: 'retag',
      resourceId: networkInterfaceId,
      tags: { team: 'taken', theirs: 'x', 'cilium.io/no_manage': 'false' },
    });
    const keys = ['node.k8s.amazonaws.com/no_manage', 'networking.k8s.aws/created-at'];
    await simulator.act({ kind: 'untag', resourceId: networkInterfaceId, keys });
    const eni = await untilEni(
      'the repair',
      (each) =>
        groupsOf(each)[0] === world.seed.securityGroupId &&
        each.SourceDestCheck === true &&
        each.Attachment?.DeleteOnTermination === true,
    );
    expect(tagsOf(eni)).toEqual({ ...tagsOf(before), theirs: 'x' });
    const modify = 'ModifyNetworkInterfaceAttribute';
    expect((await changes()).toSorted()).toEqual(['CreateTags', modify, modify, modify]);
    await staysSo();
  });

  it('gets its tags back when somebody removes every one of them', async () => {
    const keys = Object.keys(tagsOf(before));
    await simulator.act({ kind: 'untag', resourceId: idOf(before), keys });
    const eni = await untilEni('its tags', (each) => tagsOf(each)['team'] === 'core');
    expect(tagsOf(eni)).toEqual(tagsOf(before));
    expect(await changes()).toEqual(['CreateTags']);
    await staysSo();
  });

  it('is attached again, once, when somebody detaches it, whatever the label does meanwhile', async () => {
    const node = present(world.nodes[0], 'node').name;
    await simulator.act({ kind: 'detach', networkInterfaceId: idOf(before) });
    await kubectl(['label', 'node', node, 'ng-']);
    await kubectl(['label', 'node', node, 'ng=multi-eni']);
    await untilEni('the new attachment', (each) => each.Attachment?.Status === 'attached');
    expect(await changes()).toEqual(['AttachNetworkInterface', 'ModifyNetworkInterfaceAttribute']);
    await staysSo();
  });

  it('is made anew, once, when somebody deletes it, whatever the label does meanwhile', async () => {
    const node = present(world.nodes[0], 'node').name;
    await simulator.act({ kind: 'delete', networkInterfaceId: idOf(before) });
    await kubectl(['label', 'node', node, 'ng-']);
    await kubectl(['label', 'node', node, 'ng=multi-eni']);
    const fresh = await world.until(
      'a new ENI',
      async () => (await world.ownedEnis()).find((each) => each.Attachment?.Status === 'attached'),
      120_000,
    );
    await world.untilReason('drift', 'Ready');
    expect(idOf(fresh)).not.toBe(idOf(before));
    expect(idOf(await onlyEni())).toBe(idOf(fresh));
    const created = (await changes()).filter((action) => action === 'CreateNetworkInterface');
    expect(created).toHaveLength(1);
    before = fresh;
    await staysSo();
  }, 180_000);
});
