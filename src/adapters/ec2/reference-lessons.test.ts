import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientOf,
  type RecordingEc2,
  startRecordingEc2,
  xmlReply,
} from '../../../test/support/recording-ec2.ts';
import type { Ec2Gateway } from '../../operator/ports.ts';
import { createEc2Reader } from './ec2-reader.ts';
import { createEc2Writer } from './ec2-writer.ts';
import { parseInstance } from './parse-ec2.ts';

const signal = new AbortController().signal;
const eni = { eniId: 'eni-1' };
const family = 'ipv4';

/** Every method of the gateway, called once. A method that is missing here does not compile. */
const CALLS: { readonly [Method in keyof Ec2Gateway]: (gateway: Ec2Gateway) => Promise<unknown> } = {
  listOwnedEnis: (ec2) => ec2.listOwnedEnis({ name: 'demo', uid: 'u' }, signal),
  listEnisOfInstances: (ec2) => ec2.listEnisOfInstances(['i-1'], ['a'], signal),
  listReferenceEnis: (ec2) => ec2.listReferenceEnis(signal),
  describeEnis: (ec2) => ec2.describeEnis(['eni-1'], signal),
  describeInstances: (ec2) => ec2.describeInstances(['i-1'], signal),
  describeInstanceTypes: (ec2) => ec2.describeInstanceTypes(['m5.large'], signal),
  describeSubnets: (ec2) => ec2.describeSubnets({ ids: ['subnet-1'], names: ['a'] }, signal),
  describeSecurityGroups: (ec2) => ec2.describeSecurityGroups({ ids: ['sg-1'], names: ['a'] }, signal),
  createEni: (ec2) =>
    ec2.createEni(
      { clientToken: 't', subnetId: 'subnet-1', securityGroupIds: ['sg-1'], description: '', tags: {} },
      signal,
    ),
  attachEni: (ec2) =>
    ec2.attachEni({ ...eni, instanceId: 'i-1', networkCardIndex: 0, deviceIndex: 2 }, signal),
  detachEni: (ec2) => ec2.detachEni('eni-attach-1', signal),
  deleteEni: (ec2) => ec2.deleteEni('eni-1', signal),
  setDeleteOnTermination: (ec2) =>
    ec2.setDeleteOnTermination({ ...eni, attachmentId: 'eni-attach-1', value: false }, signal),
  setSourceDestCheck: (ec2) => ec2.setSourceDestCheck({ ...eni, value: false }, signal),
  setSecurityGroups: (ec2) => ec2.setSecurityGroups({ ...eni, securityGroupIds: ['sg-1'] }, signal),
  setDescription: (ec2) => ec2.setDescription({ ...eni, description: 'x' }, signal),
  tagEni: (ec2) => ec2.tagEni({ ...eni, tags: { a: 'b' } }, signal),
  untagEni: (ec2) => ec2.untagEni({ ...eni, tags: { a: 'b' } }, signal),
  assignAddresses: async (ec2) => {
    await ec2.assignAddresses({ ...eni, family, unit: 'address', count: 1 }, signal);
    await ec2.assignAddresses({ ...eni, family: 'ipv6', unit: 'address', count: 1 }, signal);
  },
  unassignAddresses: async (ec2) => {
    await ec2.unassignAddresses({ ...eni, family, addresses: ['10.0.0.1'], prefixes: [] }, signal);
    await ec2.unassignAddresses({ ...eni, family: 'ipv6', addresses: ['fd00::1'], prefixes: [] }, signal);
  },
};

describe('everything that the operator can ask of EC2', () => {
  let server: RecordingEc2;

  beforeAll(async () => {
    server = await startRecordingEc2();
    server.answer(({ Action = '' }) => xmlReply(Action, '<return>true</return>'));
    const { client } = clientOf(server.url);
    const gateway: Ec2Gateway = { ...createEc2Reader(client), ...createEc2Writer(client) };
    // Replies that lack what EC2 promises are refused; the requests are what counts.
    for (const call of Object.values(CALLS)) await call(gateway).catch(() => undefined);
  });

  afterAll(() => server.close());

  it('never asks to change something in order to look at it: no dry run', () => {
    expect(server.requests.filter((request) => 'DryRun' in request)).toEqual([]);
    expect(server.requests.length).toBeGreaterThan(Object.keys(CALLS).length);
  });

  it('changes network interfaces only, never an instance or its metadata options', () => {
    const actions = [...new Set(server.requests.map(({ Action = '' }) => Action))];
    expect(actions.filter((action) => !action.startsWith('Describe')).toSorted()).toEqual([
      'AssignIpv6Addresses',
      'AssignPrivateIpAddresses',
      'AttachNetworkInterface',
      'CreateNetworkInterface',
      'CreateTags',
      'DeleteNetworkInterface',
      'DeleteTags',
      'DetachNetworkInterface',
      'ModifyNetworkInterfaceAttribute',
      'UnassignIpv6Addresses',
      'UnassignPrivateIpAddresses',
    ]);
    const tagged = server.requests.filter(({ Action }) => Action?.endsWith('Tags'));
    expect(tagged.map((request) => request['ResourceId.1'])).toEqual(['eni-1', 'eni-1']);
  });
});

describe('a device index', () => {
  it.each(['attaching', 'attached', 'detaching'] as const)('is taken while its ENI is %s', (status) => {
    const { interfaces } = parseInstance({
      InstanceId: 'i-1',
      State: { Name: 'running' },
      InstanceType: 'm5.large',
      Placement: { AvailabilityZone: 'us-east-1a' },
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-1', Attachment: { DeviceIndex: 2, NetworkCardIndex: 0, Status: status } },
      ],
    });
    expect(interfaces).toEqual([{ eniId: 'eni-1', deviceIndex: 2, networkCardIndex: 0 }]);
  });
});
