import {
  AssignIpv6AddressesCommand,
  AssignPrivateIpAddressesCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  type Tag,
  UnassignIpv6AddressesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Writer } from '../../operator/ports.ts';
import { callEc2 } from './call-ec2.ts';

/** Changes of an ENI that exists. */
export type EniChanges = Pick<
  Ec2Writer,
  'setSecurityGroups' | 'setDescription' | 'tagEni' | 'untagEni' | 'assignAddresses' | 'unassignAddresses'
>;

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function present(values: readonly (string | undefined)[] | undefined): string[] {
  return (values ?? []).filter((value) => value !== undefined);
}

/** A member that is only sent when it holds something. */
function some<K extends string>(key: K, values: readonly string[]): Partial<Record<K, string[]>> {
  const field: Partial<Record<K, string[]>> = {};
  if (values.length > 0) field[key] = [...values];
  return field;
}

/** Changes ENIs in place: one method, one call. */
export function createEniChanges(client: EC2Client): EniChanges {
  return {
    setSecurityGroups: ({ eniId, securityGroupIds }, signal) =>
      callEc2('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          Groups: [...securityGroupIds],
        });
        await client.send(command, { abortSignal: signal });
      }),

    setDescription: ({ eniId, description }, signal) =>
      callEc2('ModifyNetworkInterfaceAttribute', async () => {
        const command = new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: eniId,
          Description: { Value: description },
        });
        await client.send(command, { abortSignal: signal });
      }),

    tagEni: ({ eniId, tags }, signal) =>
      callEc2('CreateTags', async () => {
        const command = new CreateTagsCommand({ Resources: [eniId], Tags: tagList(tags) });
        await client.send(command, { abortSignal: signal });
      }),

    untagEni: ({ eniId, tags }, signal) =>
      callEc2('DeleteTags', async () => {
        const command = new DeleteTagsCommand({ Resources: [eniId], Tags: tagList(tags) });
        await client.send(command, { abortSignal: signal });
      }),

    assignAddresses: ({ eniId, family, unit, count }, signal) =>
      family === 'ipv4'
        ? callEc2('AssignPrivateIpAddresses', async () => {
            const command = new AssignPrivateIpAddressesCommand({
              NetworkInterfaceId: eniId,
              ...(unit === 'address'
                ? { SecondaryPrivateIpAddressCount: count }
                : { Ipv4PrefixCount: count }),
            });
            const reply = await client.send(command, { abortSignal: signal });
            return {
              addresses: present(
                reply.AssignedPrivateIpAddresses?.map(({ PrivateIpAddress }) => PrivateIpAddress),
              ),
              prefixes: present(reply.AssignedIpv4Prefixes?.map(({ Ipv4Prefix }) => Ipv4Prefix)),
            };
          })
        : callEc2('AssignIpv6Addresses', async () => {
            const command = new AssignIpv6AddressesCommand({
              NetworkInterfaceId: eniId,
              ...(unit === 'address' ? { Ipv6AddressCount: count } : { Ipv6PrefixCount: count }),
            });
            const reply = await client.send(command, { abortSignal: signal });
            return {
              addresses: present(reply.AssignedIpv6Addresses),
              prefixes: present(reply.AssignedIpv6Prefixes),
            };
          }),

    unassignAddresses: ({ eniId, family, addresses, prefixes }, signal) =>
      family === 'ipv4'
        ? callEc2('UnassignPrivateIpAddresses', async () => {
            const command = new UnassignPrivateIpAddressesCommand({
              NetworkInterfaceId: eniId,
              ...some('PrivateIpAddresses', addresses),
              ...some('Ipv4Prefixes', prefixes),
            });
            await client.send(command, { abortSignal: signal });
          })
        : callEc2('UnassignIpv6Addresses', async () => {
            const command = new UnassignIpv6AddressesCommand({
              NetworkInterfaceId: eniId,
              ...some('Ipv6Addresses', addresses),
              ...some('Ipv6Prefixes', prefixes),
            });
            await client.send(command, { abortSignal: signal });
          }),
  };
}
