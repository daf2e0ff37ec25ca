import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAddressPool } from './address-pool.ts';
import { Ec2Error } from './ec2-error.ts';
import { createRandom } from './random.ts';

function openPool(cidrBlock: string): ReturnType<typeof createAddressPool> {
  return createAddressPool({ cidrBlock, ipv6CidrBlock: '2600:1f00::/64' }, createRandom('0', 'pool'));
}

function take(make: () => string): string | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof Ec2Error) return undefined;
    throw error;
  }
}

function addressesOf(text: string): readonly string[] {
  const [base = '', bits] = text.split('/');
  if (bits === undefined) return [base];
  const [last = '0'] = base.split('.').slice(-1);
  return Array.from({ length: 16 }, (_, offset) => base.replace(/\d+$/, String(Number(last) + offset)));
}

it('reserves the first four addresses and the last one', () => {
  const pool = openPool('10.0.0.0/28');
  expect(pool.free()).toBe(11);
  const given = Array.from({ length: 11 }, () => pool.allocate());
  expect(given).toEqual(Array.from({ length: 11 }, (_, index) => `10.0.0.${index + 4}`));
  expect(() => pool.allocate()).toThrow('not have enough free addresses');
});

it('never gives an address twice and counts exactly, whatever is taken and released', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('allocate' as const) }),
    fc.record({ kind: fc.constant('prefix' as const) }),
    fc.record({ kind: fc.constant('release' as const), pick: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.constantFrom(26, 27, 28), fc.array(step, { maxLength: 120 }), (bits, steps) => {
      const pool = openPool(`10.0.0.0/${bits}`);
      const total = pool.free();
      const held: string[] = [];
      for (const current of steps) {
        if (current.kind === 'release') pool.release(held.splice(current.pick % Math.max(1, held.length), 1));
        else {
          const taken = take(
            current.kind === 'allocate' ? () => pool.allocate() : () => pool.allocatePrefix(),
          );
          if (taken !== undefined) held.push(taken);
        }
        const addresses = held.flatMap(addressesOf);
        expect(new Set(addresses).size).toBe(addresses.length);
        expect(pool.free()).toBe(total - addresses.length);
      }
    }),
  );
});

it('keeps single IPv6 addresses out of delegated prefixes', () => {
  const pool = openPool('10.0.0.0/28');
  const addresses = Array.from({ length: 200 }, () => pool.allocateIpv6());
  const prefixes = Array.from({ length: 200 }, () => pool.allocateIpv6Prefix());
  expect(new Set([...addresses, ...prefixes]).size).toBe(400);
  const starts = prefixes.map((prefix) => prefix.replace(/::\/80$/, ':'));
  expect(addresses.filter((address) => starts.some((start) => address.startsWith(start)))).toEqual([]);
});
