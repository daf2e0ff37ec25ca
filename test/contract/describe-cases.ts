import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  type Filter,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { type CaseContext, type ContractCase, codeOf } from './contract-case.ts';

async function found(context: CaseContext, filters: Filter[]): Promise<string[]> {
  const { NetworkInterfaces = [] } = await context.client.send(
    new DescribeNetworkInterfacesCommand({ Filters: filters }),
  );
  return NetworkInterfaces.map((item) => item.NetworkInterfaceId ?? '');
}

function tagSpecification(
  Key: string,
  Value: string,
): { TagSpecifications: { ResourceType: 'network-interface'; Tags: { Key: string; Value: string }[] }[] } {
  return { TagSpecifications: [{ ResourceType: 'network-interface', Tags: [{ Key, Value }] }] };
}

/** A filter that must find one interface and only it. */
function filterCase(
  name: string,
  filterOf: (context: CaseContext, id: string) => Promise<Filter[]>,
): ContractCase {
  return {
    name: `filter ${name} finds the interface`,
    expected: { isOnly: true },
    observe: async (context) => {
      const key = `filter-${name}`;
      const id = await context.newInterface({
        Description: `${name} only`,
        ...tagSpecification(key, 'needle in hay'),
      });
      const ids = await found(context, await filterOf(context, id));
      return { isOnly: ids.length === 1 && ids[0] === id };
    },
  };
}

function attachmentFilterCase(
  name: string,
  valueOf: (attachmentId: string, instanceId: string) => string,
): ContractCase {
  return {
    name: `filter ${name} finds the attached interface`,
    expected: true,
    observe: async (context) => {
      const { instanceId } = await context.newInstance();
      const id = await context.newInterface();
      const attachmentId = await context.attach(id, instanceId, 1);
      try {
        const ids = await found(context, [
          { Name: name, Values: [valueOf(attachmentId, instanceId)] },
          { Name: 'network-interface-id', Values: [id] },
        ]);
        return ids.length === 1 && ids[0] === id;
      } catch {
        return 'an error';
      }
    },
  };
}

async function manyTagged(context: CaseContext, key: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) await context.newInterface(tagSpecification(key, 'yes'));
}

async function pagesOf(context: CaseContext): Promise<unknown> {
  await manyTagged(context, 'paged', 12);
  const sizes: number[] = [];
  const ids = new Set<string>();
  const pages = paginateDescribeNetworkInterfaces(
    { client: context.client, pageSize: 5 },
    { Filters: [{ Name: 'tag:paged', Values: ['yes'] }] },
  );
  for await (const page of pages) {
    sizes.push(page.NetworkInterfaces?.length ?? 0);
    for (const item of page.NetworkInterfaces ?? []) ids.add(item.NetworkInterfaceId ?? '');
  }
  return { sizes, different: ids.size };
}

async function tagRoundTrip({ client, ...context }: CaseContext): Promise<unknown> {
  const id = await context.newInterface();
  await client.send(
    new CreateTagsCommand({
      Resources: [id],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await client.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'a' }] }));
  const { Tags = [] } = await client.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }),
  );
  return Tags.map((tag) => [tag.Key, tag.Value, tag.ResourceType]);
}

