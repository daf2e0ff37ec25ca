import type { AssignedAddresses } from '../../src/domain/drift-effect.ts';
import type { SecurityGroup, Subnet } from '../../src/domain/ec2-resources.ts';
import type { DriftStep } from '../../src/domain/eni-drift.ts';
import { refusal } from './fake-interface.ts';

/** Addresses or prefixes that somebody asks for. */
type Assignment = Omit<Extract<DriftStep, { kind: 'assign-addresses' }>, 'kind'>;

/** @throws Ec2Error when a group does not exist, or not in the VPC */
export function checkGroups(
  groups: readonly SecurityGroup[],
  groupIds: readonly string[],
  vpcId: string,
): void {
  for (const groupId of groupIds) {
    const group = groups.find((candidate) => candidate.groupId === groupId);
    if (group === undefined) {
      throw refusal('InvalidGroup.NotFound', `The security group '${groupId}' does not exist`);
    }
    if (group.vpcId !== vpcId) {
      throw refusal('InvalidParameter', `${groupId} and the subnet belong to different networks.`);
    }
  }
}

/** What a subnet without IPv6 gives; `from` is a number that no earlier assignment reached. */
export function chooseAddresses(
  { family, unit, count }: Assignment,
  subnet: Subnet | undefined,
  from: number,
): AssignedAddresses {
  if (family === 'ipv6' || subnet === undefined) {
    throw refusal('InvalidParameterValue', 'The subnet does not have an IPv6 CIDR block associated with it.');
  }
  if (unit === 'address' && subnet.availableAddresses < count) {
    throw refusal('InsufficientFreeAddressesInSubnet', 'The subnet has not enough free addresses.');
  }
  const chosen = Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return `10.250.${Math.floor(number / 16)}.${(number % 16) * 16}`;
  });
  return unit === 'address'
    ? { addresses: chosen, prefixes: [] }
    : { addresses: [], prefixes: chosen.map((address) => `${address}/28`) };
}
