import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  type RecordingEc2,
  startRecordingEc2,
  type WireRequest,
  xmlError,
  xmlReply,
} from '../../../test/support/recording-ec2.ts';
import type { Ec2Reader } from '../../operator/ports.ts';
import { createEc2Reader } from './ec2-reader.ts';

const signal = new AbortController().signal;
const CLUSTER = { name: 'demo', uid: 'cluster-uid' };

let server: RecordingEc2;
let reader: Ec2Reader;

beforeAll(async () => {
  server = await startRecordingEc2();
  reader = createEc2Reader(clientOf(server.url).client);
});

afterAll(() => server.close());

beforeEach(() => {
  server.requests.length = 0;
});

/** Values of one filter of a request. */
function valuesOf(request: WireRequest, name: string): string[] {
  const [key] = Object.entries(request).find(([, value]) => value === name) ?? [];
  const prefix = `${key?.replace(/Name$/, 'Value')}.`;
  return Object.entries(request)
    .filter(([param]) => param.startsWith(prefix))
    .map(([, value]) => value);
}

function filtersOf(request: WireRequest): string[] {
  return Object.entries(request)
    .filter(([param]) => /^Filter\.\d+\.Name$/.test(param))
    .map(([, value]) => value);
}

function eniXml(eniId: string): string {
  return (
    `<item><networkInterfaceId>${eniId}</networkInterfaceId><status>available</status><subnetId>s</subnetId>` +
    '<vpcId>v</vpcId><availabilityZone>z</availabilityZone><macAddress>m</macAddress></item>'
  );
}

function instanceXml(id: string): string {
  return (
    `<item><instanceId>${id}</instanceId><instanceState><name>running</name></instanceState>` +
    '<instanceType>m5.large</instanceType><placement><availabilityZone>z</availabilityZone></placement></item>'
  );
}

function reservationXml(...ids: string[]): string {
  return `<item><instancesSet>${ids.map(instanceXml).join('')}</instancesSet></item>`;
}

/** Answers empty sets to everything. */
function answerNothing(): void {
  server.answer(({ Action = '' }) => xmlReply(Action, ''));
}

/** Answers every read with these ENIs. */
function answerWith(...items: string[]): void {
  server.answer(({ Action = '' }) =>
    xmlReply(Action, `<networkInterfaceSet>${items.join('')}</networkInterfaceSet>`),
  );
}

const IDS = Array.from({ length: 450 }, (_, index) => `x-${index}`);

