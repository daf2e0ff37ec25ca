import type { HostLink, HostState, LinkAddress } from '../../src/domain/host/host-state.ts';
import type { HostStep } from '../../src/domain/host/host-step.ts';

const MAIN_TABLE = 254;

function parseAddress(text: string): LinkAddress {
  const [address = '', length = ''] = text.split('/');
  return { address, prefixLength: Number(length), family: address.includes(':') ? 6 : 4 };
}

function networkOf({ address, prefixLength }: LinkAddress): string {
  return `${address.split('.').slice(0, 3).join('.')}.0/${prefixLength}`;
}

function changeLink(state: HostState, name: string, change: (link: HostLink) => HostLink): HostState {
  if (!state.links.some((link) => link.name === name)) throw new Error(`no link ${name}`);
  return { ...state, links: state.links.map((link) => (link.name === name ? change(link) : link)) };
}

function withoutAddress(state: HostState, linkName: string, text: string): HostState {
  const { address } = parseAddress(text);
  const changed = changeLink(state, linkName, (link) => ({
    ...link,
    addresses: link.addresses.filter((present) => present.address !== address),
  }));
  // The kernel takes a prefix route away with its address, and routes whose source it was.
  return { ...changed, routes: changed.routes.filter(({ source }) => source !== address) };
}

function withAddress(state: HostState, step: Extract<HostStep, { kind: 'add-address' }>): HostState {
  const { linkName, hasPrefixRoute } = step;
  const added = parseAddress(step.address);
  const changed = changeLink(state, linkName, (link) => ({ ...link, addresses: [...link.addresses, added] }));
  if (!hasPrefixRoute || added.prefixLength === 32 || added.family === 6) return changed;
  const destination = networkOf(added);
  const isThere = changed.routes.some(
    (route) => route.table === MAIN_TABLE && route.destination === destination && route.linkName === linkName,
  );
  const route = {
    family: 4,
    table: MAIN_TABLE,
    destination,
    linkName,
    source: added.address,
  } as const;
  return isThere ? changed : { ...changed, routes: [...changed.routes, route] };
}

function setUp(state: HostState, linkName: string, isUp: boolean): HostState {
  const changed = changeLink(state, linkName, (link) => ({ ...link, isUp }));
  // A link that goes down takes its routes along.
  return isUp ? changed : { ...changed, routes: changed.routes.filter((r) => r.linkName !== linkName) };
}

type LinkStep = Extract<
  HostStep,
  { readonly kind: 'set-mtu' | 'set-up' | 'add-alt-name' | 'remove-alt-name' | 'set-sysctl' }
>;

function applyLinkStep(state: HostState, step: LinkStep): HostState {
  const { linkName } = step;
  switch (step.kind) {
    case 'set-mtu':
      return changeLink(state, linkName, (link) => ({ ...link, mtu: step.mtu }));
    case 'set-up':
      return setUp(state, linkName, step.isUp);
    case 'add-alt-name':
      return changeLink(state, linkName, (link) => ({
        ...link,
        altNames: [...link.altNames, step.altName],
      }));
    case 'remove-alt-name':
      return changeLink(state, linkName, (link) => ({
        ...link,
        altNames: link.altNames.filter((name) => name !== step.altName),
      }));
    case 'set-sysctl':
      return changeLink(state, linkName, (link) => ({
        ...link,
        sysctls: { ...link.sysctls, [step.name]: step.value },
      }));
  }
}

/** What the kernel makes of a step, as far as the planner can tell. */
export function applyHostStep(state: HostState, step: HostStep): HostState {
  if ('route' in step) {
    const others = state.routes.filter((route) => route !== step.route);
    return { ...state, routes: step.kind === 'add-route' ? [...others, step.route] : others };
  }
  if ('rule' in step) {
    const others = state.rules.filter((rule) => rule !== step.rule);
    return { ...state, rules: step.kind === 'add-rule' ? [...others, step.rule] : others };
  }
  if (step.kind === 'add-address') return withAddress(state, step);
  if (step.kind === 'remove-address') return withoutAddress(state, step.linkName, step.address);
  return applyLinkStep(state, step);
}
