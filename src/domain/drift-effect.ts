import type { Eni } from './ec2-resources.ts';
import type { DriftStep } from './eni-drift.ts';

/** Addresses or prefixes that EC2 chose. */
export interface AssignedAddresses {
  readonly addresses: readonly string[];
  readonly prefixes: readonly string[];
}

const NONE: AssignedAddresses = { addresses: [], prefixes: [] };

/** The ENI after a step that EC2 carried out; `assigned` is the reply to `assign-addresses`. */
export function afterDriftStep(eni: Eni, step: DriftStep, assigned: AssignedAddresses = NONE): Eni {
  switch (step.kind) {
    case 'set-delete-on-termination':
      return { ...eni, ...withDeleteOnTermination(eni, step.value) };
    case 'set-source-dest-check':
      return { ...eni, sourceDestCheck: step.value };
    case 'set-security-groups':
      return { ...eni, securityGroupIds: step.securityGroupIds };
    case 'set-description':
      return { ...eni, description: step.description };
    case 'tag':
      return { ...eni, tags: { ...eni.tags, ...step.tags } };
    case 'untag':
      return { ...eni, tags: untagged(eni.tags, step.tags) };
    case 'unassign-addresses':
      return unassigned(eni, step);
    case 'assign-addresses':
      return { ...eni, ...added(eni, step.family, assigned) };
  }
}

function withDeleteOnTermination({ attachment }: Eni, deleteOnTermination: boolean): Partial<Eni> {
  return attachment === undefined ? {} : { attachment: { ...attachment, deleteOnTermination } };
}

/** DeleteTags with a value deletes only what still has that value (EC2 API, DeleteTags). */
function untagged(present: Eni['tags'], gone: Readonly<Record<string, string>>): Eni['tags'] {
  return Object.fromEntries(Object.entries(present).filter(([key, value]) => gone[key] !== value));
}

function unassigned(eni: Eni, step: Extract<DriftStep, { kind: 'unassign-addresses' }>): Eni {
  const left = (values: readonly string[]): string[] =>
    values.filter((value) => !step.addresses.includes(value) && !step.prefixes.includes(value));
  return {
    ...eni,
    secondaryPrivateIpAddresses: left(eni.secondaryPrivateIpAddresses),
    ipv4Prefixes: left(eni.ipv4Prefixes),
    ipv6Addresses: left(eni.ipv6Addresses),
    ipv6Prefixes: left(eni.ipv6Prefixes),
  };
}

function added(eni: Eni, family: 'ipv4' | 'ipv6', { addresses, prefixes }: AssignedAddresses): Partial<Eni> {
  return family === 'ipv4'
    ? {
        secondaryPrivateIpAddresses: [...eni.secondaryPrivateIpAddresses, ...addresses],
        ipv4Prefixes: [...eni.ipv4Prefixes, ...prefixes],
      }
    : {
        ipv6Addresses: [...eni.ipv6Addresses, ...addresses],
        ipv6Prefixes: [...eni.ipv6Prefixes, ...prefixes],
      };
}
