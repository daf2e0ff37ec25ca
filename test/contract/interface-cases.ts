import {
  AssignPrivateIpAddressesCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfaceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { present } from '../support/seed-ec2.ts';
import { type CaseContext, type ContractCase, codeOf } from './contract-case.ts';

const ABSENT = '0123456789abcdef0';

function create(context: CaseContext, input: object): Promise<string> {
  return codeOf(
    context.client.send(new CreateNetworkInterfaceCommand({ SubnetId: context.subnetId, ...input })),
  );
}

async function groupOfAnotherVpc({ client }: CaseContext): Promise<string> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const group = await client.send(
    new CreateSecurityGroupCommand({
      VpcId: present(Vpc?.VpcId, 'VPC id'),
      GroupName: 'other',
      Description: 'other',
    }),
  );
  return present(group.GroupId, 'group id');
}

async function smallSubnet({ client, seed }: CaseContext, cidrBlock: string): Promise<string> {
  const { Subnet } = await client.send(new CreateSubnetCommand({ VpcId: seed.vpcId, CidrBlock: cidrBlock }));
  return present(Subnet?.SubnetId, 'subnet id');
}

async function createTwice(context: CaseContext, second: object): Promise<unknown> {
  const ClientToken = `token-${Math.floor(performance.now() * 1000)}`;
  const input = { SubnetId: context.subnetId, Description: 'once', ClientToken };
  const first = await context.client.send(new CreateNetworkInterfaceCommand(input));
  try {
    const again = await context.client.send(new CreateNetworkInterfaceCommand({ ...input, ...second }));
    const isSame = again.NetworkInterface?.NetworkInterfaceId === first.NetworkInterface?.NetworkInterfaceId;
    return isSame ? 'the same interface' : 'a second interface';
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

async function fillSmallSubnet(context: CaseContext): Promise<unknown> {
  const subnetId = await smallSubnet(context, '10.0.250.0/28');
  for (let made = 0; made < 14; made += 1) {
    const code = await create(context, { SubnetId: subnetId });
    if (code !== 'OK') return { made, code };
  }
  return { made: 14, code: 'OK' };
}

async function modify(context: CaseContext, networkInterfaceId: string, change: object): Promise<string> {
  return codeOf(
    context.client.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: networkInterfaceId, ...change }),
    ),
  );
}

