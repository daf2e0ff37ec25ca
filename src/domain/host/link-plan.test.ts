import { describe, expect, it } from 'vitest';
import { aHost, aLink, aLinkWish } from '../../../test/builders/host-state.ts';
import type { HostLink, HostState, LinkManager } from './host-state.ts';
import { type LinkPlan, planLink } from './link-plan.ts';
import { protectedLinks } from './link-protection.ts';
import type { LinkWish } from './link-wish.ts';

const networkd: LinkManager = {
  name: 'systemd-networkd',
  file: '/etc/systemd/network/20-lan.network',
  usesDhcp: false,
};

function planFor(
  link: Partial<HostLink> = {},
  wish: Partial<LinkWish> = {},
  host: Partial<HostState> = {},
): LinkPlan {
  const state = aHost([aLink(3, link)], host);
  return planLink({
    wish: aLinkWish(3, wish),
    state,
    isProtected: protectedLinks(state, ['10.0.1.10']),
    rules: { areVirtualLinksAllowed: false },
    bootId: 'boot-1',
  });
}

const DONE = { altNames: ['ne-upf-3'] };
const HOST = aLinkWish(3).host;
const ROUTED = { host: { ...HOST, addressing: 'Primary', policyRouting: true } } as const;
const OS = { host: { ...HOST, managedBy: 'OS' } } as const;

function sysctlSteps(plan: LinkPlan): unknown[] {
  return plan.steps.filter(({ kind }) => kind === 'set-sysctl');
}

describe('the plan for a link', () => {
  it('does nothing to a link that is as wanted', () => {
    expect(planFor(DONE).steps).toEqual([]);
  });

  it('turns router advertisements off before the link comes up', () => {
    const { steps } = planFor({ ...DONE, isUp: false, sysctls: { accept_ra: 1 } });
    expect(steps).toEqual([
      { kind: 'set-sysctl', linkName: 'ens3', name: 'accept_ra', value: 0 },
      { kind: 'set-up', linkName: 'ens3', isUp: true },
    ]);
  });

  it('refuses an MTU that the driver does not take, and says which it takes', () => {
    expect(planFor({ maxMtu: 1_500 }, { mtu: 9_001 })).toMatchObject({
      steps: [],
      hindrance: {
        reason: 'MTURefused',
        message: expect.stringContaining('at most 1500, 9001 is asked for'),
      },
    });
    expect(planFor({ ...DONE, maxMtu: 9_001, mtu: 9_001 }, { mtu: 9_001 }).hindrance).toBeUndefined();
  });

  it.each([
    ['the name of another link', aLink(4, { name: 'ne-upf-3' })],
    ['an alternative name of another link', aLink(4, { altNames: ['ne-upf-3'] })],
  ])('does not take %s', (_, other) => {
    const state = aHost([aLink(3), other]);
    const plan = planLink({
      wish: aLinkWish(3),
      state,
      isProtected: new Map(),
      rules: { areVirtualLinksAllowed: false },
      bootId: 'boot-1',
    });
    expect(plan).toMatchObject({ steps: [], hindrance: { reason: 'AltNameInUse' } });
  });

  it('needs no alternative name for a link that is called so', () => {
    expect(planFor({ name: 'ne-upf-3' }).steps).toEqual([]);
  });

  it('takes policy routing of a link without a subnet for no routing at all', () => {
    const { subnetCidr: _none, ...wish } = aLinkWish(3, ROUTED);
    const state = aHost([aLink(3, DONE)]);
    const plan = planLink({
      wish,
      state,
      isProtected: new Map(),
      rules: { areVirtualLinksAllowed: false },
      bootId: 'boot-1',
    });
    expect(plan.steps.map(({ kind }) => kind)).not.toContain('add-route');
  });

  it('does not repair for ever the route of a link whose address others added, or that is a port of a VRF', () => {
    const wish = { host: { ...HOST, addressing: 'All' }, secondaryAddresses: ['10.0.3.5'] } as const;
    const addresses = [
      { address: '10.0.3.4', prefixLength: 24, family: 4 },
      { address: '10.0.3.5', prefixLength: 32, family: 4 },
    ] as const;
    const first = planFor({ ...DONE, addresses: [addresses[0]] }, wish);
    const state = aHost([aLink(3, { ...DONE, addresses })]);
    const again = { wish: aLinkWish(3, wish), isProtected: new Map(), bootId: 'boot-1' };
    const rules = { areVirtualLinksAllowed: false };
    expect(planLink({ ...again, rules, state, ...(first.record && { record: first.record }) }).steps).toEqual(
      [],
    );
    const own = planFor(DONE, wish);
    const port = aHost([aLink(3, { ...DONE, addresses, masterIndex: 9 })]);
    expect(
      planLink({ ...again, rules, state: port, ...(own.record && { record: own.record }) }).steps,
    ).toEqual([]);
  });
});

