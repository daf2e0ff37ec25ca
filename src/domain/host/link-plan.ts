import { findLink, type LinkSearchRules } from './find-link.ts';
import type { HostLink, HostRoute, HostState } from './host-state.ts';
import type { HostHindrance, HostReason, HostStep } from './host-step.ts';
import { type LinkRecord, recordFor, recordOfLink, withLength } from './link-record.ts';
import { tableOf, wantedAddresses, wantedRoutes, wantedRules } from './link-routing.ts';
import type { LinkWish } from './link-wish.ts';
import { planHandOver } from './release-plan.ts';

/** Everything that the plan for one link depends on. */
export interface LinkPlanInput {
  readonly wish: LinkWish;
  readonly state: HostState;
  /** From {@link protectedLinks}. */
  readonly isProtected: ReadonlyMap<number, string>;
  readonly rules: LinkSearchRules;
  readonly bootId: string;
  readonly record?: LinkRecord;
  /** Tables that attachments of this node fill, this one included. */
  readonly usedTables?: ReadonlySet<number>;
}

/** What has to happen to one link. No steps and no hindrance is the steady state. */
export interface LinkPlan {
  /** Absent while the link is not there. */
  readonly link?: HostLink;
  /** To be stored before the first step; equal to the stored one in the steady state. */
  readonly record?: LinkRecord;
  readonly steps: readonly HostStep[];
  readonly hindrance?: HostHindrance;
  /** Look again after so long even if nothing happens. */
  readonly recheckAfterMs?: number;
  /** Something that people should know although the link is as wanted. */
  readonly warning?: string;
}

/** Loose mode: accepts what the main table would not route back (kernel doc, ip-sysctl, rp_filter). */
const LOOSE = 2;
const STRICT = 1;
/** The end of udev's work is no event of the network. */
const NAMING_RECHECK_MS = 100;

function hindered(reason: HostReason, message: string, link?: HostLink): LinkPlan {
  return { steps: [], hindrance: { reason, message }, ...(link === undefined ? {} : { link }) };
}

/** Decides what has to happen to the link of one ENI. Nothing but that link, its table and its rules is ever named. */
export function planLink(input: LinkPlanInput): LinkPlan {
  const { wish, state, rules, record } = input;
  const search = findLink(wish.macAddress, state, rules, record);
  switch (search.kind) {
    case 'absent':
      return hindered('LinkNotFound', `no link has the MAC address ${wish.macAddress} yet`);
    case 'ambiguous':
      return hindered(
        'LinkAmbiguous',
        `${search.names.join(' and ')} have the MAC address ${wish.macAddress}: one of them has to go`,
      );
    case 'in-pod':
      return { steps: [], warning: `a pod has the link of ${search.pciAddress}`, ...keep(record) };
    case 'found':
      return planFound(input, search.link);
  }
}

function keep(record: LinkRecord | undefined): Pick<LinkPlan, 'record'> {
  return record === undefined ? {} : { record };
}

function planFound(input: LinkPlanInput, link: HostLink): LinkPlan {
  const { wish, isProtected } = input;
  if (wish.host.managedBy === 'OS') return leave(input, link);
  const reason = isProtected.get(link.index);
  if (reason !== undefined) return protectedLink(link, reason);
  const earlier = recordOfLink(input.record, link, input.bootId);
  if (link.isBeingNamed === true && earlier === undefined) return beingNamed(wish, link);
  const obstacle = foreignManager(wish, link) ?? refusedMtu(wish, link) ?? takenAltName(input, link);
  if (obstacle !== undefined) return { ...obstacle, link, ...keep(input.record) };
  const record = recordFor(wish, link, input);
  const steps = [
    ...linkSteps(wish, link, earlier),
    ...addressSteps(input, link, earlier),
    ...routingSteps(input, link),
  ];
  return { link, record, steps, ...managerWarning(link) };
}

/** As if it were not there yet: a link that is up when udev comes to rename it would keep the kernel's name. */
function beingNamed({ macAddress }: LinkWish, { name }: HostLink): LinkPlan {
  const message = `${name} has the MAC address ${macAddress}, and udev is still naming it`;
  return { ...hindered('LinkNotFound', message), recheckAfterMs: NAMING_RECHECK_MS };
}

/** Programs of the operating system give links default routes of their own: then it is they who own the link. */
function protectedLink(link: HostLink, reason: string): LinkPlan {
  const { name, manager } = link;
  const fix =
    manager === undefined
      ? ''
      : `; ${manager.name} manages it, set hostInterface.managedBy to OS to leave it the link`;
  return hindered('LinkProtected', `${name} is never changed: ${reason}${fix}`, link);
}

