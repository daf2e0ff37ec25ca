import { describe, expect, it } from 'vitest';
import { anInstance, aSecurityGroup, aSubnet } from '../../../test/builders/ec2-resources.ts';
import { FakeEc2 } from '../../../test/support/fake-ec2.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import type { Fence } from '../../runtime/fence.ts';
import type { Ec2Writer } from '../ports.ts';
import { asEc2Failure } from './as-ec2-failure.ts';
import { fenceWriter, NotLeaderError } from './fenced-writer.ts';

const signal = new AbortController().signal;

const CREATE = {
  clientToken: 'once',
  subnetId: 'subnet-a',
  securityGroupIds: ['sg-1'],
  description: '',
  tags: {},
};

function anEc2(): FakeEc2 {
  const ec2 = new FakeEc2(new FakeClock());
  ec2.region.addSubnet(aSubnet());
  ec2.region.addSecurityGroup(aSecurityGroup());
  ec2.region.addInstance(anInstance(), 'subnet-a');
  return ec2;
}

function aFence(leftMs: number, lost = new AbortController().signal): Fence {
  return { isHeld: (budgetMs) => budgetMs <= leftMs, signal: lost };
}

const CALLS: readonly [string, (writer: Ec2Writer) => Promise<unknown>][] = [
  ['createEni', (writer) => writer.createEni(CREATE, signal)],
  [
    'attachEni',
    (writer) =>
      writer.attachEni({ eniId: 'eni-1', instanceId: 'i-1', deviceIndex: 2, networkCardIndex: 0 }, signal),
  ],
  ['detachEni', (writer) => writer.detachEni('eni-attach-1', signal)],
  ['deleteEni', (writer) => writer.deleteEni('eni-1', signal)],
  [
    'setDeleteOnTermination',
    (writer) =>
      writer.setDeleteOnTermination({ eniId: 'eni-1', attachmentId: 'eni-attach-1', value: true }, signal),
  ],
  ['setSourceDestCheck', (writer) => writer.setSourceDestCheck({ eniId: 'eni-1', value: false }, signal)],
  [
    'setSecurityGroups',
    (writer) => writer.setSecurityGroups({ eniId: 'eni-1', securityGroupIds: ['sg-1'] }, signal),
  ],
  ['setDescription', (writer) => writer.setDescription({ eniId: 'eni-1', description: '' }, signal)],
  ['tagEni', (writer) => writer.tagEni({ eniId: 'eni-1', tags: { a: 'b' } }, signal)],
  ['untagEni', (writer) => writer.untagEni({ eniId: 'eni-1', tags: { a: 'b' } }, signal)],
  [
    'assignAddresses',
    (writer) => writer.assignAddresses({ eniId: 'eni-1', family: 'ipv4', unit: 'address', count: 1 }, signal),
  ],
  [
    'unassignAddresses',
    (writer) =>
      writer.unassignAddresses(
        { eniId: 'eni-1', family: 'ipv4', addresses: ['10.0.0.9'], prefixes: [] },
        signal,
      ),
  ],
];

describe('a process that may not stay leader for the length of a call', () => {
  it.each(CALLS)('sends no %s', async (_name, call) => {
    const ec2 = anEc2();
    const writer = fenceWriter(ec2, aFence(2_499), 2_500);
    await expect(call(writer)).rejects.toThrow(NotLeaderError);
    expect(ec2.calls).toEqual([]);
  });

  it('fails in a way that is tried again', async () => {
    const error: unknown = await fenceWriter(anEc2(), aFence(0), 1)
      .deleteEni('eni-1', signal)
      .catch((thrown: unknown) => thrown);
    expect(asEc2Failure(error)).toMatchObject({ kind: 'transient', code: 'NotLeader' });
  });
});

describe('a leader', () => {
  it.each(CALLS)('sends %s', async (_name, call) => {
    const ec2 = anEc2();
    await call(fenceWriter(ec2, aFence(2_500), 2_500)).catch(() => undefined);
    expect(ec2.changes()).toHaveLength(1);
  });

  it('gets what EC2 answers, refusals too', async () => {
    const writer = fenceWriter(anEc2(), aFence(2_500), 2_500);
    await expect(writer.createEni(CREATE, signal)).resolves.toMatchObject({ subnetId: 'subnet-a' });
    await expect(writer.deleteEni('eni-none', signal)).rejects.toMatchObject({
      kind: 'absent',
      code: 'InvalidNetworkInterfaceID.NotFound',
    });
  });

  it('ends the calls under way when the leadership is lost, or the caller gives up', async () => {
    const pending: AbortSignal[] = [];
    const writer: Ec2Writer = Object.assign(anEc2(), {
      deleteEni: async (_eniId: string, given: AbortSignal) => void pending.push(given),
    });
    const [lost, given] = [new AbortController(), new AbortController()];
    const fenced = fenceWriter(writer, aFence(2_500, lost.signal), 2_500);
    await fenced.deleteEni('eni-1', given.signal);
    await fenced.deleteEni('eni-1', signal);
    given.abort();
    expect(pending.map(({ aborted }) => aborted)).toEqual([true, false]);
    lost.abort();
    expect(pending.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

it('tells EC2 failures from other errors', () => {
  expect(asEc2Failure(new Error('plain'))).toBeUndefined();
  expect(asEc2Failure({ kind: 'transient', reason: 'Throttled', code: 'X' })).toBeUndefined();
  // An error of the API server has a kind and a reason too, but no EC2 code.
  expect(
    asEc2Failure(Object.assign(new Error('api'), { kind: 'conflict', reason: 'Conflict' })),
  ).toBeUndefined();
  expect(asEc2Failure(new NotLeaderError())).toBeInstanceOf(NotLeaderError);
});
