import type { SubnetFields } from '../../src/domain/subnet-slots.ts';

/** Changes of the subnet fields that the schema allows. */
export const allowedSubnetChanges: readonly (readonly [
  promise: string,
  before: SubnetFields,
  after: SubnetFields,
])[] = [
  ['may stay as they are', { subnetIDs: ['subnet-a', 'subnet-b'] }, { subnetIDs: ['subnet-a', 'subnet-b'] }],
  ['may grow at the end', { subnetID: 'subnet-a' }, { subnetID: 'subnet-a', subnetIDs: ['subnet-b'] }],
  ['may shrink at the end', { subnetIDs: ['subnet-a', 'subnet-b'] }, { subnetIDs: ['subnet-a'] }],
  [
    'may grow by names after IDs',
    { subnetID: 'subnet-a' },
    { subnetID: 'subnet-a', subnetName: 'a', subnetNames: ['b'] },
  ],
  [
    'may lose all their names',
    { subnetIDs: ['subnet-a'], subnetNames: ['a', 'b'] },
    { subnetIDs: ['subnet-a'] },
  ],
  [
    'may move between the field for one and the field for several',
    { subnetID: 'subnet-a', subnetName: 'a' },
    { subnetIDs: ['subnet-a'], subnetNames: ['a'] },
  ],
  [
    'may lose a duplicate',
    { subnetID: 'subnet-a', subnetIDs: ['subnet-a', 'subnet-b'] },
    { subnetIDs: ['subnet-a', 'subnet-b'] },
  ],
  [
    'may gain a duplicate anywhere',
    { subnetIDs: ['subnet-a', 'subnet-b', 'subnet-c'] },
    { subnetIDs: ['subnet-a', 'subnet-a', 'subnet-b', 'subnet-a', 'subnet-c'] },
  ],
];

/** Changes of the subnet fields that the schema refuses, and what it says of both lists. */
export const refusedSubnetChanges: readonly (readonly [
  promise: string,
  before: SubnetFields,
  after: SubnetFields,
  says: string,
])[] = [
  [
    'another first subnet',
    { subnetID: 'subnet-a' },
    { subnetID: 'subnet-b' },
    '["id/subnet-a"] and cannot become ["id/subnet-b"]',
  ],
  [
    'a subnet inserted in front',
    { subnetIDs: ['subnet-b'] },
    { subnetID: 'subnet-a', subnetIDs: ['subnet-b'] },
    '["id/subnet-b"] and cannot become ["id/subnet-a", "id/subnet-b"]',
  ],
  [
    'the first subnet removed',
    { subnetIDs: ['subnet-a', 'subnet-b'] },
    { subnetIDs: ['subnet-b'] },
    '["id/subnet-a", "id/subnet-b"] and cannot become ["id/subnet-b"]',
  ],
  [
    'two subnets exchanged',
    { subnetNames: ['a', 'b'] },
    { subnetNames: ['b', 'a'] },
    '["name/a", "name/b"] and cannot become ["name/b", "name/a"]',
  ],
  [
    'an ID added in front of the names',
    { subnetID: 'subnet-a', subnetName: 'a' },
    { subnetID: 'subnet-a', subnetIDs: ['subnet-b'], subnetName: 'a' },
    '["id/subnet-a", "name/a"] and cannot become ["id/subnet-a", "id/subnet-b", "name/a"]',
  ],
  [
    'the last subnet exchanged',
    { subnetIDs: ['subnet-a', 'subnet-b'] },
    { subnetIDs: ['subnet-a', 'subnet-c'] },
    '["id/subnet-a", "id/subnet-b"] and cannot become ["id/subnet-a", "id/subnet-c"]',
  ],
  [
    'a name in place of an ID that reads the same',
    { subnetID: 'subnet-a' },
    { subnetName: 'subnet-a' },
    '["id/subnet-a"] and cannot become ["name/subnet-a"]',
  ],
];