/** What the daemon added before the link was left to the operating system goes first. */
function leave(input: LinkPlanInput, link: HostLink): LinkPlan {
  const { record } = input;
  const steps = record === undefined ? [] : planHandOver({ ...input, record });
  return steps.length > 0 ? { link, steps, ...keep(record) } : verify(input.wish, link);
}

/** Links that the operating system keeps are only looked at. */
function verify(wish: LinkWish, link: HostLink): LinkPlan {
  const differs = [
    ...(link.isUp ? [] : ['it is down']),
    ...(wish.mtu === undefined || wish.mtu === link.mtu
      ? []
      : [`its MTU is ${link.mtu} instead of ${wish.mtu}`]),
  ];
  if (differs.length === 0) return { link, steps: [] };
  const message = `${link.name} is left to the operating system, but ${differs.join(' and ')}`;
  return hindered('NotConfiguredByOS', message, link);
}

function foreignManager(wish: LinkWish, { name, manager }: HostLink): LinkPlan | undefined {
  if (manager === undefined) return undefined;
  const differs = [
    ...(wish.mtu === undefined || manager.mtu === undefined || manager.mtu === wish.mtu
      ? []
      : [`MTU ${manager.mtu} instead of ${wish.mtu}`]),
    ...(manager.usesDhcp && wish.host.policyRouting ? ['addresses and routes by DHCP'] : []),
  ];
  if (differs.length === 0) return undefined;
  const fix =
    manager.file === undefined
      ? `let ${manager.name} leave it unmanaged`
      : `drop ${manager.file}, or make it leave the link unmanaged`;
  return hindered(
    'ManagedByAnother',
    `${manager.name} sets ${differs.join(' and ')} on ${name}: ${fix}, or set hostInterface.managedBy to OS`,
  );
}

function managerWarning({ name, manager }: HostLink): Pick<LinkPlan, 'warning'> {
  if (manager === undefined) return {};
  const file = manager.file === undefined ? '' : ` by ${manager.file}`;
  const settings = manager.isOpaque === true ? 'with settings that cannot be read' : 'with equal settings';
  return { warning: `${manager.name} manages ${name} too${file}, ${settings}` };
}

function refusedMtu(wish: LinkWish, { name, maxMtu }: HostLink): LinkPlan | undefined {
  if (wish.mtu === undefined || maxMtu === undefined || wish.mtu <= maxMtu) return undefined;
  return hindered('MTURefused', `${name} takes an MTU of at most ${maxMtu}, ${wish.mtu} is asked for`);
}

function takenAltName({ wish, state }: LinkPlanInput, link: HostLink): LinkPlan | undefined {
  const { altName } = wish.host;
  const holder = state.links.find(
    (other) => other.index !== link.index && (other.name === altName || other.altNames.includes(altName)),
  );
  if (holder === undefined) return undefined;
  return hindered(
    'AltNameInUse',
    `the name ${altName} belongs to ${holder.name} (${holder.macAddress}): set hostInterface.altName to another`,
  );
}

function linkSteps(wish: LinkWish, link: HostLink, record: LinkRecord | undefined): HostStep[] {
  const { name: linkName } = link;
  const steps = [...routerSteps(link), ...altNameSteps(wish.host.altName, link, record)];
  if (wish.mtu !== undefined && wish.mtu !== link.mtu) {
    steps.push({ kind: 'set-mtu', linkName, mtu: wish.mtu });
  }
  if (!link.isUp) steps.push({ kind: 'set-up', linkName, isUp: true });
  return steps;
}

/** A router's advertisement would give the node a second default route. */
function routerSteps({ name: linkName, sysctls }: HostLink): HostStep[] {
  const accepts = sysctls.accept_ra !== undefined && sysctls.accept_ra !== 0;
  return accepts ? [{ kind: 'set-sysctl', linkName, name: 'accept_ra', value: 0 }] : [];
}

function altNameSteps(altName: string, link: HostLink, record: LinkRecord | undefined): HostStep[] {
  const { name: linkName, altNames } = link;
  const steps = (record?.altNames ?? [])
    .filter((old) => old !== altName && altNames.includes(old))
    .map((old): HostStep => ({ kind: 'remove-alt-name', linkName, altName: old }));
  if (linkName !== altName && !altNames.includes(altName)) {
    steps.push({ kind: 'add-alt-name', linkName, altName });
  }
  return steps;
}

