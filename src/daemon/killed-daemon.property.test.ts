import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeENIAttachment } from '../../gen/v1alpha1/stored.ts';
import { anAttachedEni, beingDeleted } from '../../test/builders/host-attachment.ts';
import { aHost, aLink, macOf } from '../../test/builders/host-state.ts';
import { createDaemonWorld, type DaemonWorld, Killed } from '../../test/support/daemon-world.ts';
import type { HostWish } from '../domain/host-wish.ts';

interface Wanted {
  readonly mtu?: number;
  readonly host: Partial<HostWish>;
}

const DAEMON_WISHES: readonly Partial<HostWish>[] = [
  {},
  { addressing: 'Primary', policyRouting: true },
  { addressing: 'All' },
  { addressing: 'All', policyRouting: true, altName: 'eth2' },
  { altName: 'lan0' },
];

function livesOf(hosts: readonly Partial<HostWish>[]): fc.Arbitrary<Wanted[]> {
  const wanted = fc
    .record({ mtu: fc.constantFrom(undefined, 3_000, 9_001), host: fc.constantFrom(...hosts) })
    .map(({ mtu, host }): Wanted => ({ host, ...(mtu === undefined ? {} : { mtu }) }));
  return fc.array(wanted, { minLength: 1, maxLength: 4 });
}

const kills = fc.array(fc.nat(12), { maxLength: 8 });

async function isIdlePass(world: DaemonWorld, untilKilled: number): Promise<boolean> {
  const before = world.steps.length + world.writes.length;
  world.untilKilled = untilKilled;
  try {
    await world.pass();
    return before === world.steps.length + world.writes.length;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    world.restart();
    return false;
  }
}

/** Runs passes until nothing is left to do; every kill starts a new process. */
async function settle(world: DaemonWorld, left: number[]): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    if (await isIdlePass(world, left.shift() ?? Infinity)) return;
  }
  throw new Error('does not settle');
}

function told(world: DaemonWorld): unknown {
  const conditions = world.attachments.get('upf-3')?.status.conditions ?? [];
  return conditions.filter(({ type }) => type === 'Released').map(({ status }) => status);
}

function want(world: DaemonWorld, { mtu, host }: Wanted): void {
  const { spec } = anAttachedEni(3, host, { spec: mtu === undefined ? {} : { mtu } });
  world.change('upf-3', (attachment): NodeENIAttachment => ({ ...attachment, spec }));
}

function expectWanted(world: DaemonWorld, { host }: Wanted): void {
  const { altName = 'ne-upf-3', addressing = 'None', managedBy = 'Daemon' } = host;
  const link = world.host.links.find(({ macAddress }) => macAddress === macOf(3));
  expect(link?.altNames).toEqual(managedBy === 'OS' ? [] : [altName]);
  expect(link?.addresses).toHaveLength(addressing === 'None' ? 0 : 1);
  expect(world.host.rules).toHaveLength(host.policyRouting === true ? 1 : 0);
}

async function release(world: DaemonWorld, left: number[]): Promise<void> {
  world.change('upf-3', (attachment) => beingDeleted(attachment));
  await settle(world, left);
  expect(told(world)).toEqual(['True']);
  expect(world.records.size).toBe(0);
}

describe('a daemon that is killed at any boundary, as often as you like', () => {
  it('makes every wish come true, and restores the host at the end', async () => {
    await fc.assert(
      fc.asyncProperty(livesOf(DAEMON_WISHES), kills, fc.boolean(), async (life, deaths, isUp) => {
        const before = aHost([aLink(3, { isUp })]);
        const world = createDaemonWorld(before, [anAttachedEni(3)]);
        const left = [...deaths];
        for (const wanted of life) {
          want(world, wanted);
          await settle(world, left);
          expectWanted(world, wanted);
        }
        await release(world, left);
        expect(world.host).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves nothing of its own behind on a link that was left to the operating system in between', async () => {
    const hosts = [...DAEMON_WISHES, { managedBy: 'OS' } as const];
    await fc.assert(
      fc.asyncProperty(livesOf(hosts), kills, async (life, deaths) => {
        const before = aHost([aLink(3)]);
        const world = createDaemonWorld(before, [anAttachedEni(3)]);
        const left = [...deaths];
        for (const wanted of life) {
          want(world, wanted);
          await settle(world, left);
          expectWanted(world, wanted);
        }
        await release(world, left);
        expectWanted(world, { host: { managedBy: 'OS' } });
        expect(world.host.routes).toEqual(before.routes);
      }),
      { numRuns: 300 },
    );
  });
});
