import { expect, it } from 'vitest';
import { addressWish } from './address-wish.ts';

it('says nothing of families that were never named, so that a pod IPAM may assign what it likes', () => {
  expect(addressWish({}, [undefined, {}])).toEqual({});
  expect(addressWish({ ipv6PrefixCount: 1 }, [])).toEqual({ ipv6AddressCount: 0, ipv6PrefixCount: 1 });
});

it('wants none of the other kind of the family', () => {
  const wish = addressWish({ ipv4PrefixCount: 1 }, [{ secondaryPrivateIPCount: 3, ipv4PrefixCount: 0 }]);
  expect(wish).toEqual({ secondaryPrivateIPCount: 0, ipv4PrefixCount: 1 });
});

it('takes back what was wanted once, also what only the create call carried', () => {
  const none = { secondaryPrivateIPCount: 0, ipv4PrefixCount: 0 };
  expect(addressWish({}, [{ secondaryPrivateIPCount: 3 }])).toEqual(none);
  expect(addressWish({}, [undefined, { secondaryPrivateIPCount: 3 }])).toEqual(none);
  expect(addressWish({ secondaryPrivateIPCount: 0 }, [])).toEqual(none);
});
