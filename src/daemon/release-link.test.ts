import { describe, expect, it } from 'vitest';
import { anAttachedEni, beingDeleted, conditionText } from '../../test/builders/host-attachment.ts';
import { aHost, aLink } from '../../test/builders/host-state.ts';
import { createDaemonWorld, type DaemonWorld } from '../../test/support/daemon-world.ts';

const ROUTED = { addressing: 'Primary', policyRouting: true } as const;

function textOf(world: DaemonWorld, name: string, type: string): string {
  const attachment = world.attachments.get(name);
  return attachment === undefined ? 'no attachment' : conditionText(attachment, type);
}

describe('the release of a link', () => {
  it('waits for the operator to say that no pod uses the link', async () => {
    const before = aHost([aLink(3, { isUp: false })]);
    const world = createDaemonWorld(before, [anAttachedEni(3, ROUTED)]);
    await world.pass();
    const configured = world.host;
    world.change('upf-3', (attachment) => beingDeleted(attachment, true));
    await world.pass();
    expect(world.host).toBe(configured);
    expect(textOf(world, 'upf-3', 'Released')).toBe('False/WaitingForPods');
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(world.host).toEqual(before);
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
    expect(world.records.size).toBe(0);
  });

  it('does not say that the host is as before where the node came to depend on the link, which is left as it is', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3, { addressing: 'Primary' })]);
    await world.pass();
    const route = {
      family: 4,
      table: 254,
      destination: 'default',
      linkName: 'ens3',
      gateway: '10.0.3.1',
    } as const;
    world.host = { ...world.host, routes: [...world.host.routes, route] };
    const configured = world.host;
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(world.host).toBe(configured);
    const released = world.attachments
      .get('upf-3')
      ?.status.conditions?.find(({ type }) => type === 'Released');
    expect(released).toMatchObject({
      status: 'True',
      message: 'the link is left as it is: it has a default route of the node',
    });
  });

  it('does not give up the link by whose address the node is reached, unless a person orders it', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3)]);
    await world.pass();
    const nodeAddress = { address: '10.0.1.10', prefixLength: 24, family: 4 } as const;
    const links = world.host.links.map((link) => ({ ...link, addresses: [nodeAddress] }));
    world.host = { ...world.host, links };
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    const released = world.attachments
      .get('upf-3')
      ?.status.conditions?.find(({ type }) => type === 'Released');
    expect(released).toMatchObject({ status: 'False', reason: 'LinkProtected' });
    expect(released?.message).toContain('10.0.1.10, by which the node is reached: set');
    world.change('upf-3', (attachment) => {
      const annotations = { 'networking.k8s.aws/force-detach': 'true' };
      return { ...attachment, metadata: { ...attachment.metadata, annotations } };
    });
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });

  it('does not wait for that where a person ordered force', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3)]);
    await world.pass();
    world.change('upf-3', (attachment) => {
      const deleting = beingDeleted(attachment, true);
      const annotations = { 'networking.k8s.aws/force-detach': 'true' };
      return { ...deleting, metadata: { ...deleting.metadata, annotations } };
    });
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });

  it('waits for a pod that has the device, whatever its networks are, unless a person orders force', async () => {
    const pciAddress = '0000:00:07.0';
    const world = createDaemonWorld(aHost([aLink(3, { pciAddress })]), [anAttachedEni(3, ROUTED)]);
    await world.pass();
    const configured = world.host;
    world.devices = { [pciAddress]: ['core/upf-0'] };
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('False/InUse');
    expect(world.attachments.get('upf-3')?.status.host?.users).toEqual(['core/upf-0']);
    world.devices = new Error('connect ECONNREFUSED');
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('False/ApplyFailed');
    expect(world.host).toBe(configured);
    world.change('upf-3', (attachment) => {
      const annotations = { 'networking.k8s.aws/force-detach': 'true' };
      return { ...attachment, metadata: { ...attachment.metadata, annotations } };
    });
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });

  it('goes on, and looks every few seconds, once the pod with the device is gone', async () => {
    const pciAddress = '0000:00:07.0';
    const world = createDaemonWorld(aHost([aLink(3, { pciAddress })]), [anAttachedEni(3)]);
    await world.pass();
    world.devices = { [pciAddress]: ['core/upf-0'] };
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    expect(await world.pass()).toMatchObject({ delayMs: 5_000 });
    world.devices = {};
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });

  it('touches nothing of what was never claimed', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [beingDeleted(anAttachedEni(3))]);
    await world.pass();
    expect([world.steps, world.writes]).toEqual([[], []]);
  });

  it('happens although the ENI is gone from EC2, and its MAC address with it', async () => {
    const before = aHost([aLink(3)]);
    const world = createDaemonWorld(before, [anAttachedEni(3, ROUTED)]);
    await world.pass();
    world.change('upf-3', (attachment) => {
      const { macAddress: _gone, ...status } = attachment.status;
      return beingDeleted({ ...attachment, status });
    });
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
    expect(world.host).toEqual(before);
  });

  it('leaves no rules behind even if the record was lost', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3, ROUTED)]);
    await world.pass();
    world.records.clear();
    world.restart();
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(world.host.rules).toEqual([]);
    expect(world.host.routes.filter(({ table }) => table >= 20_000)).toEqual([]);
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });

  it('says that a pod holds the link instead of detaching it from the pod', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3)]);
    await world.pass();
    world.host = { ...aHost([]), linklessDevices: ['0000:00:03.0'] };
    await world.pass();
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
    world.change('upf-3', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('False/InUse');
    world.host = aHost([aLink(3, { isUp: false, altNames: ['ne-upf-3'] })]);
    await world.pass();
    expect(textOf(world, 'upf-3', 'Released')).toBe('True/Released');
  });
});

describe('what attachments left behind that are gone', () => {
  it('is tidied up once the link is gone', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3, ROUTED)]);
    await world.pass();
    world.attachments.clear();
    await world.pass();
    expect(world.host.rules).not.toEqual([]);
    world.host = { ...world.host, links: aHost([]).links, routes: aHost([]).routes };
    await world.pass();
    expect([world.host.rules, world.records.size]).toEqual([[], 0]);
  });

  it('is left to the next ENI at the same index, whose rules stay', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3, ROUTED)]);
    await world.pass();
    world.attachments.clear();
    const next = anAttachedEni(4, ROUTED, { spec: { deviceIndex: 3, subnetCIDR: '10.0.4.0/24' } });
    world.attachments.set('upf-4', next);
    world.host = { ...world.host, ...aHost([aLink(4)]), rules: world.host.rules };
    await world.pass();
    await world.pass();
    expect(world.host.rules).toEqual([{ family: 4, priority: 20_003, table: 20_003, from: '10.0.4.4' }]);
    expect([...world.records.keys()]).toEqual(['uid-4']);
  });

  it('belongs to the attachment that takes the ENI over', async () => {
    const before = aHost([aLink(3, { isUp: false })]);
    const world = createDaemonWorld(before, [anAttachedEni(3, ROUTED)]);
    await world.pass();
    world.attachments.clear();
    const heir = anAttachedEni(3, {}, { metadata: { name: 'heir', uid: 'uid-heir' } });
    world.attachments.set('heir', heir);
    await world.pass();
    expect([...world.records.keys()]).toEqual(['uid-heir']);
    world.change('heir', (attachment) => beingDeleted(attachment));
    await world.pass();
    expect(world.host).toEqual(before);
  });
});