/** Creating, changing and deleting interfaces that are not attached. */
export const INTERFACE_CASES: readonly ContractCase[] = [
  {
    name: 'create keeps tags, description and groups',
    expected: {
      description: 'by contract',
      tags: { Name: 'one' },
      groups: 1,
      sourceDestCheck: true,
      status: 'available',
    },
    observe: async (context) => {
      const id = await context.newInterface({
        Description: 'by contract',
        TagSpecifications: [{ ResourceType: 'network-interface', Tags: [{ Key: 'Name', Value: 'one' }] }],
      });
      const item = await context.describe(id);
      return {
        description: item.Description,
        tags: Object.fromEntries((item.TagSet ?? []).map((tag) => [tag.Key, tag.Value])),
        groups: item.Groups?.filter((group) => group.GroupId === context.seed.securityGroupId).length,
        sourceDestCheck: item.SourceDestCheck,
        status: item.Status,
      };
    },
  },
  {
    name: 'the same client token gives the same interface',
    expected: 'the same interface',
    observe: (context) => createTwice(context, {}),
  },
  {
    name: 'a client token with other parameters is refused',
    expected: 'IdempotentParameterMismatch',
    observe: (context) => createTwice(context, { Description: 'twice' }),
  },
  {
    name: 'a client token of more than 64 characters is refused',
    expected: 'InvalidParameterValue',
    observe: (context) => create(context, { ClientToken: 'x'.repeat(65) }),
  },
  {
    name: 'create in an unknown subnet is refused',
    expected: 'InvalidSubnetID.NotFound',
    observe: (context) => create(context, { SubnetId: `subnet-${ABSENT}` }),
  },
  {
    name: 'create with an unknown group is refused',
    expected: 'InvalidGroup.NotFound',
    observe: (context) => create(context, { Groups: [`sg-${ABSENT}`] }),
  },
  {
    name: 'create with a group of another VPC is refused',
    expected: 'InvalidParameter',
    observe: async (context) => create(context, { Groups: [await groupOfAnotherVpc(context)] }),
  },
  {
    name: 'create with an address outside the subnet is refused',
    expected: 'InvalidParameterValue',
    observe: (context) => create(context, { PrivateIpAddress: '192.168.1.4' }),
  },
  {
    name: 'create with an address in use is refused',
    expected: ['OK', 'InvalidIPAddress.InUse'],
    observe: async (context) => [
      await create(context, { PrivateIpAddress: '10.0.15.200' }),
      await create(context, { PrivateIpAddress: '10.0.15.200' }),
    ],
  },
  {
    name: 'a /28 holds eleven interfaces',
    expected: { made: 11, code: 'InsufficientFreeAddressesInSubnet' },
    observe: fillSmallSubnet,
  },
  {
    name: 'create with IPv6 addresses in an IPv4 subnet is refused',
    expected: 'InvalidParameterValue',
    observe: (context) => create(context, { Ipv6AddressCount: 1 }),
  },
  {
    name: 'create as a dry run changes nothing',
    expected: 'DryRunOperation',
    observe: (context) => create(context, { DryRun: true }),
  },
  {
    name: 'delete twice answers not found',
    expected: ['OK', 'InvalidNetworkInterfaceID.NotFound'],
    observe: async (context) => {
      const remove = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: await context.newInterface() });
      return [await codeOf(context.client.send(remove)), await codeOf(context.client.send(remove))];
    },
  },
  {
    name: 'a malformed interface id is named as such',
    expected: 'InvalidNetworkInterfaceId.Malformed',
    observe: ({ client }) =>
      codeOf(client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: 'eni-nonsense' }))),
  },
  {
    name: 'source and destination check can be switched off',
    expected: false,
    observe: async (context) => {
      const id = await context.newInterface();
      await modify(context, id, { SourceDestCheck: { Value: false } });
      return (await context.describe(id)).SourceDestCheck;
    },
  },
  {
    name: 'groups can be replaced',
    expected: true,
    observe: async (context) => {
      const { GroupId } = await context.client.send(
        new CreateSecurityGroupCommand({
          VpcId: context.seed.vpcId,
          GroupName: 'replacement',
          Description: 'replacement',
        }),
      );
      const id = await context.newInterface();
      await modify(context, id, { Groups: [present(GroupId, 'group id')] });
      const groups = (await context.describe(id)).Groups ?? [];
      return groups.length === 1 && groups[0]?.GroupId === GroupId;
    },
  },
  {
    name: 'a description can be cleared',
    expected: '',
    observe: async (context) => {
      const id = await context.newInterface({ Description: 'old' });
      await modify(context, id, { Description: { Value: '' } });
      const reply = await context.client.send(
        new DescribeNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Attribute: 'description' }),
      );
      return reply.Description?.Value;
    },
  },
  {
    name: 'one attribute per modify call',
    expected: 'InvalidParameterCombination',
    observe: async (context) =>
      modify(context, await context.newInterface(), {
        SourceDestCheck: { Value: false },
        Description: { Value: 'two' },
      }),
  },
  {
    name: 'assigning addresses answers only the new ones',
    expected: { assigned: 2, total: 3 },
    observe: async (context) => {
      const id = await context.newInterface();
      const reply = await context.client.send(
        new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: id, SecondaryPrivateIpAddressCount: 2 }),
      );
      return {
        assigned: reply.AssignedPrivateIpAddresses?.length,
        total: (await context.describe(id)).PrivateIpAddresses?.length,
      };
    },
  },
  {
    name: 'a subnet with an interface cannot be deleted',
    expected: 'DependencyViolation',
    observe: async (context) => {
      const subnetId = await smallSubnet(context, '10.0.251.0/28');
      await create(context, { SubnetId: subnetId });
      return codeOf(context.client.send(new DeleteSubnetCommand({ SubnetId: subnetId })));
    },
  },
];
