import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  type RecordingEc2,
  startRecordingEc2,
  xmlError,
  xmlReply,
} from '../../../test/support/recording-ec2.ts';
import type { CreateEniInput, Ec2Writer } from '../../operator/ports.ts';
import { createEc2Writer } from './ec2-writer.ts';

const signal = new AbortController().signal;

let server: RecordingEc2;
let writer: Ec2Writer;

beforeAll(async () => {
  server = await startRecordingEc2();
  writer = createEc2Writer(clientOf(server.url).client);
});

afterAll(() => server.close());

beforeEach(() => {
  server.requests.length = 0;
  server.answer(({ Action = '' }) => xmlReply(Action, '<return>true</return>'));
});

const CREATE: CreateEniInput = {
  clientToken: 'f'.repeat(64),
  subnetId: 'subnet-1',
  securityGroupIds: ['sg-1', 'sg-2'],
  description: 'NodeENI a on node-1',
  tags: { Name: 'a/node-1', 'networking.k8s.aws/managed-by': 'multi-eni-operator' },
};

const CREATED =
  '<networkInterface><networkInterfaceId>eni-1</networkInterfaceId><status>pending</status>' +
  '<subnetId>subnet-1</subnetId><vpcId>v</vpcId><availabilityZone>z</availabilityZone>' +
  '<macAddress>m</macAddress></networkInterface>';

describe('CreateNetworkInterface', () => {
  beforeEach(() => server.answer(({ Action = '' }) => xmlReply(Action, CREATED)));

  it('carries the client token and every tag, so that no ENI is ever without them', async () => {
    await writer.createEni(CREATE, signal);
    expect(server.requests).toEqual([
      {
        Action: 'CreateNetworkInterface',
        ClientToken: 'f'.repeat(64),
        SubnetId: 'subnet-1',
        'SecurityGroupId.1': 'sg-1',
        'SecurityGroupId.2': 'sg-2',
        Description: 'NodeENI a on node-1',
        'TagSpecification.1.ResourceType': 'network-interface',
        'TagSpecification.1.Tag.1.Key': 'Name',
        'TagSpecification.1.Tag.1.Value': 'a/node-1',
        'TagSpecification.1.Tag.2.Key': 'networking.k8s.aws/managed-by',
        'TagSpecification.1.Tag.2.Value': 'multi-eni-operator',
      },
    ]);
  });

  it('carries the counts that are wanted', async () => {
    await writer.createEni({ ...CREATE, secondaryPrivateIpCount: 3, ipv6PrefixCount: 1 }, signal);
    await writer.createEni({ ...CREATE, ipv4PrefixCount: 2, ipv6AddressCount: 4 }, signal);
    expect(server.requests[0]).toMatchObject({ SecondaryPrivateIpAddressCount: '3', Ipv6PrefixCount: '1' });
    expect(server.requests[1]).toMatchObject({ Ipv4PrefixCount: '2', Ipv6AddressCount: '4' });
  });

  it('sends the same bytes for the same input', async () => {
    await writer.createEni(CREATE, signal);
    await writer.createEni(structuredClone(CREATE), signal);
    expect(server.requests[1]).toEqual(server.requests[0]);
  });

  it('answers an ENI with the tags that were sent, though the reply leaves them out', async () => {
    await expect(writer.createEni(CREATE, signal)).resolves.toMatchObject({
      eniId: 'eni-1',
      status: 'pending',
      tags: CREATE.tags,
    });
  });

  it('is not known to have failed when the reply is incomplete', async () => {
    server.answer(({ Action = '' }) => xmlReply(Action, ''));
    await expect(writer.createEni(CREATE, signal)).rejects.toMatchObject({ kind: 'transient' });
  });

  it('is not known to have failed when the reply is cut off, or no XML at all', async () => {
    server.answer(({ Action = '' }) => ({ body: `<${Action}Response><networkInterface><netw` }));
    await expect(writer.createEni(CREATE, signal)).rejects.toMatchObject({ kind: 'transient' });
    server.answer(() => ({ body: 'upstream proxy says hello' }));
    await expect(writer.createEni(CREATE, signal)).rejects.toMatchObject({ kind: 'transient' });
  });

  it('is not known to have failed when the connection breaks', async () => {
    server.answer(() => 'reset');
    await expect(writer.createEni(CREATE, signal)).rejects.toMatchObject({
      kind: 'transient',
      reason: 'EC2Unavailable',
    });
  });

  it('is known to have failed when EC2 refuses it', async () => {
    server.answer(() => xmlError('InvalidSubnetID.NotFound', 'The subnet ID does not exist'));
    await expect(writer.createEni(CREATE, signal)).rejects.toMatchObject({
      kind: 'rejected',
      reason: 'SubnetNotFound',
      message: 'CreateNetworkInterface failed: InvalidSubnetID.NotFound: The subnet ID does not exist',
    });
  });
});

describe('AttachNetworkInterface', () => {
  const INPUT = { eniId: 'eni-1', instanceId: 'i-1', networkCardIndex: 0, deviceIndex: 2 };

  it('always names the network card, card 0 too', async () => {
    server.answer(({ Action = '' }) => xmlReply(Action, '<attachmentId>eni-attach-1</attachmentId>'));
    await expect(writer.attachEni(INPUT, signal)).resolves.toEqual({ attachmentId: 'eni-attach-1' });
    await writer.attachEni({ ...INPUT, networkCardIndex: 3 }, signal);
    expect(server.requests).toEqual([
      {
        Action: 'AttachNetworkInterface',
        NetworkInterfaceId: 'eni-1',
        InstanceId: 'i-1',
        NetworkCardIndex: '0',
        DeviceIndex: '2',
      },
      {
        Action: 'AttachNetworkInterface',
        NetworkInterfaceId: 'eni-1',
        InstanceId: 'i-1',
        NetworkCardIndex: '3',
        DeviceIndex: '2',
      },
    ]);
  });

  it('without an attachment id in its reply is not known to have failed', async () => {
    await expect(writer.attachEni(INPUT, signal)).rejects.toMatchObject({
      kind: 'transient',
      code: 'IncompleteReply',
    });
  });
});

