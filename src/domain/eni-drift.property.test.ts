import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anAttachedEni, anEni } from '../../test/builders/ec2-resources.ts';
import { afterDriftStep, type AssignedAddresses } from './drift-effect.ts';
import type { Eni } from './ec2-resources.ts';
import { type DriftStep, driftKey, driftSteps, type EniWish, planDrift } from './eni-drift.ts';

const groups = fc.uniqueArray(fc.constantFrom('sg-1', 'sg-2', 'sg-3', 'sg-4'), { minLength: 1 });
const keys = fc.constantFrom('ours', 'mine', 'old', 'older');
const tags = fc.dictionary(keys, fc.constantFrom('a', 'b'));
const foreign = fc.dictionary(fc.constantFrom('theirs', 'also-theirs'), fc.constantFrom('a', 'b'));
const count = fc.option(fc.nat(6), { nil: undefined });
const hosts = fc.uniqueArray(fc.integer({ min: 2, max: 200 }), { maxLength: 6 });

const wishes: fc.Arbitrary<EniWish> = fc
  .record({
    deleteOnTermination: fc.boolean(),
    sourceDestCheck: fc.boolean(),
    securityGroupIds: fc.oneof(groups, fc.constant([])),
    description: fc.constantFrom('', 'one', 'two'),
    tags: fc.record({ required: tags, obsolete: tags }),
    addresses: fc.record({
      secondaryPrivateIPCount: count,
      ipv4PrefixCount: count,
      ipv6AddressCount: count,
      ipv6PrefixCount: count,
    }),
  })
  .map(({ addresses, ...wish }) => ({
    ...wish,
    addresses: Object.fromEntries(Object.entries(addresses).filter(([, wanted]) => wanted !== undefined)),
  }));

const enis: fc.Arbitrary<Eni> = fc
  .record({
    isAttached: fc.boolean(),
    deleteOnTermination: fc.boolean(),
    sourceDestCheck: fc.boolean(),
    securityGroupIds: groups,
    description: fc.constantFrom('', 'one', 'two'),
    tags: fc.tuple(tags, foreign).map(([known, others]) => ({ ...known, ...others })),
    v4: hosts,
    p4: hosts,
    v6: hosts,
    p6: hosts,
  })
  .map(({ isAttached, deleteOnTermination, v4, p4, v6, p6, ...rest }) => {
    const fields = {
      ...rest,
      privateIpAddress: '10.0.0.1',
      secondaryPrivateIpAddresses: v4.map((host) => `10.0.0.${host}`),
      ipv4Prefixes: p4.map((host) => `10.1.${host}.0/28`),
      ipv6Addresses: v6.map((host) => `2600:1f14::${host.toString(16)}`),
      ipv6Prefixes: p6.map((host) => `2600:1f14:${host.toString(16)}::/80`),
    };
    return isAttached ? anAttachedEni({ deleteOnTermination }, fields) : anEni(fields);
  });

let made = 0;
/** What EC2 would choose. */
function assigned(step: DriftStep): AssignedAddresses {
  if (step.kind !== 'assign-addresses') return { addresses: [], prefixes: [] };
  const chosen = Array.from({ length: step.count }, () => {
    made += 1;
    return step.family === 'ipv4' ? `10.9.${made >> 8}.${made & 255}` : `2600:9::${made.toString(16)}`;
  });
  return step.unit === 'address'
    ? { addresses: chosen, prefixes: [] }
    : { addresses: [], prefixes: chosen.map((address) => `${address}/28`) };
}

const context = { isConfirmed: true, refused: [] };

/** The ENI once nothing is left to do, and the steps that it took. */
function repaired(wish: EniWish, eni: Eni): { readonly eni: Eni; readonly steps: DriftStep[] } {
  const steps: DriftStep[] = [];
  let now = eni;
  for (let step = planDrift(wish, now, context); step !== undefined; step = planDrift(wish, now, context)) {
    now = afterDriftStep(now, step, assigned(step));
    steps.push(step);
    if (steps.length > 20) throw new Error('the steps do not end');
  }
  return { eni: now, steps };
}

const kept = ({ eniId, subnetId, macAddress, privateIpAddress, attachment }: Eni): unknown => [
  eniId,
  subnetId,
  macAddress,
  privateIpAddress,
  attachment?.attachmentId,
  attachment?.deviceIndex,
];
const turned = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).toReversed());

describe('putting an ENI right', () => {
  it('ends with everything as wished, by at most one call of each kind', () => {
    fc.assert(
      fc.property(wishes, enis, (wish, before) => {
        const { eni, steps } = repaired(wish, before);
        expect(driftSteps(wish, eni, true)).toEqual([]);
        expect(eni).toMatchObject({ sourceDestCheck: wish.sourceDestCheck, description: wish.description });
        expect(eni.tags).toMatchObject(wish.tags.required);
        const { secondaryPrivateIPCount, ipv6PrefixCount } = wish.addresses;
        expect(eni.secondaryPrivateIpAddresses).toHaveLength(
          secondaryPrivateIPCount ?? before.secondaryPrivateIpAddresses.length,
        );
        expect(eni.ipv6Prefixes).toHaveLength(ipv6PrefixCount ?? before.ipv6Prefixes.length);
        expect(new Set(steps.map((step) => driftKey(step))).size).toBe(steps.length);
        expect(steps.length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the ENI: id, attachment, primary address and place never change', () => {
    fc.assert(
      fc.property(wishes, enis, (wish, before) => {
        const { eni } = repaired(wish, before);
        expect(kept(eni)).toEqual(kept(before));
      }),
    );
  });

  it('leaves tags of others, and those whose value is not ours any more', () => {
    fc.assert(
      fc.property(wishes, enis, (wish, before) => {
        const { eni } = repaired(wish, before);
        for (const [key, value] of Object.entries(before.tags)) {
          if (wish.tags.required[key] !== undefined || wish.tags.obsolete[key] === value) continue;
          expect(eni.tags[key]).toBe(value);
        }
      }),
    );
  });

  it('does not care for the order of groups, tags and addresses', () => {
    fc.assert(
      fc.property(wishes, enis, (wish, before) => {
        const { eni } = repaired(wish, before);
        const other = {
          ...eni,
          tags: turned(eni.tags),
          securityGroupIds: eni.securityGroupIds.toReversed(),
          secondaryPrivateIpAddresses: eni.secondaryPrivateIpAddresses.toReversed(),
        };
        const securityGroupIds = [...wish.securityGroupIds.toReversed(), ...wish.securityGroupIds];
        expect(planDrift({ ...wish, securityGroupIds }, other, context)).toBeUndefined();
      }),
    );
  });

  it('goes on with the rest when EC2 refuses a step, and never sends that one', () => {
    fc.assert(
      fc.property(wishes, enis, fc.nat(), (wish, eni, pick) => {
        const steps = driftSteps(wish, eni, true);
        const step = steps[pick % Math.max(1, steps.length)];
        if (step === undefined) return;
        const key = driftKey(step);
        const refused = [{ key, reason: 'RequestRejected', message: 'no', retryInMs: 1 } as const];
        const next = planDrift(wish, eni, { isConfirmed: true, refused });
        expect(next === undefined ? steps.length : driftKey(next)).not.toBe(next === undefined ? 0 : key);
        expect(next === undefined).toBe(steps.length === 1);
      }),
    );
  });
});