/** Reading: filters, pages, tags, and the facts other decisions rest on. */
export const DESCRIBE_CASES: readonly ContractCase[] = [
  filterCase('network-interface-id', async (_, id) => [{ Name: 'network-interface-id', Values: [id] }]),
  filterCase('tag', async () => [{ Name: 'tag:filter-tag', Values: ['needle in hay'] }]),
  filterCase('tag-wildcard', async () => [{ Name: 'tag:filter-tag-wildcard', Values: ['need*'] }]),
  filterCase('tag-key', async () => [{ Name: 'tag-key', Values: ['filter-tag-key'] }]),
  filterCase('description', async () => [{ Name: 'description', Values: ['description only'] }]),
  filterCase('private-ip-address', async (context, id) => [
    { Name: 'private-ip-address', Values: [(await context.describe(id)).PrivateIpAddress ?? ''] },
  ]),
  filterCase('mac-address', async (context, id) => [
    { Name: 'mac-address', Values: [(await context.describe(id)).MacAddress ?? ''] },
  ]),
  filterCase('status and group-id', async (context) => [
    { Name: 'status', Values: ['available', 'in-use'] },
    { Name: 'group-id', Values: [context.seed.securityGroupId] },
    { Name: 'vpc-id', Values: [context.seed.vpcId] },
    { Name: 'subnet-id', Values: [context.subnetId] },
    { Name: 'tag-key', Values: ['filter-status and group-id'] },
  ]),
  filterCase('availability-zone', async (context) => [
    { Name: 'availability-zone', Values: [context.seed.subnets[0]?.availabilityZone ?? ''] },
    { Name: 'tag-key', Values: ['filter-availability-zone'] },
  ]),
  attachmentFilterCase('attachment.instance-id', (_, instanceId) => instanceId),
  attachmentFilterCase('attachment.attachment-id', (attachmentId) => attachmentId),
  attachmentFilterCase('attachment.status', () => 'attached'),
  attachmentFilterCase('attachment.device-index', () => '1'),
  {
    name: 'an unknown filter is refused',
    expected: 'InvalidParameterValue',
    observe: (context) => codeOf(found(context, [{ Name: 'colour', Values: ['red'] }])),
  },
  { name: 'pages hold each interface once', expected: { sizes: [5, 5, 2], different: 12 }, observe: pagesOf },
  {
    name: 'a page size with ids is refused',
    expected: 'InvalidParameterCombination',
    observe: async (context) =>
      codeOf(
        context.client.send(
          new DescribeNetworkInterfacesCommand({
            NetworkInterfaceIds: [await context.newInterface()],
            MaxResults: 5,
          }),
        ),
      ),
  },
  {
    name: 'a page size below five is refused',
    expected: 'InvalidParameterValue',
    observe: ({ client }) => codeOf(client.send(new DescribeNetworkInterfacesCommand({ MaxResults: 4 }))),
  },
  {
    name: 'a subnet is found by its Name tag',
    expected: 2,
    observe: async ({ client, seed }) => {
      const { Subnets } = await client.send(
        new DescribeSubnetsCommand({
          Filters: [
            { Name: 'tag:Name', Values: ['tenant-a'] },
            { Name: 'vpc-id', Values: [seed.vpcId] },
          ],
        }),
      );
      return Subnets?.length;
    },
  },
  {
    name: 'a group is found by its name',
    expected: true,
    observe: async ({ client, seed }) => {
      const { SecurityGroups } = await client.send(
        new DescribeSecurityGroupsCommand({
          Filters: [
            { Name: 'group-name', Values: ['nodes'] },
            { Name: 'vpc-id', Values: [seed.vpcId] },
          ],
        }),
      );
      return SecurityGroups?.length === 1 && SecurityGroups[0]?.GroupId === seed.securityGroupId;
    },
  },
  {
    name: 'instance types tell cards and limits',
    expected: [
      ['m5.large', 3, 10, [3]],
      ['p4d.24xlarge', 60, 50, [15, 15, 15, 15]],
    ],
    observe: async ({ client }) => {
      const { InstanceTypes = [] } = await client.send(
        new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.large', 'p4d.24xlarge'] }),
      );
      const rows = InstanceTypes.map(({ InstanceType = '', NetworkInfo }) => [
        InstanceType,
        NetworkInfo?.MaximumNetworkInterfaces,
        NetworkInfo?.Ipv4AddressesPerInterface,
        NetworkInfo?.NetworkCards?.map((card) => card.MaximumNetworkInterfaces),
      ]);
      return rows.toSorted((left, right) => String(left[0]).localeCompare(String(right[0])));
    },
  },
  {
    name: 'an instance names its interfaces and their indexes',
    expected: [
      [0, true],
      [1, false],
    ],
    observe: async (context) => {
      const { instanceId } = await context.newInstance();
      await context.attach(await context.newInterface(), instanceId, 1);
      const { Reservations } = await context.client.send(
        new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] }),
      );
      const interfaces = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
      return interfaces
        .map((item) => [item.Attachment?.DeviceIndex, item.Attachment?.DeviceIndex === 0])
        .toSorted((left, right) => Number(left[0]) - Number(right[0]));
    },
  },
  {
    name: 'tags are added, deleted and listed',
    expected: [['b', '2', 'network-interface']],
    observe: tagRoundTrip,
  },
  {
    name: 'a tag with the aws: prefix is refused',
    expected: 'InvalidParameterValue',
    observe: async (context) =>
      codeOf(
        context.client.send(
          new CreateTagsCommand({
            Resources: [await context.newInterface()],
            Tags: [{ Key: 'aws:x', Value: '1' }],
          }),
        ),
      ),
  },
  {
    name: 'a resource has at most 50 tags',
    expected: 'TagLimitExceeded',
    observe: async (context) =>
      codeOf(
        context.client.send(
          new CreateTagsCommand({
            Resources: [await context.newInterface()],
            Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' })),
          }),
        ),
      ),
  },
  {
    name: 'zones are listed',
    expected: true,
    observe: async ({ client, seed }) => {
      const { AvailabilityZones = [] } = await client.send(new DescribeAvailabilityZonesCommand({}));
      const names = new Set(AvailabilityZones.map((zone) => zone.ZoneName));
      return seed.subnets.every((subnet) => names.has(subnet.availabilityZone));
    },
  },
];
