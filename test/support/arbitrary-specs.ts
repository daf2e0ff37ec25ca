import {
  array,
  type Arbitrary,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  oneof,
  record,
} from 'fast-check';
import { many, manyPairs } from '../component/schema-api.ts';

/** Mostly right values, some at the bounds, some just beyond. */
function around(min: number, max: number): Arbitrary<number> {
  return oneof(
    { weight: 30, arbitrary: integer({ min, max }) },
    { weight: 10, arbitrary: constantFrom(min, max) },
    { weight: 1, arbitrary: constantFrom(min - 1, max + 1) },
  );
}

function mostly<T>(fine: Arbitrary<T>, wrong: Arbitrary<unknown>): Arbitrary<unknown> {
  return oneof({ weight: 40, arbitrary: fine }, { weight: 1, arbitrary: wrong });
}

/** For what excludes much else; undefined is not sent. */
function seldom(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return oneof({ weight: 5, arbitrary: constant(undefined) }, { weight: 1, arbitrary: value });
}

const subnetId = mostly(
  constantFrom('subnet-a', 'subnet-b', 'subnet-tenant-c'),
  constantFrom('', 'vpc-a', 5),
);
const subnetName = mostly(constantFrom('a', 'subnet-a', 'ü'), constantFrom('', 'n'.repeat(256), true));
const tagKey = mostly(
  constantFrom('a', 'b/c', 'awsome'),
  constantFrom('', 'aws:a', 'eks:b', 'k'.repeat(129)),
);

/** NodeENI specs as JSON: about half of them right, the others wrong in one or two ways, many at a bound. */
export const specsAroundBounds: Arbitrary<unknown> = record(
  {
    nodeSelector: mostly(
      dictionary(constantFrom('role', 'example.com/pool', 'a.b'), constantFrom('edge', '', 'x'.repeat(63)), {
        minKeys: 1,
      }),
      oneof(constant({}), constant(manyPairs(17)), constant({ 'a b': 'c' }), constant({ a: '-' })),
    ),
    subnetID: subnetId,
    subnetIDs: mostly(array(subnetId, { maxLength: 3 }), constant(many(17, (index) => `subnet-${index}`))),
    subnetName,
    subnetNames: array(subnetName, { maxLength: 2 }),
    securityGroupIDs: mostly(
      array(constantFrom('sg-a', 'sg-b'), { minLength: 1, maxLength: 3 }),
      constantFrom([], ['a']),
    ),
    securityGroupNames: array(constantFrom('a', 'b'), { maxLength: 2 }),
    deviceIndex: around(1, 31),
    networkCardIndex: around(0, 31),
    mtu: around(576, 9001),
    tags: oneof(
      dictionary(constantFrom('a', 'b', 'c'), constantFrom('', 'v'.repeat(256))),
      tagKey.map((key) => ({ [String(key)]: 'x' })),
    ),
    secondaryPrivateIPCount: around(0, 49),
    ipv4PrefixCount: seldom(around(0, 49)),
    ipv6AddressCount: around(0, 50),
    ipv6PrefixCount: seldom(around(0, 50)),
    enableDPDK: boolean(),
    dpdkEnabled: seldom(boolean()),
    dpdkPCIAddress: seldom(
      mostly(constantFrom('0000:00:07.0', 'ffff:ff:1f.7'), constantFrom('0000:00:20.0', '00:07.0')),
    ),
    deletionPolicy: mostly(constantFrom('Delete', 'Retain'), constant('Keep')),
    mtuu: mostly(constant(undefined), constant(1)),
  },
  { requiredKeys: [] },
).map((spec) => JSON.parse(JSON.stringify(spec)));
