import {
  AssignPrivateIpAddressesCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  type NetworkInterface,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import { type ContractCase, codeOf } from './contract-case.ts';

function secondaries(addresses: NetworkInterface['PrivateIpAddresses'] = []): string[] {
  return addresses
    .filter(({ Primary }) => Primary !== true)
    .map(({ PrivateIpAddress = '' }) => PrivateIpAddress);
}

/** Promises of EC2 about changing an interface that exists. */
export const CHANGE_CASES: readonly ContractCase[] = [
  {
    name: 'tags are added and overwritten, and deleted only while they have the value that is named',
    expected: { kept: 'theirs', added: 'new' },
    observe: async (context) => {
      const id = await context.newInterface();
      const before = [
        { Key: 'kept', Value: 'theirs' },
        { Key: 'gone', Value: 'old' },
        { Key: 'added', Value: 'old' },
      ];
      await context.client.send(new CreateTagsCommand({ Resources: [id], Tags: before }));
      await context.client.send(
        new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'added', Value: 'new' }] }),
      );
      const gone = [
        { Key: 'kept', Value: 'ours' },
        { Key: 'gone', Value: 'old' },
      ];
      await context.client.send(new DeleteTagsCommand({ Resources: [id], Tags: gone }));
      const { TagSet = [] } = await context.describe(id);
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    },
  },
  {
    name: 'secondary addresses are taken away by name',
    expected: { left: 1, isOther: true },
    observe: async (context) => {
      const id = await context.newInterface({ SecondaryPrivateIpAddressCount: 2 });
      const [first = '', second = ''] = secondaries((await context.describe(id)).PrivateIpAddresses);
      await context.client.send(
        new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: id, PrivateIpAddresses: [second] }),
      );
      const left = secondaries((await context.describe(id)).PrivateIpAddresses);
      return { left: left.length, isOther: left[0] === first };
    },
  },
  {
    name: 'the primary address cannot be taken away',
    expected: 'InvalidParameterValue',
    observe: async (context) => {
      const id = await context.newInterface();
      const { PrivateIpAddress = '' } = await context.describe(id);
      const command = new UnassignPrivateIpAddressesCommand({
        NetworkInterfaceId: id,
        PrivateIpAddresses: [PrivateIpAddress],
      });
      return codeOf(context.client.send(command));
    },
  },
  {
    name: 'prefixes are assigned and taken away',
    expected: [1, 0],
    observe: async (context) => {
      const id = await context.newInterface();
      await context.client.send(
        new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: id, Ipv4PrefixCount: 1 }),
      );
      const prefixes = ((await context.describe(id)).Ipv4Prefixes ?? []).map(
        ({ Ipv4Prefix = '' }) => Ipv4Prefix,
      );
      await context.client.send(
        new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId: id, Ipv4Prefixes: prefixes }),
      );
      return [prefixes.length, ((await context.describe(id)).Ipv4Prefixes ?? []).length];
    },
  },
];
