import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aHost, aLink, aLinkWish, macOf } from '../../../test/builders/host-state.ts';
import { applyHostStep } from '../../../test/support/model-host.ts';
import type { HostLink, HostState } from './host-state.ts';
import type { LinkRecord } from './link-record.ts';
import { planLink } from './link-plan.ts';
import { protectedLinks } from './link-protection.ts';
import type { LinkWish } from './link-wish.ts';
import { planRelease } from './release-plan.ts';

const RULES = { areVirtualLinksAllowed: false };
const NODE_ADDRESSES = ['10.0.1.10'];
const BOOT = 'boot-1';

const wishes: fc.Arbitrary<LinkWish> = fc
  .record({
    mtu: fc.option(fc.constantFrom(1500, 3000, 9001), { nil: undefined }),
    addressing: fc.constantFrom('None', 'Primary', 'All'),
    isRouted: fc.boolean(),
    altName: fc.constantFrom('ne-upf', 'eth2'),
    secondaryAddresses: fc.subarray(['10.0.3.5', '10.0.3.6']),
    ipv4Prefixes: fc.subarray(['10.0.3.64/28']),
  })
  .map(({ mtu, addressing, isRouted, altName, ...addresses }) =>
    aLinkWish(3, {
      ...addresses,
      ...(mtu === undefined ? {} : { mtu }),
      host: {
        managedBy: 'Daemon',
        addressing,
        policyRouting: isRouted && addressing !== 'None',
        altName,
      },
    }),
  );

const links: fc.Arbitrary<HostLink> = fc
  .record({
    mtu: fc.constantFrom(1500, 9001),
    isUp: fc.boolean(),
    altNames: fc.subarray(['enp0s3', 'eth2']),
    sysctls: fc.record({ rp_filter: fc.constantFrom(0, 1, 2), accept_ra: fc.constantFrom(0, 1) }),
    name: fc.constantFrom('ens7', 'eth2', 'enX1'),
  })
  .map(({ name, altNames, ...link }) =>
    aLink(3, { ...link, name, altNames: altNames.filter((alt) => alt !== name) }),
  );

interface World {
  readonly state: HostState;
  readonly record?: LinkRecord;
}

function pass({ state, record }: World, wish: LinkWish): World & { readonly steps: number } {
  const plan = planLink({
    wish,
    state,
    isProtected: protectedLinks(state, NODE_ADDRESSES),
    rules: RULES,
    bootId: BOOT,
    ...(record === undefined ? {} : { record }),
  });
  const next = plan.steps.reduce((before, step) => applyHostStep(before, step), state);
  return {
    state: next,
    ...(plan.record === undefined ? {} : { record: plan.record }),
    steps: plan.steps.length,
  };
}

function settle(world: World, wish: LinkWish): World {
  let current = pass(world, wish);
  for (let round = 0; current.steps > 0; round += 1) {
    if (round > 3) throw new Error('does not settle');
    current = pass(current, wish);
  }
  return current;
}

function release({ state, record }: World): HostState {
  if (record === undefined) return state;
  const isProtected = protectedLinks(state, NODE_ADDRESSES);
  return planRelease({ record, state, isProtected, bootId: BOOT }).reduce(
    (before, step) => applyHostStep(before, step),
    state,
  );
}

/** What others may do to the link at any time. */
const meddlings: fc.Arbitrary<(state: HostState) => HostState> = fc.constantFrom<
  (state: HostState) => HostState
>(
  (state) => ({ ...state, rules: [] }),
  (state) => ({ ...state, routes: state.routes.filter(({ linkName }) => linkName === 'ens5') }),
  (state) => changed(state, (link) => ({ ...link, mtu: 1400 })),
  (state) => changed(state, (link) => ({ ...link, addresses: [] })),
  (state) => changed(state, (link) => ({ ...link, isUp: false })),
  (state) => changed(state, (link) => ({ ...link, altNames: [] })),
);

function changed(state: HostState, change: (link: HostLink) => HostLink): HostState {
  return {
    ...state,
    links: state.links.map((link) => (link.macAddress === macOf(3) ? change(link) : link)),
  };
}

describe('the plan for a link', () => {
  it('settles whatever the link was before, and then changes nothing', () => {
    fc.assert(
      fc.property(links, wishes, (link, wish) => {
        const { state } = settle({ state: aHost([link]) }, wish);
        const settled = state.links.find(({ macAddress }) => macAddress === macOf(3));
        expect(settled?.isUp).toBe(true);
        expect(settled?.mtu).toBe(wish.mtu ?? link.mtu);
        expect([settled?.name, ...(settled?.altNames ?? [])]).toContain(wish.host.altName);
      }),
    );
  });

  it('settles again after others undid its work, and after the wish changed', () => {
    fc.assert(
      fc.property(links, fc.array(wishes, { minLength: 1, maxLength: 4 }), meddlings, (link, all, meddle) => {
        let world: World = { state: aHost([link]) };
        for (const wish of all) {
          world = settle(world, wish);
          world = settle({ ...world, state: meddle(world.state) }, wish);
        }
        const last = all.at(-1);
        const present = world.state.links.find(({ macAddress }) => macAddress === macOf(3))?.addresses ?? [];
        expect(present.length > 0).toBe(last?.host.addressing !== 'None');
      }),
    );
  });

  it('gives the host back as it was, down to the last route, when it is released', () => {
    fc.assert(
      fc.property(links, fc.array(wishes, { minLength: 1, maxLength: 4 }), (link, all) => {
        const before = aHost([link]);
        const world = all.reduce<World>((current, wish) => settle(current, wish), { state: before });
        expect(release(world)).toEqual(before);
      }),
    );
  });

  it('never changes the main table of a host where the ENI has a table of its own', () => {
    fc.assert(
      fc.property(links, wishes, (link, wish) => {
        fc.pre(wish.host.policyRouting);
        const before = aHost([link]);
        const { state } = settle({ state: before }, wish);
        expect(state.routes.filter(({ table }) => table === 254)).toEqual(before.routes);
      }),
    );
  });

  it('never touches the link of the default route or of the node address, even if an attachment names it', () => {
    fc.assert(
      fc.property(wishes, links, (wish, link) => {
        const before = aHost([link]);
        const isProtected = protectedLinks(before, NODE_ADDRESSES);
        const plan = planLink({
          wish: { ...wish, macAddress: macOf(1) },
          state: before,
          isProtected,
          rules: RULES,
          bootId: BOOT,
        });
        expect(plan.steps).toEqual([]);
        expect(plan.hindrance?.reason).toBe('LinkProtected');
      }),
    );
  });
});
