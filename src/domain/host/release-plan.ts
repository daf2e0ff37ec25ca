import type { HostLink, HostState } from './host-state.ts';
import type { HostStep } from './host-step.ts';
import { type LinkRecord, withLength } from './link-record.ts';

/** Everything that the undoing of one link depends on. */
export interface ReleasePlanInput {
  readonly record: LinkRecord;
  readonly state: HostState;
  /** From `protectedLinks`. */
  readonly isProtected: ReadonlyMap<number, string>;
  readonly bootId: string;
  /** Tables that other attachments fill: an index that was freed may be taken again already. */
  readonly usedTables?: ReadonlySet<number>;
}

/** Empties routing tables of the daemon's own, with the rules that look them up. */
export function planTableRemoval(
  tables: readonly number[],
  state: Pick<HostState, 'routes' | 'rules'>,
  usedTables: ReadonlySet<number> = new Set(),
): HostStep[] {
  const isOurs = (table: number): boolean => tables.includes(table) && !usedTables.has(table);
  return [
    ...state.rules
      .filter((rule) => isOurs(rule.table) && rule.priority === rule.table)
      .map((rule): HostStep => ({ kind: 'remove-rule', rule })),
    ...state.routes
      .filter((route) => isOurs(route.table))
      .map((route): HostStep => ({ kind: 'remove-route', route })),
  ];
}

/** Takes from the link what was added to it, and sets its sysctls back. */
function takingSteps(record: LinkRecord, link: HostLink): HostStep[] {
  const { name: linkName } = link;
  const present = new Set(link.addresses.map((address) => withLength(address)));
  const steps: HostStep[] = record.addresses
    .filter((address) => present.has(address))
    .map((address) => ({ kind: 'remove-address', linkName, address }));
  for (const name of ['rp_filter', 'accept_ra'] as const) {
    const value = record.before.sysctls[name];
    if (value !== undefined && link.sysctls[name] !== value)
      steps.push({ kind: 'set-sysctl', linkName, name, value });
  }
  for (const altName of record.altNames) {
    if (link.altNames.includes(altName)) steps.push({ kind: 'remove-alt-name', linkName, altName });
  }
  return steps;
}

function restoringSteps({ before }: LinkRecord, { name: linkName, isUp, mtu }: HostLink): HostStep[] {
  return [
    ...(isUp === before.isUp ? [] : [{ kind: 'set-up', linkName, isUp: before.isUp } as const]),
    ...(mtu === before.mtu ? [] : [{ kind: 'set-mtu', linkName, mtu: before.mtu } as const]),
  ];
}

function unprotectedLink({ record, state, isProtected }: ReleasePlanInput): HostLink | undefined {
  const link = state.links.find(
    ({ index, macAddress }) => index === record.linkIndex && macAddress === record.macAddress,
  );
  return link === undefined || isProtected.has(link.index) ? undefined : link;
}

/**
 * Gives the host back as it was before the daemon touched it: what is recorded, and nothing else. A link that is gone,
 * or that was plugged again since, needs nothing; its tables and rules go all the same.
 */
export function planRelease(input: ReleasePlanInput): HostStep[] {
  const steps = planHandOver(input);
  const link = unprotectedLink(input);
  return link === undefined || input.record.bootId !== input.bootId
    ? steps
    : [...steps, ...restoringSteps(input.record, link)];
}

/** Leaves a link that the daemon configured to the operating system: what was added goes, MTU and state stay. */
export function planHandOver(input: ReleasePlanInput): HostStep[] {
  const { record, state, bootId, usedTables } = input;
  if (record.bootId !== bootId) return [];
  const steps = planTableRemoval(record.tables, state, usedTables);
  const link = unprotectedLink(input);
  return link === undefined ? steps : [...steps, ...takingSteps(record, link)];
}
