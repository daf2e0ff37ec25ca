import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kubectl } from '../support/component-cluster.ts';
import type { OperatorInProcess } from '../support/operator-in-process.ts';
import { createOperatorWorld, NODE_LABELS, type OperatorWorld } from '../support/operator-world.ts';
import { startSimulatorInProcess, type SimulatorServer } from '../support/simulator-server.ts';

const MUTATING = /^(Create|Attach|Modify|Detach|Delete)NetworkInterface/;

describe('what cannot be done', () => {
  let simulator: SimulatorServer;
  let world: OperatorWorld;
  let operator: OperatorInProcess;

  beforeAll(async () => {
    simulator = await startSimulatorInProcess({ profile: 'instant' });
    world = await createOperatorWorld(simulator.url, {
      zones: ['us-east-1a', 'us-east-1b'],
      nodesPerZone: 2,
      instanceType: 'm5.large',
      tenantSubnetNames: ['control'],
    });
    operator = await world.startOperator();
  });

  /** Removes what other actors attached. */
  const freeForeign = async (): Promise<void> => {
    for (const { id, attachment, tags } of (await simulator.state()).networkInterfaces) {
      if (attachment === undefined || attachment.deviceIndex === 0) continue;
      if (Object.hasOwn(tags, 'networking.k8s.aws/managed-by')) continue;
      await simulator.act({ kind: 'detach', networkInterfaceId: id });
      await simulator.act({ kind: 'delete', networkInterfaceId: id });
    }
  };

  afterEach(async () => {
    await simulator.faults.remove();
    await freeForeign();
    await kubectl(['delete', 'nodeenis', '--all', '--timeout=90s']);
    await world.until('no owned ENI', async () =>
      (await world.ownedEnis()).length === 0 ? true : undefined,
    );
    await simulator.clearCalls();
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

  const mutatingCalls = async (): Promise<string[]> =>
    (await simulator.calls()).calls.map(({ action }) => action).filter((action) => MUTATING.test(action));

  const stalled = async (name: string): Promise<{ reason: string; message: string } | undefined> =>
    (await world.nodeEni(name))?.status.conditions?.find(({ type }) => type === 'Stalled');

  it('names a subnet that does not exist, makes no EC2 change for it, and serves other NodeENIs', async () => {
    await world.applyNodeEni('lost', spec({ subnetName: undefined, subnetID: 'subnet-0123456789abcdef0' }));
    await world.untilReason('lost', 'SubnetNotFound');
    expect(await stalled('lost')).toMatchObject({ reason: 'SubnetNotFound' });
    expect((await stalled('lost'))?.message).toContain('subnet-0123456789abcdef0');
    expect(await mutatingCalls()).toEqual([]);
    expect(await world.attachments()).toEqual([]);
    await world.applyNodeEni('fine', spec());
    await world.untilReason('fine', 'Ready');
    expect(await world.ownedEnis()).toHaveLength(4);
    await world.until('a warning event', async () => {
      const events = await kubectl(['get', 'events', '-n', 'default', '-o', 'json']);
      return events.includes('"SubnetNotFound"') ? true : undefined;
    });
  });

  it('names a security group that does not exist, on the NodeENI and on the attachment', async () => {
    await world.applyNodeEni('groupless', spec({ securityGroupIDs: ['sg-0123456789abcdef0'] }));
    await world.untilReason('groupless', 'SecurityGroupNotFound');
    const attachments = await world.attachments();
    expect(attachments).toHaveLength(4);
    for (const { status } of attachments) {
      expect(status.state).toBe('Failed');
      expect(status.conditions).toContainEqual(
        expect.objectContaining({ type: 'Ready', status: 'False', reason: 'SecurityGroupNotFound' }),
      );
    }
    expect(await mutatingCalls()).toEqual([]);
  });

  it('goes on when the group is corrected', async () => {
    await world.applyNodeEni('corrected', spec({ securityGroupIDs: ['sg-0123456789abcdef0'] }));
    await world.untilReason('corrected', 'SecurityGroupNotFound');
    await world.applyNodeEni('corrected', spec());
    await world.untilReason('corrected', 'Ready');
    expect(await world.ownedEnis()).toHaveLength(4);
  });

  it('tells which nodes have no subnet in their zone, and serves the others', async () => {
    await world.applyNodeEni(
      'half',
      spec({ subnetName: undefined, subnetID: world.subnet('us-east-1a', 'control') }),
    );
    await world.untilReason('half', 'NoSubnetInZone');
    await world.until('two ENIs', async () => ((await world.ownedEnis()).length === 2 ? true : undefined));
    expect((await stalled('half'))?.message).toContain('us-east-1b');
    const attachments = await world.until('two ready attachments', async () => {
      const all = await world.attachments();
      return all.filter(({ status }) => status.state === 'Ready').length === 2 ? all : undefined;
    });
    expect(new Set(attachments.map(({ spec: { zone } }) => zone))).toEqual(new Set(['us-east-1a']));
  });

  it('creates nothing on an instance without a free slot, and converges when one is freed', async () => {
    const [node] = world.nodes;
    const only = { ...spec(), nodeSelector: { 'kubernetes.io/hostname': 'full' } };
    await kubectl(['label', 'node', node?.name ?? '', 'kubernetes.io/hostname=full', '--overwrite']);
    const foreign = await simulator.act({ kind: 'fill-index', instanceId: node?.instanceId, deviceIndex: 1 });
    const second = await simulator.act({ kind: 'fill-index', instanceId: node?.instanceId, deviceIndex: 3 });
    await world.applyNodeEni('crowded', only);
    await world.untilReason('crowded', 'InterfaceSlotsInUse');
    expect(await mutatingCalls()).toEqual([]);
    const message = (await world.nodeEni('crowded'))?.status.conditions?.[0]?.message ?? '';
    for (const eniId of [...foreign, ...second].filter(
      (id) => id.startsWith('eni-') && !id.startsWith('eni-attach'),
    )) {
      expect(message).toContain(eniId);
    }
    await freeForeign();
    // EC2 tells nobody of a freed slot: the next look comes within a minute, or with the next change.
    await kubectl(['delete', 'nodeeni', 'crowded', '--timeout=60s']);
    await world.applyNodeEni('crowded', only);
    await world.untilReason('crowded', 'Ready');
  });

  it('says that the type has no room when its own NodeENIs fill it', async () => {
    await world.applyNodeEni('one', spec({ deviceIndex: 1 }));
    await world.applyNodeEni('two', spec({ deviceIndex: 2 }));
    await world.untilReason('one', 'Ready');
    await world.untilReason('two', 'Ready');
    await world.applyNodeEni('three', spec({ deviceIndex: 3 }));
    await world.untilReason('three', 'InterfaceLimitExceeded');
    expect(await world.ownedEnis()).toHaveLength(8);
  });

  it('leaves a device index to its holder and names the holder', async () => {
    const [node] = world.nodes;
    const ids = await simulator.act({ kind: 'fill-index', instanceId: node?.instanceId, deviceIndex: 2 });
    await world.applyNodeEni('taken', spec());
    await world.untilReason('taken', 'DeviceIndexInUse');
    await world.until('three ENIs', async () => ((await world.ownedEnis()).length === 3 ? true : undefined));
    const message = (await world.nodeEni('taken'))?.status.conditions?.[0]?.message ?? '';
    expect(ids.some((id) => message.includes(id))).toBe(true);
    const creates = (await mutatingCalls()).filter((action) => action === 'CreateNetworkInterface');
    expect(creates).toHaveLength(3);
  });

  it('lets two NodeENIs of one index have one winner, the older, on every node', async () => {
    await world.applyNodeEni('a-first', spec());
    await world.untilReason('a-first', 'Ready');
    await world.applyNodeEni('b-second', spec());
    await world.untilReason('b-second', 'Conflicted');
    expect(await world.ownedEnis()).toHaveLength(4);
    await kubectl(['delete', 'nodeeni', 'a-first', '--timeout=60s']);
    await world.untilReason('b-second', 'Ready', 120_000);
  });

  it('asks EC2 again for a refused request only after a back-off', async () => {
    await simulator.faults.add({
      action: 'CreateNetworkInterface',
      kind: 'error',
      code: 'UnauthorizedOperation',
      status: 403,
      message: 'You are not authorized',
    });
    await world.applyNodeEni('denied', spec());
    await world.untilReason('denied', 'Unauthorized');
    await world.until('every attachment to say so', async () => {
      const failed = (await world.attachments()).filter(({ status }) => status.state === 'Failed');
      return failed.length === 4 ? true : undefined;
    });
    const creates = (await mutatingCalls()).filter((action) => action === 'CreateNetworkInterface');
    expect(creates).toHaveLength(4);
    expect((await stalled('denied'))?.message).toContain('UnauthorizedOperation');
  });

  it('says that EC2 cannot be reached, stays alive, and recovers by itself', async () => {
    await simulator.faults.add({ action: '*', kind: 'error', code: 'ServiceUnavailable', status: 503 });
    await world.applyNodeEni(
      'outage',
      spec({ subnetName: undefined, subnetIDs: world.seed.subnets.map(({ subnetId }) => subnetId) }),
    );
    await world.untilReason('outage', 'EC2Unavailable');
    await simulator.faults.remove();
    const nodeEni = await world.untilReason('outage', 'Ready', 120_000);
    expect(nodeEni.status.readyAttachments).toBe(8);
    expect(operator.readiness().ok).toBe(true);
  });

  it('keeps DPDK wishes, attaches the ENI, and says what is not implemented', async () => {
    await world.applyNodeEni('dpdk', spec({ dpdkEnabled: true, dpdkResourceName: 'intel.com/dpdk' }));
    await world.untilReason('dpdk', 'NotImplemented');
    const nodeEni = await world.until('four attached', async () => {
      const found = await world.nodeEni('dpdk');
      return found?.status.attachedAttachments === 4 ? found : undefined;
    });
    expect(await world.ownedEnis()).toHaveLength(4);
    expect(nodeEni.spec.dpdkEnabled).toBe(true);
    expect(nodeEni.status.attachments?.map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => 'attached'),
    );
  });
});
