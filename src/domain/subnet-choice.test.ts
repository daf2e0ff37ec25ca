import { describe, expect, it } from 'vitest';
import { aSubnet } from '../../test/builders/ec2-resources.ts';
import { chooseSubnets, type FrozenSlot, type NodePlace, type SubnetChoice } from './subnet-choice.ts';
import { mergeSubnetSlots, type SubnetFields } from './subnet-slots.ts';
import type { Subnet } from './ec2-resources.ts';

const zoneA: NodePlace = { zone: 'us-east-1a', vpcId: 'vpc-1' };
const zoneB: NodePlace = { zone: 'us-east-1b', vpcId: 'vpc-1' };

const a1 = aSubnet({ subnetId: 'subnet-a1', name: 'tenant', zone: 'us-east-1a' });
const a2 = aSubnet({ subnetId: 'subnet-a2', name: 'media', zone: 'us-east-1a' });
const a3 = aSubnet({ subnetId: 'subnet-a3', name: 'signal', zone: 'us-east-1a' });
const b1 = aSubnet({ subnetId: 'subnet-b1', name: 'tenant', zone: 'us-east-1b' });
const all = [a1, a2, a3, b1];

function choose(
  fields: SubnetFields,
  more: { place?: NodePlace; subnets?: readonly Subnet[]; frozen?: readonly FrozenSlot[] } = {},
): SubnetChoice {
  return chooseSubnets({
    slots: mergeSubnetSlots(fields),
    baseDeviceIndex: 2,
    place: more.place ?? zoneA,
    subnets: more.subnets ?? all,
    frozen: more.frozen ?? [],
  });
}

function indexes(choice: SubnetChoice): [string, number][] {
  return choice.choices.map(({ subnetId, deviceIndex }) => [subnetId, deviceIndex]);
}

function reasons(choice: SubnetChoice): [string, string][] {
  return choice.problems.map(({ slot, reason }) => [slot.value, reason]);
}

function frozen(slotKey: string, subnetId: string, deviceIndex: number): FrozenSlot {
  return { slotKey, subnetId, deviceIndex };
}

describe('subnets of a node', () => {
  it('get consecutive indexes in listed order', () => {
    const choice = choose({ subnetIDs: ['subnet-a2', 'subnet-a1', 'subnet-a3'] });
    expect(indexes(choice)).toEqual([
      ['subnet-a2', 2],
      ['subnet-a1', 3],
      ['subnet-a3', 4],
    ]);
    expect(choice.problems).toEqual([]);
    expect(choice.choices[0]?.subnetCidr).toBe('10.0.1.0/24');
  });

  it('are those of its zone only, and the others take no index', () => {
    const fields = { subnetIDs: ['subnet-b1', 'subnet-a1', 'subnet-a2'] };
    expect(indexes(choose(fields))).toEqual([
      ['subnet-a1', 2],
      ['subnet-a2', 3],
    ]);
    expect(indexes(choose(fields, { place: zoneB }))).toEqual([['subnet-b1', 2]]);
  });

  it('have the same index on every node of a zone', () => {
    const fields = { subnetIDs: ['subnet-a1', 'subnet-b1', 'subnet-a2'] };
    const fresh = choose(fields);
    const half = choose(fields, { frozen: [frozen('id/subnet-a1', 'subnet-a1', 2)] });
    expect(indexes(half)).toEqual(indexes(fresh));
  });

  it('are not those of another VPC in the same zone', () => {
    const subnets = [a1, aSubnet({ subnetId: 'subnet-other', name: 'media', vpcId: 'vpc-2' })];
    expect(choose({ subnetNames: ['media'] }, { subnets })).toMatchObject({ choices: [], problems: [] });
  });

  it.each([
    ['in the zone for a node on an Outpost', undefined, 'arn:outpost-1'],
    ['on an Outpost for a node in the zone', 'arn:outpost-1', undefined],
    ['on another Outpost', 'arn:outpost-1', 'arn:outpost-2'],
  ])('are not those %s', (_, ofSubnet, ofNode) => {
    const subnet = aSubnet({ ...a1, ...(ofSubnet === undefined ? {} : { outpostArn: ofSubnet }) });
    const place = { ...zoneA, ...(ofNode === undefined ? {} : { outpostArn: ofNode }) };
    expect(choose({ subnetID: 'subnet-a1' }, { subnets: [subnet], place }).choices).toEqual([]);
  });

  it('are those of the same Outpost', () => {
    const place = { ...zoneA, outpostArn: 'arn:outpost-1' };
    const subnets = [aSubnet({ ...a1, outpostArn: 'arn:outpost-1' })];
    expect(indexes(choose({ subnetID: 'subnet-a1' }, { subnets, place }))).toEqual([['subnet-a1', 2]]);
  });
});

