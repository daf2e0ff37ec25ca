import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { Finding, JudgedNode } from './admission-view.ts';
import { driverOf } from './clash.ts';
import type { Conflict } from './conflict.ts';
import type { FreeIndexes } from './free-indexes.ts';
import type { NodeEniClaim } from './prepared-view.ts';
import { describeSelectors } from './selector-overlap.ts';

/** Names of nodes for a message, `ip-10-0-1-5, +2`. */
export function nameNodes(nodes: readonly Pick<JudgedNode, 'name'>[]): string {
  const [first] = nodes;
  if (first === undefined) return 'none yet';
  return nodes.length === 1 ? first.name : `${first.name}, +${nodes.length - 1}`;
}

/** Says a conflict: what is contested, with whom, on which nodes, and the way out. */
export function describeConflict(claim: NodeEniClaim, conflict: Conflict, free: () => FreeIndexes): Finding {
  const { clash, effect } = conflict;
  return { effect, rule: clash.rule, field: clash.field, message: messageOf(claim, conflict, free) };
}

function messageOf(claim: NodeEniClaim, conflict: Conflict, free: () => FreeIndexes): string {
  const subject = subjectOf(claim, conflict);
  const partner = `NodeENI "${conflict.partner.object.name}"`;
  switch (conflict.leniency) {
    case 'partnerIsDeleting':
      return `${subject} is still used by ${partner}, which is being deleted: this one waits until it is gone`;
    case 'claimReplacesPartner':
      return `${subject} is used by ${partner}, which this one replaces: it waits until that one is gone`;
    case 'partnerReplacesClaim':
      return `${subject} is wanted by ${partner}, which replaces this one and waits until it is gone`;
    case undefined:
  }
  const selector = describeSelectors(claim.spec.nodeSelector, conflict.partner.spec.nodeSelector);
  const nodes = `nodes matching ${selector}`;
  if (conflict.overlap === 'possible' && conflict.nodes.length === 0) {
    return `${subject} is also used by ${partner}; no node matches ${selector} now, but one that does gets only one of them`;
  }
  if (!conflict.clash.isCertain) {
    return `${subject} is also used by ${partner} (${nodes}) if one zone has several of its subnets`;
  }
  const named = `${nodes}${conflict.nodes.length === 0 ? '' : `: ${nameNodes(conflict.nodes)}`}`;
  return `${subject} is already used by ${partner} (${named}); ${wayOut(conflict, free)}`;
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
