import type { StalledReason, WaitingReason } from '../../api/v1alpha1/conditions.ts';
import { highestAddresses } from './address-order.ts';
import type { AddressWish } from './address-wish.ts';
import type { Eni } from './ec2-resources.ts';
import type { TagWish } from './tag-wish.ts';

/** Family of addresses; EC2 has an action of its own for each. */
export type AddressFamily = 'ipv4' | 'ipv6';

/** What an ENI that exists is to be like, besides where it is attached. */
export interface EniWish {
  readonly deleteOnTermination: boolean;
  readonly sourceDestCheck: boolean;
  /** Empty while they cannot be resolved: then the ENI keeps what it has. */
  readonly securityGroupIds: readonly string[];
  /** Absent: whatever it is. */
  readonly description?: string;
  readonly tags: TagWish;
  readonly addresses: AddressWish;
}

/** One EC2 call that brings an ENI nearer to its wish, without ever making it anew. */
export type DriftStep =
  | {
      readonly kind: 'set-delete-on-termination';
      readonly eniId: string;
      readonly attachmentId: string;
      readonly value: boolean;
    }
  | { readonly kind: 'set-source-dest-check'; readonly eniId: string; readonly value: boolean }
  | {
      readonly kind: 'set-security-groups';
      readonly eniId: string;
      readonly securityGroupIds: readonly string[];
    }
  | { readonly kind: 'set-description'; readonly eniId: string; readonly description: string }
  | { readonly kind: 'tag'; readonly eniId: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'untag'; readonly eniId: string; readonly tags: Readonly<Record<string, string>> }
  | {
      readonly kind: 'unassign-addresses';
      readonly eniId: string;
      readonly family: AddressFamily;
      readonly addresses: readonly string[];
      readonly prefixes: readonly string[];
    }
  | {
      readonly kind: 'assign-addresses';
      readonly eniId: string;
      readonly family: AddressFamily;
      readonly unit: 'address' | 'prefix';
      readonly count: number;
    };

/** A step that EC2 refused, and that is not sent again for a while unless it changes. */
export interface RefusedStep {
  /** {@link driftKey} of the step. */
  readonly key: string;
  readonly reason: StalledReason | WaitingReason;
  readonly message: string;
  readonly retryInMs: number;
}

/** Equal for equal steps. */
export function driftKey(step: DriftStep): string {
  return JSON.stringify(step);
}

/**
 * What differs, in the order in which it is put right: what says whose the ENI is, what EC2 does with it when the
 * instance dies, what lets traffic through, then the rest. Order of groups, tags and addresses means nothing.
 *
 * @param isConfirmed addresses are assigned only on what EC2 has shown since the last call: AssignPrivateIpAddresses
 *   takes no client token, so a lost reply must be looked into first
 */
export function driftSteps(wish: EniWish, eni: Eni, isConfirmed: boolean): DriftStep[] {
  return [
    ...tagSteps(wish, eni),
    ...flagSteps(wish, eni),
    ...groupSteps(wish, eni),
    ...descriptionSteps(wish, eni),
    ...untagSteps(wish, eni),
    ...(isConfirmed ? addressSteps(wish.addresses, eni) : []),
  ];
}

/** The next step of {@link driftSteps} that was not refused; undefined when nothing can be put right now. */
export function planDrift(
  wish: EniWish,
  eni: Eni,
  context: { readonly isConfirmed: boolean; readonly refused: readonly RefusedStep[] },
): DriftStep | undefined {
  const refused = new Set(context.refused.map(({ key }) => key));
  return driftSteps(wish, eni, context.isConfirmed).find((step) => !refused.has(driftKey(step)));
}

function tagSteps({ tags }: EniWish, { eniId, tags: present }: Eni): DriftStep[] {
  const missing = Object.entries(tags.required).filter(([key, value]) => present[key] !== value);
  return missing.length === 0 ? [] : [{ kind: 'tag', eniId, tags: Object.fromEntries(missing) }];
}

function untagSteps({ tags }: EniWish, { eniId, tags: present }: Eni): DriftStep[] {
  const left = Object.entries(tags.obsolete).filter(
    ([key, value]) => present[key] === value && tags.required[key] === undefined,
  );
  return left.length === 0 ? [] : [{ kind: 'untag', eniId, tags: Object.fromEntries(left) }];
}

function flagSteps(wish: EniWish, { eniId, attachment, sourceDestCheck }: Eni): DriftStep[] {
  const steps: DriftStep[] = [];
  if (attachment !== undefined && attachment.deleteOnTermination !== wish.deleteOnTermination) {
    const { attachmentId } = attachment;
    steps.push({ kind: 'set-delete-on-termination', eniId, attachmentId, value: wish.deleteOnTermination });
  }
  if (sourceDestCheck !== wish.sourceDestCheck) {
    steps.push({ kind: 'set-source-dest-check', eniId, value: wish.sourceDestCheck });
  }
  return steps;
}

function groupSteps({ securityGroupIds }: EniWish, eni: Eni): DriftStep[] {
  const [wanted, present] = [new Set(securityGroupIds), new Set(eni.securityGroupIds)];
  const isSame = wanted.size === present.size && [...wanted].every((groupId) => present.has(groupId));
  if (wanted.size === 0 || isSame) return [];
  return [{ kind: 'set-security-groups', eniId: eni.eniId, securityGroupIds: [...securityGroupIds] }];
}

function descriptionSteps({ description }: EniWish, eni: Eni): DriftStep[] {
  if (description === undefined || description === eni.description) return [];
  return [{ kind: 'set-description', eniId: eni.eniId, description }];
}

function excess(present: readonly string[], wanted: number | undefined): string[] {
  return wanted === undefined ? [] : highestAddresses(present, Math.max(0, present.length - wanted));
}

function unassignSteps(
  { eniId }: Eni,
  family: AddressFamily,
  gone: { readonly addresses: readonly string[]; readonly prefixes: readonly string[] },
): DriftStep[] {
  if (gone.addresses.length + gone.prefixes.length === 0) return [];
  return [{ kind: 'unassign-addresses', eniId, family, ...gone }];
}

/** Less before more: what is given back makes room under the instance type's limit. */
function addressSteps(wish: AddressWish, eni: Eni): DriftStep[] {
  const { secondaryPrivateIpAddresses, ipv4Prefixes, ipv6Addresses, ipv6Prefixes, eniId } = eni;
  const grow = (
    family: AddressFamily,
    unit: 'address' | 'prefix',
    [present, wanted = 0]: readonly [readonly string[], number | undefined],
  ): DriftStep[] =>
    wanted > present.length
      ? [{ kind: 'assign-addresses', eniId, family, unit, count: wanted - present.length }]
      : [];
  return [
    ...unassignSteps(eni, 'ipv4', {
      addresses: excess(secondaryPrivateIpAddresses, wish.secondaryPrivateIPCount),
      prefixes: excess(ipv4Prefixes, wish.ipv4PrefixCount),
    }),
    ...unassignSteps(eni, 'ipv6', {
      addresses: excess(ipv6Addresses, wish.ipv6AddressCount),
      prefixes: excess(ipv6Prefixes, wish.ipv6PrefixCount),
    }),
    ...grow('ipv4', 'address', [secondaryPrivateIpAddresses, wish.secondaryPrivateIPCount]),
    ...grow('ipv4', 'prefix', [ipv4Prefixes, wish.ipv4PrefixCount]),
    ...grow('ipv6', 'address', [ipv6Addresses, wish.ipv6AddressCount]),
    ...grow('ipv6', 'prefix', [ipv6Prefixes, wish.ipv6PrefixCount]),
  ];
}