describe('a subnet name', () => {
  it('means one subnet per zone', () => {
    expect(indexes(choose({ subnetName: 'tenant' }))).toEqual([['subnet-a1', 2]]);
    expect(indexes(choose({ subnetName: 'tenant' }, { place: zoneB }))).toEqual([['subnet-b1', 2]]);
  });

  it('is ambiguous where two subnets of the zone bear it, with one message in any order', () => {
    const twin = aSubnet({ subnetId: 'subnet-a9', name: 'tenant' });
    const choice = choose({ subnetName: 'tenant' }, { subnets: [twin, a1] });
    expect(choice.choices).toEqual([]);
    expect(reasons(choice)).toEqual([['tenant', 'SubnetAmbiguous']]);
    expect(choice.problems[0]?.message).toMatch(/subnet-a1 and subnet-a9 in us-east-1a.*subnetIDs/);
    expect(choose({ subnetName: 'tenant' }, { subnets: [a1, twin] })).toEqual(choice);
  });

  it('is not ambiguous because another zone or VPC has it twice', () => {
    const subnets = [
      a1,
      b1,
      aSubnet({ subnetId: 'subnet-b9', name: 'tenant', zone: 'us-east-1b' }),
      aSubnet({ subnetId: 'subnet-x', name: 'tenant', vpcId: 'vpc-2' }),
    ];
    expect(indexes(choose({ subnetName: 'tenant' }, { subnets }))).toEqual([['subnet-a1', 2]]);
  });

  it('that resolves to a listed subnet is dropped and takes no index', () => {
    const choice = choose({ subnetIDs: ['subnet-a1'], subnetNames: ['tenant', 'media'] });
    expect(indexes(choice)).toEqual([
      ['subnet-a1', 2],
      ['subnet-a2', 3],
    ]);
    expect(choice.problems).toEqual([]);
  });
});

