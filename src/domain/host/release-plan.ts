import type { HostLink, HostState } from './host-state.ts';
import type { HostStep } from './host-step.ts';
import type { LinkRecord } from './link-record.ts';

/** Everything that the undoing of one link depends on. */
export interface ReleasePlanInput {
  readonly record: LinkRecord;
  readonly state: HostState;
  /** From `protectedLinks`. */
  readonly isProtected: ReadonlyMap<number, string>;
  readonly bootId: string;
}

function routingSteps(record: LinkRecord, state: HostState): HostStep[] {
  const { table } = record;
  if (table === undefined) return [];
  return [
    ...state.rules
      .filter((rule) => rule.table === table && rule.priority === table)
      .map((rule): HostStep => ({ kind: 'remove-rule', rule })),
    ...state.routes
      .filter((route) => route.table === table)
      .map((route): HostStep => ({ kind: 'remove-route', route })),
  ];
}

function linkSteps(record: LinkRecord, link: HostLink): HostStep[] {
  const { name: linkName } = link;
  const { altName, before } = record;
  const present = new Set(link.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`));
  const steps: HostStep[] = record.addresses
    .filter((address) => present.has(address))
    .map((address) => ({ kind: 'remove-address', linkName, address }));
  for (const name of ['rp_filter', 'accept_ra'] as const) {
    const value = before.sysctls[name];
    if (value !== undefined && link.sysctls[name] !== value)
      steps.push({ kind: 'set-sysctl', linkName, name, value });
  }
  if (altName !== undefined && link.altNames.includes(altName)) {
    steps.push({ kind: 'remove-alt-name', linkName, altName });
  }
  if (link.isUp !== before.isUp) steps.push({ kind: 'set-up', linkName, isUp: before.isUp });
  if (link.mtu !== before.mtu) steps.push({ kind: 'set-mtu', linkName, mtu: before.mtu });
  return steps;
}

/**
 * Gives the host back as it was before the daemon touched it: what is recorded, and nothing else. A link that is gone,
 * or that was plugged again since, needs nothing; its table and rules go all the same.
 */
export function planRelease({ record, state, isProtected, bootId }: ReleasePlanInput): HostStep[] {
  if (record.bootId !== bootId) return [];
  const link = state.links.find(
    ({ index, macAddress }) => index === record.linkIndex && macAddress === record.macAddress,
  );
  const steps = routingSteps(record, state);
  return link === undefined || isProtected.has(link.index) ? steps : [...steps, ...linkSteps(record, link)];
}
