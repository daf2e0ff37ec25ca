import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  type Filter,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { ENI_TAGS, MANAGED_BY, REFERENCE_MANAGED_BY, REFERENCE_TAGS } from '../../../api/v1alpha1/names.ts';
import type { Eni, SecurityGroup, Subnet } from '../../domain/ec2-resources.ts';
import type { Ec2Reader, OnUnreadableEni } from '../../operator/ports.ts';
import { Ec2Error, toEc2Error } from './ec2-error.ts';
import { parseEni, parseInstance, parseInstanceType, parseSecurityGroup, parseSubnet } from './parse-ec2.ts';

/** EC2 takes at most 200 values in a filter (EC2 API, Filter). */
const MAX_FILTER_VALUES = 200;

/**
 * Items a page. Parsing a page blocks the event loop, and with it the renewal of the leader's Lease, so pages
 * stay well below EC2's maximum of 1,000.
 */
const PAGE_SIZE = 500;

interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

async function allPages<T>(
  action: string,
  read: (token: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await read(token);
      items.push(...page.items);
      token = page.nextToken;
    } while (token !== undefined && token !== '');
  } catch (error) {
    throw toEc2Error(action, error);
  }
  return items;
}

function filter(name: string, values: readonly string[]): Filter {
  return { Name: name, Values: [...values] };
}

function chunks(values: readonly string[]): string[][] {
  const unique = [...new Set(values)];
  return Array.from({ length: Math.ceil(unique.length / MAX_FILTER_VALUES) }, (_, index) =>
    unique.slice(index * MAX_FILTER_VALUES, (index + 1) * MAX_FILTER_VALUES),
  );
}

async function inChunks<T>(values: readonly string[], read: (chunk: string[]) => Promise<T[]>): Promise<T[]> {
  const items: T[] = [];
  for (const chunk of chunks(values)) items.push(...(await read(chunk)));
  return items;
}

function uniqueBy<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [idOf(item), item])).values()];
}

/** One ENI that cannot be understood must not hide all others; one without an id could be any. */
function parseOrTell(eni: NetworkInterface, onUnreadable: OnUnreadableEni | undefined): Eni[] {
  try {
    return [parseEni(eni)];
  } catch (error) {
    const { NetworkInterfaceId: eniId } = eni;
    if (onUnreadable === undefined || eniId === undefined || !(error instanceof Ec2Error)) throw error;
    onUnreadable(eniId, error);
    return [];
  }
}

/**
 * Reads EC2 with filters and pages only: explicit ids make one missing id fail the whole call, and unfiltered calls use
 * the smaller throttle bucket (EC2 Developer Guide, Request throttling).
 */
export function createEc2Reader(client: EC2Client): Ec2Reader {
  const describeEnis = async (filters: Filter[], signal: AbortSignal, onUnreadable?: OnUnreadableEni) =>
    (
      await allPages('DescribeNetworkInterfaces', async (token) => {
        const command = new DescribeNetworkInterfacesCommand({
          Filters: filters,
          MaxResults: PAGE_SIZE,
          NextToken: token,
        });
        const reply = await client.send(command, { abortSignal: signal });
        return { items: reply.NetworkInterfaces ?? [], nextToken: reply.NextToken };
      })
    ).flatMap((eni) => parseOrTell(eni, onUnreadable));

  const describeSubnets = async (
    name: string,
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<Subnet[]> =>
    inChunks(values, async (chunk) =>
      (
        await allPages('DescribeSubnets', async (token) => {
          const command = new DescribeSubnetsCommand({
            Filters: [filter(name, chunk)],
            MaxResults: PAGE_SIZE,
            NextToken: token,
          });
          const reply = await client.send(command, { abortSignal: signal });
          return { items: reply.Subnets ?? [], nextToken: reply.NextToken };
        })
      ).map((subnet) => parseSubnet(subnet)),
    );

  const describeGroups = async (
    name: string,
    values: readonly string[],
    signal: AbortSignal,
  ): Promise<SecurityGroup[]> =>
    inChunks(values, async (chunk) =>
      (
        await allPages('DescribeSecurityGroups', async (token) => {
          const command = new DescribeSecurityGroupsCommand({
            Filters: [filter(name, chunk)],
            MaxResults: PAGE_SIZE,
            NextToken: token,
          });
          const reply = await client.send(command, { abortSignal: signal });
          return { items: reply.SecurityGroups ?? [], nextToken: reply.NextToken };
        })
      ).map((group) => parseSecurityGroup(group)),
    );

  return {
    listOwnedEnis: (cluster, signal, onUnreadable) =>
      describeEnis(
        [
          filter(`tag:${ENI_TAGS.managedBy}`, [MANAGED_BY]),
          filter(`tag:${ENI_TAGS.cluster}`, [cluster.name]),
          filter(`tag:${ENI_TAGS.clusterUid}`, [cluster.uid]),
        ],
        signal,
        onUnreadable,
      ),

    listEnisOfInstances: (instanceIds, tagKeys, signal) =>
      inChunks(instanceIds, (chunk) =>
        describeEnis([filter('attachment.instance-id', chunk), filter('tag-key', tagKeys)], signal),
      ),

    listReferenceEnis: (signal) =>
      describeEnis([filter(`tag:${REFERENCE_TAGS.managedBy}`, [REFERENCE_MANAGED_BY])], signal),

    describeEnis: (eniIds, signal, onUnreadable) =>
      inChunks(eniIds, (chunk) =>
        describeEnis([filter('network-interface-id', chunk)], signal, onUnreadable),
      ),

    describeInstances: (instanceIds, signal) =>
      inChunks(instanceIds, async (chunk) =>
        (
          await allPages('DescribeInstances', async (token) => {
            const command = new DescribeInstancesCommand({
              Filters: [filter('instance-id', chunk)],
              MaxResults: PAGE_SIZE,
              NextToken: token,
            });
            const reply = await client.send(command, { abortSignal: signal });
            const items = (reply.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
            return { items, nextToken: reply.NextToken };
          })
        ).map((instance) => parseInstance(instance)),
      ),

    describeInstanceTypes: (types, signal) =>
      inChunks(types, async (chunk) =>
        (
          await allPages('DescribeInstanceTypes', async (token) => {
            const command = new DescribeInstanceTypesCommand({
              Filters: [filter('instance-type', chunk)],
              MaxResults: 100,
              NextToken: token,
            });
            const reply = await client.send(command, { abortSignal: signal });
            return { items: reply.InstanceTypes ?? [], nextToken: reply.NextToken };
          })
        )
          .map((info) => parseInstanceType(info))
          .filter((limits) => limits !== undefined),
      ),

    describeSubnets: async (query, signal) => {
      const byId = await describeSubnets('subnet-id', query.ids, signal);
      const byName = await describeSubnets('tag:Name', query.names, signal);
      return uniqueBy([...byId, ...byName], (subnet) => subnet.subnetId);
    },

    describeSecurityGroups: async (query, signal) => {
      const byId = await describeGroups('group-id', query.ids, signal);
      const byGroupName = await describeGroups('group-name', query.names, signal);
      const byTag = await describeGroups('tag:Name', query.names, signal);
      return uniqueBy([...byId, ...byGroupName, ...byTag], (group) => group.groupId);
    },
  };
}
