import type { HostRoute, HostRule } from '../../domain/host/host-state.ts';
import type { HostStep } from '../../domain/host/host-step.ts';

/** Steps that `ip` carries out; the others are files. */
export type IpStep = Exclude<HostStep, { readonly kind: 'set-sysctl' }>;

/** Above every metric that others use: where two links reach a subnet, the node's own wins. */
const PREFIX_ROUTE_METRIC = '20000';

function routeArguments(route: HostRoute, verb: 'replace' | 'del'): string[] {
  return [
    `-${route.family}`,
    'route',
    verb,
    route.destination,
    ...(route.gateway === undefined ? [] : ['via', route.gateway]),
    'dev',
    route.linkName,
    ...(route.source === undefined || verb === 'del' ? [] : ['src', route.source]),
    'table',
    String(route.table),
  ];
}

function ruleArguments(rule: HostRule, verb: 'add' | 'del'): string[] {
  const { family, priority, from, table } = rule;
  return [`-${family}`, 'rule', verb, 'priority', String(priority), 'from', from, 'lookup', String(table)];
}

function addressArguments(step: Extract<IpStep, { kind: 'add-address' }>): string[] {
  const routing = step.hasPrefixRoute ? ['metric', PREFIX_ROUTE_METRIC] : ['noprefixroute'];
  const nodad = step.address.includes(':') ? ['nodad'] : [];
  return ['address', 'replace', step.address, 'dev', step.linkName, ...routing, ...nodad];
}

type LinkStep = Extract<
  IpStep,
  { readonly kind: 'set-mtu' | 'set-up' | 'add-alt-name' | 'remove-alt-name' | 'remove-address' }
>;

function linkArguments(step: LinkStep): string[] {
  const device = ['dev', step.linkName];
  switch (step.kind) {
    case 'set-mtu':
      return ['link', 'set', ...device, 'mtu', String(step.mtu)];
    case 'set-up':
      return ['link', 'set', ...device, step.isUp ? 'up' : 'down'];
    case 'add-alt-name':
      return ['link', 'property', 'add', ...device, 'altname', step.altName];
    case 'remove-alt-name':
      return ['link', 'property', 'del', ...device, 'altname', step.altName];
    case 'remove-address':
      return ['address', 'del', step.address, ...device];
  }
}

/** Arguments of `ip` that carry out a step. Names are passed after `dev`, so that none is taken for an option. */
export function ipArguments(step: IpStep): string[] {
  if ('route' in step) return routeArguments(step.route, step.kind === 'add-route' ? 'replace' : 'del');
  if ('rule' in step) return ruleArguments(step.rule, step.kind === 'add-rule' ? 'add' : 'del');
  return step.kind === 'add-address' ? addressArguments(step) : linkArguments(step);
}
