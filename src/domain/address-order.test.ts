import { expect, it } from 'vitest';
import { highestAddresses } from './address-order.ts';

it.each([
  [['10.0.0.9', '10.0.0.10', '10.0.1.1'], 2, ['10.0.1.1', '10.0.0.10']],
  [['10.0.0.16/28', '10.0.0.128/28'], 1, ['10.0.0.128/28']],
  [['2600:1f14::9', '2600:1f14::10', '2600:1f14:0:1::'], 2, ['2600:1f14:0:1::', '2600:1f14::10']],
  [['2600:1f14:0:1:2:3:4:5', '::1'], 1, ['2600:1f14:0:1:2:3:4:5']],
  [['2600:1f14:0:1:ffff::/80', '2600:1f14:0:1:a::/80'], 1, ['2600:1f14:0:1:ffff::/80']],
  [['10.0.0.9'], 0, []],
])('of %j the %i highest by number, not by text, are %j', (addresses, count, highest) => {
  expect(highestAddresses(addresses, count)).toEqual(highest);
  expect(highestAddresses(addresses.toReversed(), count)).toEqual(highest);
});