/** Number of the table that every host uses (kernel, rt_tables). */
const MAIN_TABLE = 254;

/** Whether the main table routes the ENI's subnet to the link. */
function hasPrefixRoute(state: HostState, link: HostLink, wish: LinkWish): boolean {
  return state.routes.some(
    ({ table, destination, linkName }) =>
      table === MAIN_TABLE && destination === wish.subnetCidr && linkName === link.name,
  );
}

/**
 * The route that came with the primary address is gone: it comes back with the address. A port of a VRF or bridge has it
 * elsewhere, and what others added they look after.
 */
function isRouteLost({ wish, state }: LinkPlanInput, link: HostLink, ours: readonly string[]): boolean {
  const [primary] = wantedAddresses(wish);
  if (primary === undefined || !ours.includes(withLength(primary))) return false;
  const isRouted = link.isUp && link.masterIndex === undefined && !wish.host.policyRouting;
  return isRouted && wish.subnetCidr !== undefined && !hasPrefixRoute(state, link, wish);
}

function addressSteps(input: LinkPlanInput, link: HostLink, record: LinkRecord | undefined): HostStep[] {
  const { wish } = input;
  const { name: linkName } = link;
  const present = new Set(link.addresses.map((address) => withLength(address)));
  const wanted = wantedAddresses(wish).map((address) => withLength(address));
  const ours = (record?.addresses ?? []).filter((address) => present.has(address));
  const obsolete = isRouteLost(input, link, ours)
    ? ours
    : ours.filter((address) => !wanted.includes(address));
  for (const address of obsolete) present.delete(address);
  return [
    ...obsolete.map((address): HostStep => ({ kind: 'remove-address', linkName, address })),
    ...wanted
      .filter((address) => !present.has(address))
      .map((address): HostStep => ({
        kind: 'add-address',
        linkName,
        address,
        hasPrefixRoute: !wish.host.policyRouting,
      })),
  ];
}

function isSameRoute(a: HostRoute, b: HostRoute): boolean {
  return (
    a.family === b.family &&
    a.table === b.table &&
    a.destination === b.destination &&
    a.linkName === b.linkName &&
    a.gateway === b.gateway
  );
}

function routingSteps({ wish, state, record, usedTables }: LinkPlanInput, link: HostLink): HostStep[] {
  const table = tableOf(wish.networkCardIndex, wish.deviceIndex);
  const old = (record?.tables ?? []).filter((one) => usedTables?.has(one) !== true);
  const tables = new Set([table, ...old]);
  const routes = wantedRoutes(wish, link.name);
  const rules = wantedRules(wish, routes);
  const presentRoutes = state.routes.filter((route) => tables.has(route.table));
  const presentRules = state.rules.filter((rule) => tables.has(rule.table) && tables.has(rule.priority));
  const isSameRule = (a: (typeof rules)[number], b: (typeof rules)[number]): boolean =>
    a.family === b.family && a.table === b.table && a.priority === b.priority && a.from === b.from;
  return [
    ...presentRules
      .filter((rule) => !rules.some((wanted) => isSameRule(wanted, rule)))
      .map((rule): HostStep => ({ kind: 'remove-rule', rule })),
    ...presentRoutes
      .filter((route) => !routes.some((wanted) => isSameRoute(wanted, route)))
      .map((route): HostStep => ({ kind: 'remove-route', route })),
    ...rpFilterSteps(wish, state, link),
    ...routes
      .filter((route) => !presentRoutes.some((present) => isSameRoute(present, route)))
      .map((route): HostStep => ({ kind: 'add-route', route })),
    ...rules
      .filter((rule) => !presentRules.some((present) => isSameRule(present, rule)))
      .map((rule): HostStep => ({ kind: 'add-rule', rule })),
  ];
}

/** A transit packet's way back may be another link: the kernel's strict check would drop it. */
function rpFilterSteps(wish: LinkWish, state: HostState, { name, sysctls }: HostLink): HostStep[] {
  if (!wish.host.policyRouting || sysctls.rp_filter === undefined) return [];
  // The kernel takes the larger of the two values.
  const isStrict = Math.max(sysctls.rp_filter, state.rpFilterOfAll ?? 0) === STRICT;
  return isStrict ? [{ kind: 'set-sysctl', linkName: name, name: 'rp_filter', value: LOOSE }] : [];
}