describe('an entry that cannot be resolved', () => {
  it('is reported with the fix', () => {
    const choice = choose({ subnetIDs: ['subnet-gone'], subnetNames: ['nowhere'] });
    expect(reasons(choice)).toEqual([
      ['subnet-gone', 'SubnetNotFound'],
      ['nowhere', 'SubnetNotFound'],
    ]);
    expect(choice.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"subnet-gone" exists in no zone: check the id/),
      expect.stringMatching(/"nowhere" exists in no zone: check the Name tag/),
    ]);
  });

  it('blocks later entries but not earlier ones, so that no index shifts when it comes', () => {
    const fields = { subnetIDs: ['subnet-a1', 'subnet-gone', 'subnet-a2'] };
    const before = choose(fields);
    expect(indexes(before)).toEqual([['subnet-a1', 2]]);
    expect(reasons(before)).toEqual([
      ['subnet-gone', 'SubnetNotFound'],
      ['subnet-a2', 'WaitingForEarlierSubnet'],
    ]);
    const after = choose(fields, { subnets: [...all, aSubnet({ subnetId: 'subnet-gone' })] });
    expect(indexes(after)).toEqual([
      ['subnet-a1', 2],
      ['subnet-gone', 3],
      ['subnet-a2', 4],
    ]);
  });

  it('blocks nothing on a node where the entry is known to be elsewhere', () => {
    const choice = choose({ subnetIDs: ['subnet-a1', 'subnet-a2'] }, { place: zoneB });
    expect(choice).toMatchObject({ choices: [], problems: [] });
  });

  it('does not touch a later entry that is attached already', () => {
    const choice = choose(
      { subnetIDs: ['subnet-gone', 'subnet-a2', 'subnet-a3'] },
      { frozen: [frozen('id/subnet-a2', 'subnet-a2', 3)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a2', 3]]);
    expect(reasons(choice)).toEqual([
      ['subnet-gone', 'SubnetNotFound'],
      ['subnet-a3', 'WaitingForEarlierSubnet'],
    ]);
  });
});

describe('an attached entry', () => {
  it('keeps its subnet and index when its name moves to another subnet', () => {
    const subnets = [aSubnet({ ...a1, name: 'old' }), aSubnet({ subnetId: 'subnet-new', name: 'tenant' })];
    const choice = choose(
      { subnetName: 'tenant' },
      { subnets, frozen: [frozen('name/tenant', 'subnet-a1', 2)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a1', 2]]);
    expect(choice.problems).toEqual([]);
    expect(choice.movedNames).toEqual([
      'subnet name "tenant" means subnet-new now, but the ENI was made in subnet-a1 and stays there: give the name back to subnet-a1, or take the node\'s label away until the ENI is released',
    ]);
  });

  it.each([
    ['still means its subnet', [aSubnet({ ...a1, name: 'tenant' })]],
    ['means its subnet and another one', [a2, a1].map((each) => aSubnet({ ...each, name: 'tenant' }))],
    ['means nothing any more', [aSubnet({ ...a1, name: 'old' })]],
    ['means a subnet of another zone', [aSubnet({ ...a2, name: 'tenant', zone: 'us-east-1b' })]],
  ])('is no news while its name %s', (_name, subnets) => {
    const choice = choose(
      { subnetName: 'tenant' },
      { subnets, frozen: [frozen('name/tenant', 'subnet-a1', 2)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a1', 2]]);
    expect(choice.movedNames).toEqual([]);
  });

  it('keeps them also when its subnet can no longer be seen', () => {
    const choice = choose(
      { subnetName: 'tenant' },
      { subnets: [], frozen: [frozen('name/tenant', 'subnet-a1', 7)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a1', 7]]);
    expect(choice.choices[0]).not.toHaveProperty('subnetCidr');
  });

  it('makes the next new entry count from it', () => {
    const choice = choose(
      { subnetIDs: ['subnet-a1', 'subnet-a2'] },
      { frozen: [frozen('id/subnet-a1', 'subnet-a1', 5)] },
    );
    expect(indexes(choice)).toEqual([
      ['subnet-a1', 5],
      ['subnet-a2', 6],
    ]);
  });

  it('never shares its index with an earlier entry whose subnet came to the zone later', () => {
    const choice = choose(
      { subnetNames: ['tenant', 'media', 'signal'] },
      { frozen: [frozen('name/media', 'subnet-a2', 2)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a2', 2]]);
    expect(reasons(choice)).toEqual([
      ['tenant', 'DeviceIndexInUse'],
      ['signal', 'WaitingForEarlierSubnet'],
    ]);
    expect(choice.problems[0]?.message).toMatch(/name\/media took its device index 2/);
  });

  it('never shares its subnet with an earlier entry whose name came to it later', () => {
    const subnets = [aSubnet({ ...a2, name: 'tenant' })];
    const choice = choose(
      { subnetNames: ['tenant', 'media'] },
      { subnets, frozen: [frozen('name/media', 'subnet-a2', 2)] },
    );
    expect(indexes(choice)).toEqual([['subnet-a2', 2]]);
    expect(choice.problems).toEqual([]);
  });
});
