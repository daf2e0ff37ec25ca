import { type ActionDefinition, required, requiredAll } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { type FilterFields, TAG_FIELDS, parseFilters, passes, select } from '../filters.ts';
import type { NetworkInterface } from '../model.ts';
import { paginate } from '../pagination.ts';
import { requiredText, texts } from '../params.ts';
import {
  attachmentAttributeView,
  groupSet,
  networkInterfaceView,
  privateDnsName,
} from '../views/network-interface-view.ts';

// API reference, DescribeNetworkInterfaces, Filters.
const FIELDS: FilterFields<NetworkInterface> = {
  ...TAG_FIELDS,
  'attachment.attachment-id': (item) => [item.attachment?.id],
  'attachment.delete-on-termination': (item) => [item.attachment?.deleteOnTermination.toString()],
  'attachment.device-index': (item) => [item.attachment?.deviceIndex.toString()],
  'attachment.instance-id': (item) => [item.attachment?.instanceId],
  'attachment.status': (item) => [item.attachment?.status],
  'addresses.private-ip-address': (item) => item.privateIpAddresses,
  'availability-zone': (item) => [item.availabilityZone],
  description: (item) => [item.description],
  'group-id': (item) => item.groupIds,
  'interface-type': (item) => [item.interfaceType],
  'mac-address': (item) => [item.macAddress],
  'network-interface-id': (item) => [item.id],
  'private-dns-name': (item) => [privateDnsName(item.privateIpAddresses[0] ?? '')],
  'private-ip-address': (item) => item.privateIpAddresses,
  'requester-managed': () => ['false'],
  'source-dest-check': (item) => [item.sourceDestCheck.toString()],
  status: (item) => [item.status],
  'subnet-id': (item) => [item.subnetId],
  'vpc-id': (item) => [item.vpcId],
};

const KIND = {
  fields: FIELDS,
  indexed: [
    'attachment.attachment-id',
    'attachment.instance-id',
    'group-id',
    'network-interface-id',
    'subnet-id',
    'vpc-id',
  ],
};

/** DescribeNetworkInterfaces: pages of 5 to 1000. */
export const describeNetworkInterfaces: ActionDefinition = {
  name: 'DescribeNetworkInterfaces',
  params: ['Filter', 'NetworkInterfaceId', 'MaxResults', 'NextToken'],
  ignored: ['IncludeManagedResources'],
  run: ({ world, view, params }) => {
    const ids = texts(params, 'NetworkInterfaceId');
    const filters = parseFilters(params, Object.keys(FIELDS));
    const items =
      ids.length === 0
        ? select(view.networkInterfaces, filters, KIND)
        : requiredAll(view.networkInterfaces, 'network-interface', ids).filter((item) =>
            passes(item, filters, FIELDS),
          );
    const page = paginate(items, params, { min: 5, max: 1000, idParam: 'NetworkInterfaceId' });
    return {
      networkInterfaceSet: page.items.map((item) => networkInterfaceView(world, item)),
      nextToken: page.nextToken,
    };
  },
};

/** DescribeNetworkInterfaceAttribute: one attribute at a time. */
export const describeNetworkInterfaceAttribute: ActionDefinition = {
  name: 'DescribeNetworkInterfaceAttribute',
  params: ['NetworkInterfaceId', 'Attribute'],
  run: ({ world, view, params }) => {
    const item = required(
      view.networkInterfaces,
      'network-interface',
      requiredText(params, 'NetworkInterfaceId'),
    );
    const attribute = requiredText(params, 'Attribute');
    switch (attribute) {
      case 'description':
        return { networkInterfaceId: item.id, description: { value: item.description } };
      case 'groupSet':
        return { networkInterfaceId: item.id, groupSet: groupSet(world, item.groupIds) };
      case 'sourceDestCheck':
        return { networkInterfaceId: item.id, sourceDestCheck: { value: item.sourceDestCheck } };
      case 'attachment':
        return { networkInterfaceId: item.id, attachment: attachmentAttributeView(item) };
      default:
        throw new Ec2Error(
          'InvalidParameterValue',
          `Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`,
        );
    }
  },
};
