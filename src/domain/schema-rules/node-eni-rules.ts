import type { NodeEniFields } from '../effective-spec.ts';
import { mergeSubnetSlots } from '../subnet-slots.ts';
import { isLabelName, lengthOf } from './label-name.ts';
import { type SchemaRule, type SchemaViolation, violationsOf } from './schema-rule.ts';

/** A NodeENI as the rules about one object read it. */
export interface SchemaSubject {
  /** Absent where the API server makes the name. */
  readonly name?: string;
  readonly spec: NodeEniFields;
}

const maxNameLength = 63;
const reservedPrefixes = [
  'aws:',
  'networking.k8s.aws/',
  'node.k8s.amazonaws.com/',
  'cilium.io/',
  'eks:',
  'kubernetes.io/cluster/',
];

function isEmpty(list: readonly string[] | undefined): boolean {
  return list === undefined || list.length === 0;
}

function isAsked(count: number | undefined): boolean {
  return count !== undefined && count > 0;
}

function firstKey(
  map: Readonly<Record<string, string>> | undefined,
  isWrong: (key: string) => boolean,
): string | undefined {
  return Object.keys(map ?? {}).find((key) => isWrong(key));
}

/** The twins of all CEL rules of NodeENI that need no earlier object, in the order of the schema. */
export const NODE_ENI_RULES: readonly SchemaRule<SchemaSubject>[] = [
  {
    name: 'nameTooLong',
    message: 'metadata.name is longer than 63 characters: it becomes part of tags and host names',
    field: 'metadata.name',
    reason: 'FieldValueInvalid',
    breachOf: ({ name = '' }) =>
      lengthOf(name) <= maxNameLength
        ? undefined
        : {
            says: `metadata.name "${name}" has ${lengthOf(name)} characters: it becomes part of tags and host names, use at most 63`,
          },
  },
  {
    name: 'subnetRequired',
    message: 'no subnet is given: set at least one of subnetID, subnetIDs, subnetName, subnetNames',
    field: 'spec.subnetID',
    reason: 'FieldValueRequired',
    breachOf: ({ spec }) => (mergeSubnetSlots(spec).length > 0 ? undefined : {}),
  },
  {
    name: 'securityGroupRequired',
    message: 'no security group is given: set at least one of securityGroupIDs, securityGroupNames',
    field: 'spec.securityGroupIDs',
    reason: 'FieldValueRequired',
    breachOf: ({ spec }) =>
      isEmpty(spec.securityGroupIDs) && isEmpty(spec.securityGroupNames) ? {} : undefined,
  },
  {
    name: 'policyRoutingNeedsAddresses',
    message:
      'policyRouting needs addresses on the interface: set hostInterface.addressing to Primary or All and managedBy to Daemon, or policyRouting to false',
    field: 'spec.hostInterface.policyRouting',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec: { hostInterface = {} } }) => {
      const { policyRouting = false, addressing = 'None', managedBy = 'Daemon' } = hostInterface;
      return policyRouting && (addressing === 'None' || managedBy === 'OS') ? {} : undefined;
    },
  },
  {
    name: 'addressesNeedDaemon',
    message:
      'managedBy OS leaves the interface to the operating system: set hostInterface.addressing to None, or managedBy to Daemon',
    field: 'spec.hostInterface.addressing',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec: { hostInterface = {} } }) => {
      const { addressing = 'None', managedBy = 'Daemon' } = hostInterface;
      return addressing !== 'None' && managedBy === 'OS' ? {} : undefined;
    },
  },
  {
    name: 'ipv4AddressesOrPrefixes',
    message: 'secondaryPrivateIPCount and ipv4PrefixCount exclude each other: set only one of them',
    field: 'spec.ipv4PrefixCount',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec }) =>
      isAsked(spec.secondaryPrivateIPCount) && isAsked(spec.ipv4PrefixCount)
        ? {
            says: `secondaryPrivateIPCount is ${spec.secondaryPrivateIPCount} and ipv4PrefixCount is ${spec.ipv4PrefixCount}: EC2 assigns either addresses or prefixes, set only one of them`,
          }
        : undefined,
  },
  {
    name: 'ipv6AddressesOrPrefixes',
    message: 'ipv6AddressCount and ipv6PrefixCount exclude each other: set only one of them',
    field: 'spec.ipv6PrefixCount',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec }) =>
      isAsked(spec.ipv6AddressCount) && isAsked(spec.ipv6PrefixCount)
        ? {
            says: `ipv6AddressCount is ${spec.ipv6AddressCount} and ipv6PrefixCount is ${spec.ipv6PrefixCount}: EC2 assigns either addresses or prefixes, set only one of them`,
          }
        : undefined,
  },
  {
    name: 'dpdkAliasDiffers',
    message: 'enableDPDK and its alias dpdkEnabled differ: remove dpdkEnabled',
    field: 'spec.dpdkEnabled',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec: { enableDPDK, dpdkEnabled } }) =>
      enableDPDK === undefined || dpdkEnabled === undefined || enableDPDK === dpdkEnabled
        ? undefined
        : {
            says: `enableDPDK is ${enableDPDK} and its alias dpdkEnabled is ${dpdkEnabled}: remove dpdkEnabled, or give both the same value`,
          },
  },
  {
    name: 'pciAddressNeedsOneSubnet',
    message: 'dpdkPCIAddress names one device: list one subnet only, or remove dpdkPCIAddress',
    field: 'spec.dpdkPCIAddress',
    reason: 'FieldValueForbidden',
    breachOf: ({ spec }) =>
      spec.dpdkPCIAddress === undefined || mergeSubnetSlots(spec).length <= 1
        ? undefined
        : {
            says: `dpdkPCIAddress "${spec.dpdkPCIAddress}" names one device, but several subnets are listed: list one subnet, or remove dpdkPCIAddress`,
          },
  },
  {
    name: 'nodeSelectorKey',
    message: 'a key is no valid label name: use [prefix/]name, for example node-group or example.com/pool',
    field: 'spec.nodeSelector',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec }) => {
      const key = firstKey(spec.nodeSelector, (key) => !isLabelName(key));
      return key === undefined
        ? undefined
        : {
            key,
            says: `key "${key}" is no valid label name: use [prefix/]name, for example node-group or example.com/pool`,
          };
    },
  },
  {
    name: 'tagKeyLength',
    message: 'a tag key is empty or longer than 128 characters: EC2 allows 1 to 128',
    field: 'spec.tags',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec }) => {
      const key = firstKey(spec.tags, (key) => key === '' || lengthOf(key) > 128);
      return key === undefined
        ? undefined
        : { key, says: `tag key "${key}" is empty or longer than 128 characters: EC2 allows 1 to 128` };
    },
  },
  {
    name: 'tagKeyReserved',
    message:
      'a tag key is reserved (aws:, networking.k8s.aws/, node.k8s.amazonaws.com/, cilium.io/, eks:, kubernetes.io/cluster/): choose another key',
    field: 'spec.tags',
    reason: 'FieldValueInvalid',
    breachOf: ({ spec }) => {
      const key = firstKey(spec.tags, (key) => reservedPrefixes.some((prefix) => key.startsWith(prefix)));
      return key === undefined
        ? undefined
        : {
            key,
            says: `tag key "${key}" is reserved (aws:, networking.k8s.aws/, node.k8s.amazonaws.com/, cilium.io/, eks:, kubernetes.io/cluster/): choose another key`,
          };
    },
  },
];

/** What the CEL rules of the schema say to a NodeENI by itself, new or changed. */
export function judgeNodeEniSchema(subject: SchemaSubject): readonly SchemaViolation[] {
  return violationsOf(subject, NODE_ENI_RULES);
}
