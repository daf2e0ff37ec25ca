import { describe, expect, it } from 'vitest';
import { anAttachedEni, conditionText } from '../../test/builders/host-attachment.ts';
import { aHost, aLink, macOf } from '../../test/builders/host-state.ts';
import { createDaemonWorld, type DaemonWorld, KindError } from '../../test/support/daemon-world.ts';
import type { HostState } from '../domain/host/host-state.ts';

const ROUTED = { addressing: 'Primary', policyRouting: true } as const;

function textOf(world: DaemonWorld, name: string, type: string): string {
  const attachment = world.attachments.get(name);
  return attachment === undefined ? 'no attachment' : conditionText(attachment, type);
}

function linkOf(world: DaemonWorld, n: number): HostState['links'][number] | undefined {
  return world.host.links.find(({ macAddress }) => macAddress === macOf(n));
}

describe('a pass over the node', () => {
  it('claims a link before it touches it, configures it, says so, and then is silent', async () => {
    const world = createDaemonWorld(aHost([aLink(3, { isUp: false })]), [
      anAttachedEni(3, ROUTED, { spec: { mtu: 9001 } }),
    ]);
    world.failureOf = (boundary) =>
      boundary.startsWith('step') && textOf(world, 'upf-3', 'HostClaimed') === ''
        ? new Error('touched before it was claimed')
        : undefined;
    await world.pass();
    expect(linkOf(world, 3)).toMatchObject({ mtu: 9001, isUp: true, altNames: ['ne-upf-3'] });
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
    const [steps, writes] = [world.steps.length, world.writes.length];
    expect(writes).toBe(2);
    await world.pass();
    expect([world.steps.length, world.writes.length]).toEqual([steps, writes]);
  });

  it('leaves a new link alone until udev has named it, and looks again soon', async () => {
    const world = createDaemonWorld(aHost([aLink(3, { name: 'eth1', isUp: false, isBeingNamed: true })]), [
      anAttachedEni(3),
    ]);
    expect(await world.pass()).toMatchObject({ type: 'requeueAfter', delayMs: 100 });
    expect([world.steps, world.writes]).toEqual([[], []]);
    world.host = aHost([aLink(3, { name: 'ens6', isUp: false })]);
    await world.pass();
    expect(linkOf(world, 3)).toMatchObject({ name: 'ens6', isUp: true, altNames: ['ne-upf-3'] });
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
    // A daemon that starts anew does not know for how long there has been no note of a link.
    world.host = { ...world.host, links: world.host.links.map((link) => ({ ...link, isBeingNamed: true })) };
    world.restart();
    await world.pass();
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
  });

  it('comes back soon when the operator wrote in between, and claims then', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3)]);
    let isFirst = true;
    world.failureOf = (boundary) => {
      if (!boundary.startsWith('write') || !isFirst) return undefined;
      isFirst = false;
      return new KindError('conflict');
    };
    expect(await world.pass()).toMatchObject({ type: 'requeueAfter', delayMs: 200 });
    expect(world.steps).toEqual([]);
    await world.pass();
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
  });

  it.each([['a write'], ['a save']])(
    'configures and reports the other links when %s fails for one',
    async (what) => {
      const world = createDaemonWorld(aHost([aLink(3), aLink(4, { isUp: false }), aLink(6)]), [
        anAttachedEni(3),
        anAttachedEni(4),
        anAttachedEni(6),
      ]);
      const verb = what === 'a write' ? 'write' : 'save';
      world.failureOf = (boundary) => (boundary === `${verb} upf-3` ? new KindError('rejected') : undefined);
      await expect(world.pass()).rejects.toThrow('failure of kind rejected');
      for (const name of ['upf-4', 'upf-6'])
        expect(textOf(world, name, 'HostConfigured')).toBe('True/Configured');
      expect(linkOf(world, 4)?.isUp).toBe(true);
    },
  );

  it('says which step the kernel refused, and keeps on configuring others', async () => {
    const world = createDaemonWorld(aHost([aLink(3), aLink(4, { isUp: false })]), [
      anAttachedEni(3, {}, { spec: { mtu: 9001 } }),
      anAttachedEni(4),
    ]);
    world.failureOf = (boundary) => (boundary === 'step set-mtu' ? new KindError('rejected') : undefined);
    await world.pass();
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('False/MTURefused');
    expect(textOf(world, 'upf-4', 'HostConfigured')).toBe('True/Configured');
  });

  it('repairs links while the API server is away', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [anAttachedEni(3, {}, { spec: { mtu: 9001 } })]);
    await world.pass();
    world.node = new KindError('transient');
    world.failureOf = (boundary) => (boundary.startsWith('write') ? new KindError('transient') : undefined);
    await world.clock.advance(3_600_000);
    world.host = aHost([aLink(3, { altNames: ['ne-upf-3'] })]);
    await world.pass();
    expect(linkOf(world, 3)?.mtu).toBe(9001);
  });

  it('leaves attachments of an earlier instance of the Node alone', async () => {
    const world = createDaemonWorld(aHost([aLink(3)]), [
      anAttachedEni(3, {}, { spec: { mtu: 9001, instanceID: 'i-0' } }),
    ]);
    await world.pass();
    expect([world.steps, world.writes]).toEqual([[], []]);
  });

  it('waits for a link that has just been attached, and says after ten seconds that it is not there', async () => {
    const world = createDaemonWorld(aHost([]), [anAttachedEni(3)]);
    world.change('upf-3', (attachment) => ({
      ...attachment,
      status: {
        ...attachment.status,
        conditions: (attachment.status.conditions ?? []).map((condition) => ({
          ...condition,
          lastTransitionTime: new Date(world.clock.now() - 4_000).toISOString(),
        })),
      },
    }));
    expect(await world.pass()).toMatchObject({ delayMs: 6_000 });
    expect(world.writes).toEqual([]);
    await world.clock.advance(6_000);
    await world.pass();
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('False/LinkNotFound');
  });

  it('gives up what it added when the link is left to the operating system, but keeps MTU and state', async () => {
    const world = createDaemonWorld(aHost([aLink(3, { isUp: false })]), [
      anAttachedEni(3, ROUTED, { spec: { mtu: 9001 } }),
    ]);
    await world.pass();
    world.change('upf-3', ({ spec, ...attachment }) => ({
      ...attachment,
      spec: {
        ...spec,
        host: { managedBy: 'OS', addressing: 'None', policyRouting: false, altName: 'ne-upf-3' },
      },
    }));
    await world.pass();
    expect(linkOf(world, 3)).toMatchObject({ addresses: [], altNames: [], mtu: 9001, isUp: true });
    expect([world.host.rules, world.records.size]).toEqual([[], 0]);
    expect(textOf(world, 'upf-3', 'HostConfigured')).toBe('True/Configured');
  });
});