describe('the other changes', () => {
  it('change one attribute a call', async () => {
    await writer.setDeleteOnTermination(
      { eniId: 'eni-1', attachmentId: 'eni-attach-1', value: true },
      signal,
    );
    await writer.setSourceDestCheck({ eniId: 'eni-1', value: false }, signal);
    expect(server.requests).toEqual([
      {
        Action: 'ModifyNetworkInterfaceAttribute',
        NetworkInterfaceId: 'eni-1',
        'Attachment.AttachmentId': 'eni-attach-1',
        'Attachment.DeleteOnTermination': 'true',
      },
      {
        Action: 'ModifyNetworkInterfaceAttribute',
        NetworkInterfaceId: 'eni-1',
        'SourceDestCheck.Value': 'false',
      },
    ]);
  });

  it('replace groups, description and tags, one call each', async () => {
    const eniId = 'eni-1';
    await writer.setSecurityGroups({ eniId, securityGroupIds: ['sg-1', 'sg-2'] }, signal);
    await writer.setDescription({ eniId, description: '' }, signal);
    await writer.tagEni({ eniId, tags: { team: 'core' } }, signal);
    await writer.untagEni({ eniId, tags: { tier: '' } }, signal);
    const modify = { Action: 'ModifyNetworkInterfaceAttribute', NetworkInterfaceId: eniId };
    expect(server.requests).toEqual([
      { ...modify, 'SecurityGroupId.1': 'sg-1', 'SecurityGroupId.2': 'sg-2' },
      { ...modify, 'Description.Value': '' },
      { Action: 'CreateTags', 'ResourceId.1': eniId, 'Tag.1.Key': 'team', 'Tag.1.Value': 'core' },
      { Action: 'DeleteTags', 'ResourceId.1': eniId, 'Tag.1.Key': 'tier', 'Tag.1.Value': '' },
    ]);
  });

  it('assign and unassign addresses of either family', async () => {
    const eniId = 'eni-1';
    server.answer(({ Action = '' }) =>
      xmlReply(
        Action,
        `<assignedPrivateIpAddressesSet><item><privateIpAddress>10.0.0.9</privateIpAddress></item></assignedPrivateIpAddressesSet>
         <assignedIpv6PrefixSet><item>2600::/80</item></assignedIpv6PrefixSet>`,
      ),
    );
    await expect(
      writer.assignAddresses({ eniId, family: 'ipv4', unit: 'address', count: 1 }, signal),
    ).resolves.toEqual({ addresses: ['10.0.0.9'], prefixes: [] });
    await expect(
      writer.assignAddresses({ eniId, family: 'ipv6', unit: 'prefix', count: 1 }, signal),
    ).resolves.toEqual({ addresses: [], prefixes: ['2600::/80'] });
    await writer.assignAddresses({ eniId, family: 'ipv4', unit: 'prefix', count: 2 }, signal);
    await writer.assignAddresses({ eniId, family: 'ipv6', unit: 'address', count: 3 }, signal);
    await writer.unassignAddresses(
      { eniId, family: 'ipv4', addresses: ['10.0.0.9'], prefixes: ['10.0.0.16/28'] },
      signal,
    );
    await writer.unassignAddresses({ eniId, family: 'ipv6', addresses: ['2600::9'], prefixes: [] }, signal);
    const NetworkInterfaceId = eniId;
    expect(server.requests).toEqual([
      { Action: 'AssignPrivateIpAddresses', NetworkInterfaceId, SecondaryPrivateIpAddressCount: '1' },
      { Action: 'AssignIpv6Addresses', NetworkInterfaceId, Ipv6PrefixCount: '1' },
      { Action: 'AssignPrivateIpAddresses', NetworkInterfaceId, Ipv4PrefixCount: '2' },
      { Action: 'AssignIpv6Addresses', NetworkInterfaceId, Ipv6AddressCount: '3' },
      {
        Action: 'UnassignPrivateIpAddresses',
        NetworkInterfaceId,
        'PrivateIpAddress.1': '10.0.0.9',
        'Ipv4Prefix.1': '10.0.0.16/28',
      },
      { Action: 'UnassignIpv6Addresses', NetworkInterfaceId, 'Ipv6Addresses.1': '2600::9' },
    ]);
  });

  it('detach plainly, without force, and delete', async () => {
    await writer.detachEni('eni-attach-1', signal);
    await writer.deleteEni('eni-1', signal);
    expect(server.requests).toEqual([
      { Action: 'DetachNetworkInterface', AttachmentId: 'eni-attach-1' },
      { Action: 'DeleteNetworkInterface', NetworkInterfaceId: 'eni-1' },
    ]);
  });

  it('forces a detach only where that is asked for', async () => {
    await writer.detachEni('eni-attach-1', signal, false);
    await writer.detachEni('eni-attach-1', signal, true);
    expect(server.requests.map(({ Force }) => Force)).toEqual([undefined, 'true']);
  });

  it('adds tags to one ENI', async () => {
    await writer.tagEni({ eniId: 'eni-1', tags: { a: 'b', c: 'd' } }, signal);
    expect(server.requests).toEqual([
      {
        Action: 'CreateTags',
        'ResourceId.1': 'eni-1',
        'Tag.1.Key': 'a',
        'Tag.1.Value': 'b',
        'Tag.2.Key': 'c',
        'Tag.2.Value': 'd',
      },
    ]);
  });
});
