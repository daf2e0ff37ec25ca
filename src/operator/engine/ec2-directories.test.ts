import { describe, expect, it } from 'vitest';
import { anInstance, aSecurityGroup, aSubnet, limitsOf } from '../../../test/builders/ec2-resources.ts';
import { FakeEc2 } from '../../../test/support/fake-ec2.ts';
import { mergeSubnetSlots } from '../../domain/subnet-slots.ts';
import { FakeClock } from '../../runtime/fake-clock.ts';
import { createEc2Directories, type Ec2Directories } from './ec2-directories.ts';

const signal = new AbortController().signal;
const AGE = { maxAgeMs: 60_000, maxAbsentAgeMs: 10_000 };

function world(): {
  readonly clock: FakeClock;
  readonly ec2: FakeEc2;
  readonly directories: Ec2Directories;
  readonly ask: <T>(question: (directories: Ec2Directories) => Promise<T>) => Promise<T>;
} {
  const clock = new FakeClock();
  const ec2 = new FakeEc2(clock);
  ec2.region.addSubnet(aSubnet({ name: 'tenant-a' }));
  ec2.region.addSubnet(aSubnet({ subnetId: 'subnet-b', zone: 'us-east-1b', name: 'tenant-a' }));
  ec2.region.addSecurityGroup(aSecurityGroup());
  ec2.region.addSecurityGroup(aSecurityGroup({ groupId: 'sg-2', groupName: 'sgrp-2f', name: 'tenant' }));
  ec2.region.addInstance(anInstance(), 'subnet-a');
  ec2.region.addInstance(anInstance({ instanceId: 'i-2' }), 'subnet-b');
  ec2.region.addLimits(limitsOf(3));
  const directories = createEc2Directories(ec2, clock);
  return {
    clock,
    ec2,
    directories,
    ask: async (question) => {
      const answer = question(directories);
      answer.catch(() => undefined);
      await clock.advance(500);
      return answer;
    },
  };
}

describe('instances', () => {
  it('of many askers are read in one call', async () => {
    const { ec2, ask } = world();
    const [first, second] = await ask((directories) =>
      Promise.all([
        directories.instances(['i-1'], AGE, signal),
        directories.instances(['i-2', 'i-none'], AGE, signal),
      ]),
    );
    expect([...first.keys(), ...second.keys()]).toEqual(['i-1', 'i-2']);
    expect(ec2.callsOf('DescribeInstances').map(({ input }) => input)).toEqual([['i-1', 'i-2', 'i-none']]);
  });

  it('are read anew once they are known to have changed', async () => {
    const { ec2, ask, directories } = world();
    await ask((each) => each.instances(['i-1'], AGE, signal));
    ec2.region.setInstanceState('i-1', 'stopping');
    expect(directories.peekInstance('i-1')?.state).toBe('running');
    directories.invalidateInstance('i-1');
    expect(directories.peekInstance('i-1')).toBeUndefined();
    expect((await ask((each) => each.instances(['i-1'], AGE, signal))).get('i-1')?.state).toBe('stopping');
  });
});

describe('limits of instance types', () => {
  it('are read once a day, and unknown types twice an hour', async () => {
    const { clock, ec2, ask } = world();
    const look = (type: string) => ask((directories) => directories.limits(type, signal));
    expect((await look('m5.large'))?.maximumInterfacesByCard.get(0)).toBe(3);
    expect(await look('z9.nano')).toBeUndefined();
    await clock.advance(29 * 60_000);
    await look('m5.large');
    await look('z9.nano');
    expect(ec2.callsOf('DescribeInstanceTypes')).toHaveLength(2);
    await clock.advance(60_000);
    await look('m5.large');
    await look('z9.nano');
    expect(ec2.callsOf('DescribeInstanceTypes').map(({ input }) => input)).toEqual([
      ['m5.large'],
      ['z9.nano'],
      ['z9.nano'],
    ]);
  });
});

describe('subnets', () => {
  it('are found by id and by name in every zone, each once', async () => {
    const { ec2, ask } = world();
    const slots = mergeSubnetSlots({ subnetID: 'subnet-a', subnetNames: ['tenant-a', 'none'] });
    const found = await ask((directories) => directories.subnets(slots, signal));
    expect(found.map(({ subnetId }) => subnetId).toSorted()).toEqual(['subnet-a', 'subnet-b']);
    expect(ec2.callsOf('DescribeSubnets').map(({ input }) => input)).toEqual([
      { ids: ['subnet-a'], names: ['tenant-a', 'none'] },
    ]);
  });

  it('that are missing are looked for again after a minute', async () => {
    const { clock, ec2, ask } = world();
    const look = () =>
      ask((directories) => directories.subnets(mergeSubnetSlots({ subnetName: 'late' }), signal));
    expect(await look()).toEqual([]);
    ec2.region.addSubnet(aSubnet({ subnetId: 'subnet-late', name: 'late' }));
    expect(await look()).toEqual([]);
    await clock.advance(60_000);
    expect((await look()).map(({ subnetId }) => subnetId)).toEqual(['subnet-late']);
  });
});

describe('a subnet name that causes trouble', () => {
  it('is read anew within a minute, while one that does not is remembered', async () => {
    const { clock, ec2, ask } = world();
    const slots = mergeSubnetSlots({ subnetName: 'tenant-a' });
    const look = (isTroubled: boolean) =>
      ask((directories) => directories.subnets(slots, signal, isTroubled));
    expect(await look(false)).toHaveLength(2);
    ec2.region.addSubnet(aSubnet({ subnetId: 'subnet-c', zone: 'us-east-1c', name: 'tenant-a' }));
    await clock.advance(60_000);
    expect(await look(false)).toHaveLength(2);
    expect(await look(true)).toHaveLength(3);
  });
});

describe('security groups', () => {
  it('are found by id, by group name and by Name tag, each once', async () => {
    const { ask } = world();
    const fields = { securityGroupIDs: ['sg-1'], securityGroupNames: ['tenant'] };
    const found = await ask((directories) => directories.securityGroups(fields, signal));
    expect(found.map(({ groupId }) => groupId).toSorted()).toEqual(['sg-1', 'sg-2']);
  });

  it('are remembered: a second question costs no call', async () => {
    const { clock, ec2, ask } = world();
    const look = () =>
      ask((directories) => directories.securityGroups({ securityGroupNames: ['tenant'] }, signal));
    await look();
    await clock.advance(20 * 60_000);
    expect(await look()).toHaveLength(2);
    expect(ec2.callsOf('DescribeSecurityGroups')).toHaveLength(1);
  });
});

it('no question is an empty answer, without a call', async () => {
  const { ec2, directories } = world();
  expect(await directories.instances([], AGE, signal)).toEqual(new Map());
  expect(await directories.subnets([], signal)).toEqual([]);
  expect(await directories.securityGroups({}, signal)).toEqual([]);
  expect(ec2.calls).toEqual([]);
});