describe('the reverse path check of a link with policy routing', () => {
  it.each([
    ['becomes loose where it is strict', 1, undefined, true],
    ['becomes loose where that of all links is strict', 0, 1, true],
    ['stays off', 0, 0, false],
    ['stays loose', 2, 1, false],
    ['stays as it is where that of all links is loose', 1, 2, false],
  ])('%s', (_, rpFilter, all, isChanged) => {
    const plan = planFor(
      { ...DONE, sysctls: { rp_filter: rpFilter } },
      ROUTED,
      all === undefined ? {} : { rpFilterOfAll: all },
    );
    const loose = { kind: 'set-sysctl', linkName: 'ens3', name: 'rp_filter', value: 2 };
    expect(sysctlSteps(plan)).toEqual(isChanged ? [loose] : []);
  });

  it('is not touched without policy routing', () => {
    expect(sysctlSteps(planFor({ ...DONE, sysctls: { rp_filter: 1 } }))).toEqual([]);
  });
});

describe('a link that a program of the operating system manages', () => {
  it.each([
    ['sets another MTU', { ...networkd, mtu: 1_500 }, { mtu: 9_001 }, 'MTU 1500 instead of 9001'],
    ['asks DHCP for addresses and routes', { ...networkd, usesDhcp: true }, ROUTED, 'by DHCP'],
  ])('is left alone where it %s, and people are told what to do', (_, manager, wish, words) => {
    const plan = planFor({ manager }, wish);
    expect(plan).toMatchObject({ steps: [], hindrance: { reason: 'ManagedByAnother' } });
    expect(plan.hindrance?.message).toContain(words);
    expect(plan.hindrance?.message).toContain('drop /etc/systemd/network/20-lan.network');
  });

  it('is configured with a warning where the settings agree', () => {
    const plan = planFor({ ...DONE, mtu: 9_001, manager: { ...networkd, mtu: 9_001 } }, { mtu: 9_001 });
    expect(plan.hindrance).toBeUndefined();
    expect(plan.warning).toContain('systemd-networkd manages ens3 too');
  });

  it('is never changed where it has a default route of the node, with the way out', () => {
    const routes = [{ family: 4, table: 254, destination: 'default', linkName: 'ens3' }] as const;
    const plan = planFor({ manager: networkd }, {}, { routes });
    expect(plan).toMatchObject({ steps: [], hindrance: { reason: 'LinkProtected' } });
    expect(plan.hindrance?.message).toContain('set hostInterface.managedBy to OS');
  });
});

describe('a link that is left to the operating system', () => {
  it.each([
    ['as wanted', {}, undefined],
    ['down', { isUp: false }, 'it is down'],
    ['of another MTU', { mtu: 3_000 }, 'its MTU is 3000 instead of 1500'],
    ['managed by networkd', { manager: { ...networkd, mtu: 9_001, usesDhcp: true } }, undefined],
  ])('is only looked at when it is %s', (_, link, words) => {
    const plan = planFor(link, { ...OS, mtu: 1_500 });
    expect([plan.steps, plan.record]).toEqual([[], undefined]);
    expect(plan.hindrance?.message ?? '').toContain(words ?? '');
    expect(plan.hindrance?.reason).toBe(words === undefined ? undefined : 'NotConfiguredByOS');
  });

  it('may have a default route from DHCP', () => {
    const routes = [{ family: 4, table: 254, destination: 'default', linkName: 'ens3' }] as const;
    expect(planFor({}, OS, { routes })).toMatchObject({ steps: [], link: { name: 'ens3' } });
    expect(planFor({}, OS, { routes }).hindrance).toBeUndefined();
  });
});