describe('reading EC2', () => {
  it('lists the ENIs of the cluster by three tags, 500 a page, to the last page', async () => {
    const pages: Record<string, string> = { '': 'second', second: 'third', third: '' };
    server.answer(({ Action = '', NextToken = '' }) => {
      const set = `<networkInterfaceSet>${eniXml(`eni-after-${NextToken}`)}</networkInterfaceSet>`;
      const next = pages[NextToken] === '' ? '' : `<nextToken>${pages[NextToken]}</nextToken>`;
      return xmlReply(Action, set + next);
    });
    const enis = await reader.listOwnedEnis(CLUSTER, signal);
    expect(enis.map(({ eniId }) => eniId)).toEqual(['eni-after-', 'eni-after-second', 'eni-after-third']);
    expect(server.requests).toHaveLength(3);
    for (const request of server.requests) {
      expect(request).toMatchObject({ Action: 'DescribeNetworkInterfaces', MaxResults: '500' });
      expect(valuesOf(request, 'tag:networking.k8s.aws/managed-by')).toEqual(['multi-eni-operator']);
      expect(valuesOf(request, 'tag:networking.k8s.aws/cluster')).toEqual(['demo']);
      expect(valuesOf(request, 'tag:networking.k8s.aws/cluster-uid')).toEqual(['cluster-uid']);
    }
  });

  it('lists tagged ENIs of instances by 200 of them at a time, whatever the value of the tag', async () => {
    answerNothing();
    await reader.listEnisOfInstances(IDS, ['one', 'two'], signal);
    const name = 'attachment.instance-id';
    expect(server.requests.map((request) => valuesOf(request, name).length)).toEqual([200, 200, 50]);
    for (const request of server.requests) {
      expect(filtersOf(request)).toEqual([name, 'tag-key']);
      expect(valuesOf(request, 'tag-key')).toEqual(['one', 'two']);
    }
  });

  it('lists the ENIs of the reference controller by the one tag that has a constant value', async () => {
    answerNothing();
    await reader.listReferenceEnis(signal);
    expect(server.requests).toHaveLength(1);
    const [request = {}] = server.requests;
    expect(filtersOf(request)).toEqual(['tag:kubernetes.io/cluster/managed-by']);
    expect(valuesOf(request, 'tag:kubernetes.io/cluster/managed-by')).toEqual(['nodeeni-controller']);
  });

  it.each<[string, string, string, (reader: Ec2Reader) => Promise<unknown>]>([
    ['ENIs', 'DescribeNetworkInterfaces', 'network-interface-id', (each) => each.describeEnis(IDS, signal)],
    ['instances', 'DescribeInstances', 'instance-id', (each) => each.describeInstances(IDS, signal)],
    ['types', 'DescribeInstanceTypes', 'instance-type', (each) => each.describeInstanceTypes(IDS, signal)],
    [
      'subnets',
      'DescribeSubnets',
      'subnet-id',
      (each) => each.describeSubnets({ ids: IDS, names: [] }, signal),
    ],
    [
      'groups',
      'DescribeSecurityGroups',
      'group-id',
      (each) => each.describeSecurityGroups({ ids: IDS, names: [] }, signal),
    ],
  ])(
    'asks for %s by a filter of at most 200 values, never by explicit ids',
    async (_n, Action, name, read) => {
      answerNothing();
      await read(reader);
      expect(server.requests.map((request) => valuesOf(request, name).length)).toEqual([200, 200, 50]);
      expect(server.requests.flatMap((request) => valuesOf(request, name))).toEqual(IDS);
      for (const request of server.requests) {
        expect(request['Action']).toBe(Action);
        expect(filtersOf(request)).toEqual([name]);
        expect(Number(request['MaxResults'])).toBeLessThanOrEqual(500);
        const explicit = Object.keys(request).filter((param) => /^\w*(Id|InstanceType)\.\d+$/.test(param));
        expect(explicit).toEqual([]);
      }
    },
  );

  it('asks for the same id once, and for nothing without a call', async () => {
    answerNothing();
    await reader.describeEnis(['eni-1', 'eni-1'], signal);
    expect(server.requests.map((request) => valuesOf(request, 'network-interface-id'))).toEqual([['eni-1']]);
    await reader.describeEnis([], signal);
    await reader.describeInstances([], signal);
    await reader.describeSubnets({ ids: [], names: [] }, signal);
    await reader.describeSecurityGroups({ ids: [], names: [] }, signal);
    expect(server.requests).toHaveLength(1);
  });

  it('finds subnets by id and by Name tag, and shows each once', async () => {
    const subnet =
      '<item><subnetId>subnet-1</subnetId><vpcId>v</vpcId><availabilityZone>z</availabilityZone></item>';
    server.answer(({ Action = '' }) => xmlReply(Action, `<subnetSet>${subnet}</subnetSet>`));
    const found = await reader.describeSubnets({ ids: ['subnet-1'], names: ['tenant-a'] }, signal);
    expect(found.map(({ subnetId }) => subnetId)).toEqual(['subnet-1']);
    expect(server.requests.map(filtersOf)).toEqual([['subnet-id'], ['tag:Name']]);
  });

  it('finds groups by id, by group name and by Name tag, and shows each once', async () => {
    const group = '<item><groupId>sg-1</groupId><groupName>g</groupName><vpcId>v</vpcId></item>';
    server.answer(({ Action = '' }) => xmlReply(Action, `<securityGroupInfo>${group}</securityGroupInfo>`));
    const found = await reader.describeSecurityGroups({ ids: ['sg-1'], names: ['tenant'] }, signal);
    expect(found.map(({ groupId }) => groupId)).toEqual(['sg-1']);
    expect(server.requests.map(filtersOf)).toEqual([['group-id'], ['group-name'], ['tag:Name']]);
  });

  it('reads instances of all reservations', async () => {
    server.answer(({ Action = '' }) =>
      xmlReply(
        Action,
        `<reservationSet>${reservationXml('i-1', 'i-2')}${reservationXml('i-3')}</reservationSet>`,
      ),
    );
    const found = await reader.describeInstances(['i-1', 'i-2', 'i-3'], signal);
    expect(found.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-2', 'i-3']);
  });
});

describe('a read that fails', () => {
  it('says what was tried and what EC2 said', async () => {
    server.answer(() => xmlError('UnauthorizedOperation', 'You are not authorized'));
    await expect(reader.listOwnedEnis(CLUSTER, signal)).rejects.toMatchObject({
      kind: 'rejected',
      reason: 'Unauthorized',
      code: 'UnauthorizedOperation',
      message: 'DescribeNetworkInterfaces failed: UnauthorizedOperation: You are not authorized',
    });
  });

  it('on a later page fails as a whole: half a listing proves nothing', async () => {
    server.answer(({ Action = '', NextToken }) =>
      NextToken === undefined
        ? xmlReply(
            Action,
            `<networkInterfaceSet>${eniXml('eni-1')}</networkInterfaceSet><nextToken>t</nextToken>`,
          )
        : xmlError('UnauthorizedOperation', 'no more'),
    );
    await expect(reader.listOwnedEnis(CLUSTER, signal)).rejects.toMatchObject({
      code: 'UnauthorizedOperation',
    });
  });

  it('because members are missing is transient', async () => {
    server.answer(({ Action = '' }) =>
      xmlReply(Action, '<networkInterfaceSet><item><status>available</status></item></networkInterfaceSet>'),
    );
    await expect(reader.describeEnis(['eni-1'], signal)).rejects.toMatchObject({
      kind: 'transient',
      code: 'IncompleteReply',
    });
  });
});

describe('an ENI that cannot be understood', () => {
  const levitating = eniXml('eni-2').replace('available', 'levitating');

  it('does not hide the others of a listing, and is named', async () => {
    answerWith(eniXml('eni-1'), levitating, eniXml('eni-3'));
    const told: string[] = [];
    const enis = await reader.listOwnedEnis(CLUSTER, signal, (eniId, { message }) =>
      told.push(`${eniId}: ${message}`),
    );
    expect(enis.map(({ eniId }) => eniId)).toEqual(['eni-1', 'eni-3']);
    expect(told).toEqual(['eni-2: EC2\'s reply lacks a known network interface status, it has "levitating"']);
  });

  it('does not hide the others of a read by id either', async () => {
    answerWith(levitating, eniXml('eni-3'));
    const told: string[] = [];
    const enis = await reader.describeEnis(['eni-2', 'eni-3'], signal, (eniId) => told.push(eniId));
    expect(enis.map(({ eniId }) => eniId)).toEqual(['eni-3']);
    expect(told).toEqual(['eni-2']);
  });

  it('fails the read of one who cannot be told of it, or if nobody knows which it is', async () => {
    answerWith(eniXml('eni-1'), levitating);
    await expect(reader.listOwnedEnis(CLUSTER, signal)).rejects.toMatchObject({ code: 'IncompleteReply' });
    answerWith(eniXml('eni-1').replace(/<networkInterfaceId>.*<\/networkInterfaceId>/, ''));
    await expect(reader.listOwnedEnis(CLUSTER, signal, () => undefined)).rejects.toMatchObject({
      code: 'IncompleteReply',
    });
  });
});
