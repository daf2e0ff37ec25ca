import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aSubnet } from '../../test/builders/ec2-resources.ts';
import { chooseSubnets, type FrozenSlot, type SubnetChoice } from './subnet-choice.ts';
import { mergeSubnetSlots } from './subnet-slots.ts';
import type { Subnet } from './ec2-resources.ts';

const place = { zone: 'us-east-1a', vpcId: 'vpc-1' };
const IDS = ['subnet-1', 'subnet-2', 'subnet-3', 'subnet-4', 'subnet-5'];
const NAMES = ['n1', 'n2', 'n3'];

const subnetsOfEc2 = fc
  .uniqueArray(
    fc.record({
      subnetId: fc.constantFrom(...IDS),
      name: fc.constantFrom(...NAMES),
      zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
      vpcId: fc.constantFrom('vpc-1', 'vpc-1', 'vpc-1', 'vpc-2'),
    }),
    { selector: ({ subnetId }) => subnetId },
  )
  .map((subnets) => subnets.map((subnet) => aSubnet(subnet)));

const slotLists = fc
  .record({
    subnetIDs: fc.array(fc.constantFrom(...IDS), { maxLength: 5 }),
    subnetNames: fc.array(fc.constantFrom(...NAMES), { maxLength: 4 }),
  })
  .map(mergeSubnetSlots);

function freeze(choice: SubnetChoice): FrozenSlot[] {
  return choice.choices.map(({ slot, subnetId, deviceIndex }) => ({
    slotKey: slot.key,
    subnetId,
    deviceIndex,
  }));
}

function choose(
  slots: ReturnType<typeof mergeSubnetSlots>,
  subnets: readonly Subnet[],
  frozen: readonly FrozenSlot[],
): SubnetChoice {
  return chooseSubnets({ slots, baseDeviceIndex: 2, place, subnets, frozen });
}

function isUnique(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

describe('subnet choice, whatever happens to the subnets of the account', () => {
  it('gives every entry at most one interface, every subnet and every index at most once', () => {
    fc.assert(
      fc.property(slotLists, fc.array(subnetsOfEc2, { minLength: 1, maxLength: 4 }), (slots, history) => {
        let frozen: FrozenSlot[] = [];
        for (const subnets of history) {
          const choice = choose(slots, subnets, frozen);
          const { choices, problems } = choice;
          expect(isUnique([...choices, ...problems].map(({ slot }) => slot.key))).toBe(true);
          expect(isUnique(choices.map(({ deviceIndex }) => deviceIndex))).toBe(true);
          expect(isUnique(choices.map(({ subnetId }) => subnetId))).toBe(true);
          frozen = freeze(choice);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never moves what is attached', () => {
    fc.assert(
      fc.property(slotLists, subnetsOfEc2, subnetsOfEc2, (slots, before, after) => {
        const frozen = freeze(choose(slots, before, []));
        expect(freeze(choose(slots, after, frozen))).toEqual(expect.arrayContaining(frozen));
      }),
    );
  });

  it('gives a list that grows at its end the same indexes, and back when it shrinks', () => {
    fc.assert(
      fc.property(slotLists, subnetsOfEc2, fc.nat(), fc.boolean(), (slots, subnets, cut, isAttached) => {
        const short = slots.slice(0, cut % (slots.length + 1));
        const before = freeze(choose(short, subnets, []));
        const after = freeze(choose(slots, subnets, isAttached ? before : []));
        expect(after.slice(0, before.length)).toEqual(before);
        expect(freeze(choose(short, subnets, after))).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which EC2 lists the subnets', () => {
    fc.assert(
      fc.property(slotLists, subnetsOfEc2, (slots, subnets) => {
        expect(choose(slots, subnets.toReversed(), [])).toEqual(choose(slots, subnets, []));
      }),
    );
  });

  it('chooses only subnets of the zone and VPC of the node', () => {
    fc.assert(
      fc.property(slotLists, subnetsOfEc2, (slots, subnets) => {
        const here = subnets.filter(({ zone, vpcId }) => zone === place.zone && vpcId === place.vpcId);
        const ids = here.map(({ subnetId }) => subnetId);
        expect(ids).toEqual(
          expect.arrayContaining(choose(slots, subnets, []).choices.map((c) => c.subnetId)),
        );
      }),
    );
  });
});
