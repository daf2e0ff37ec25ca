import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { Finding, JudgedNode } from './admission-view.ts';
import { type Clash, driverOf } from './clash.ts';
import type { Conflict, Leniency } from './conflict.ts';
import type { FreeIndexes } from './free-indexes.ts';
import type { NodeEniClaim } from './prepared-view.ts';
import { describeSelector } from './selector-overlap.ts';

/** Conflicts of one rule and effect that are told one by one; the rest is told in one sentence. */
const TOLD_SINGLY = 3;

/** Names of nodes for a message, `ip-10-0-1-5, +2`; the first in the order of names. */
export function nameNodes(nodes: readonly Pick<JudgedNode, 'name'>[]): string {
  const first = nodes.map(({ name }) => name).reduce((a, b) => (a < b ? a : b), nodes[0]?.name ?? '');
  return nodes.length === 1 ? first : `${first}, +${nodes.length - 1}`;
}

/**
 * Says all conflicts of a claim, in the order of the other NodeENIs' names. Where one rule meets many, only the first
 * are told singly: kubectl and the API server cut long answers.
 */
export function describeConflicts(
  claim: NodeEniClaim,
  conflicts: readonly Conflict[],
  free: () => FreeIndexes,
): Finding[] {
  const ordered = conflicts.toSorted((a, b) => (a.partner.object.name < b.partner.object.name ? -1 : 1));
  return [...Map.groupBy(ordered, ({ clash, effect }) => `${clash.rule} ${effect}`).values()].flatMap(
    (alike) => {
      const told = alike.slice(0, TOLD_SINGLY).map((conflict) => describeConflict(claim, conflict, free));
      const rest = alike.slice(TOLD_SINGLY);
      const [first] = rest;
      return first === undefined ? told : [...told, describeRest(first, rest)];
    },
  );
}

function describeRest({ clash, effect }: Conflict, rest: readonly Conflict[]): Finding {
  const names = rest.slice(0, TOLD_SINGLY).map(({ partner }) => `"${partner.object.name}"`);
  const more = rest.length > TOLD_SINGLY ? `, +${rest.length - TOLD_SINGLY}` : '';
  const message = `the same holds for ${rest.length} more: ${names.join(', ')}${more}`;
  return { effect, rule: clash.rule, field: clash.field, message };
}

/** Says a conflict: what is contested, with whom, on which nodes, and the way out. */
function describeConflict(claim: NodeEniClaim, conflict: Conflict, free: () => FreeIndexes): Finding {
  const { clash, effect } = conflict;
  const message = messageOf(claim, conflict, free);
  const conflictsWith = conflict.partner.object.name;
  return { effect, rule: clash.rule, field: clash.field, message, conflictsWith };
}

function messageOf(claim: NodeEniClaim, conflict: Conflict, free: () => FreeIndexes): string {
  const subject = subjectOf(claim, conflict);
  const partner = `NodeENI "${conflict.partner.object.name}"`;
  if (conflict.leniency !== undefined) return `${subject} ${toleranceOf(conflict, conflict.leniency)}`;
  const selector = describeSelector(conflict.selector);
  const nodes = `nodes matching ${selector}`;
  if (conflict.overlap === 'possible' && conflict.nodes.length === 0) {
    return `${subject} is also used by ${partner}, should a node match ${selector}; none does now`;
  }
  if (!conflict.clash.isCertain) {
    return `${subject} is also used by ${partner} (${nodes}) if one zone has several of its subnets`;
  }
  const named = `${nodes}${conflict.nodes.length === 0 ? '' : `: ${nameNodes(conflict.nodes)}`}`;
  return `${subject} is already used by ${partner} (${named}); ${wayOut(conflict, free)}`;
}

/** Only indexes and PCI addresses have to be waited for: EC2 and the node take two interfaces in one subnet. */
const WAITED_FOR: ReadonlySet<Clash['rule']> = new Set(['deviceIndexConflict', 'pciAddressConflict']);

function toleranceOf({ clash, partner }: Conflict, leniency: Leniency): string {
  const name = `NodeENI "${partner.object.name}"`;
  const hasToWait = WAITED_FOR.has(clash.rule);
  switch (leniency) {
    case 'partnerIsDeleting':
      return `is still used by ${name}, which is being deleted${hasToWait ? ': this one waits until it is gone' : ''}`;
    case 'claimReplacesPartner':
      return `is used by ${name}, which this one replaces${hasToWait ? ': it waits until that one is gone' : ''}`;
    case 'partnerReplacesClaim':
      return `is wanted by ${name}, which replaces this one${hasToWait ? ' and waits until it is gone' : ''}`;
  }
}

function subjectOf(claim: NodeEniClaim, { clash, partner }: Conflict): string {
  const things = clash.contested.join(', ');
  const isOne = clash.contested.length === 1;
  switch (clash.rule) {
    case 'deviceIndexConflict': {
      const card = claim.spec.networkCardIndex === 0 ? '' : ` of card ${claim.spec.networkCardIndex}`;
      const isBase = clash.contested.includes(claim.spec.deviceIndex);
      const zones =
        isBase || clash.zones === undefined ? '' : ` in ${[...clash.zones].toSorted().join(', ')}`;
      return `${isOne ? 'index' : 'each of the indexes'} ${things}${card}${zones}`;
    }
    case 'sharedSubnet':
      return `${isOne ? 'subnet' : 'each of the subnets'} ${things}`;
    case 'pciAddressConflict':
      return `PCI address ${things}`;
    case 'resourceNameConflict':
      return `resource name "${things}" with ${driverOf(partner.spec.dpdk)}, not ${driverOf(claim.spec.dpdk)},`;
  }
}

function wayOut({ clash }: Conflict, free: () => FreeIndexes): string {
  switch (clash.rule) {
    case 'deviceIndexConflict':
      return describeFree(free());
    case 'sharedSubnet':
      return `two interfaces in one subnet make replies take the wrong one: use another subnet, or annotate ${ADMISSION_ANNOTATIONS.allowSharedSubnet}: "true"`;
    case 'pciAddressConflict':
      return 'give the address of another device, or narrow nodeSelector';
    case 'resourceNameConflict':
      return 'devices of one resource name are one pool: give both the same driver, or another resource name';
  }
}

function describeFree({ width, first }: FreeIndexes): string {
  const row = width === 1 ? '' : ` for ${width} in a row`;
  if (first.length === 0) return `no index is free${row}: use another network card, or narrow nodeSelector`;
  return `free${row}: ${first.join(', ')}`;
}
