import {
  type GatewayCase,
  ABSENT,
  OWNED,
  attached,
  create,
  look,
  signal,
  verdictOf,
} from './gateway-case.ts';

const LOST = 'absent Pending InvalidNetworkInterfaceID.NotFound';

/** What every gateway to EC2 does when asked to change an ENI in place. */
export const GATEWAY_CHANGE_CASES: readonly GatewayCase[] = [
  {
    name: 'description and tags change in place, and tags of others stay',
    expected: { description: 'changed', tags: { ...OWNED, mine: 'two', other: 'x' } },
    observe: async (place) => {
      const { eniId } = await create(place, { tags: { ...OWNED, mine: 'one', other: 'x' } });
      await place.gateway.setDescription({ eniId, description: 'changed' }, signal);
      await place.gateway.tagEni({ eniId, tags: { mine: 'two' } }, signal);
      const eni = await look(place, eniId);
      return { description: eni?.description, tags: eni?.tags };
    },
  },
  {
    name: 'a tag is removed only while it has the value that is named',
    expected: { ...OWNED, kept: 'theirs' },
    observe: async (place) => {
      const { eniId } = await create(place, { tags: { ...OWNED, gone: 'ours', kept: 'theirs' } });
      await place.gateway.untagEni({ eniId, tags: { gone: 'ours', kept: 'ours', absent: '' } }, signal);
      return (await look(place, eniId))?.tags;
    },
  },
  {
    name: 'groups of an attached ENI are replaced, and one that does not exist is rejected',
    expected: ['OK', 'rejected SecurityGroupNotFound InvalidGroup.NotFound', 1],
    observe: async (place) => {
      const { eniId } = await attached(place);
      const { groupId, gateway } = place;
      return [
        await verdictOf(gateway.setSecurityGroups({ eniId, securityGroupIds: [groupId] }, signal)),
        await verdictOf(gateway.setSecurityGroups({ eniId, securityGroupIds: [`sg-${ABSENT}`] }, signal)),
        (await look(place, eniId))?.securityGroupIds.length,
      ];
    },
  },
  {
    name: 'addresses are added as the reply says, and taken away by name, but not the primary',
    expected: {
      isTold: true,
      grown: 3,
      left: 2,
      primary: 'rejected RequestRejected InvalidParameterValue',
    },
    observe: async (place) => {
      const { eniId } = await create(place, { secondaryPrivateIpCount: 1 });
      const told = await place.gateway.assignAddresses(
        { eniId, family: 'ipv4', unit: 'address', count: 2 },
        signal,
      );
      const grown = await look(place, eniId);
      const present = grown?.secondaryPrivateIpAddresses ?? [];
      await place.gateway.unassignAddresses(
        { eniId, family: 'ipv4', addresses: told.addresses.slice(0, 1), prefixes: [] },
        signal,
      );
      const primary = [grown?.privateIpAddress ?? ''];
      return {
        isTold: told.addresses.length === 2 && told.addresses.every((address) => present.includes(address)),
        grown: present.length,
        left: (await look(place, eniId))?.secondaryPrivateIpAddresses.length,
        primary: await verdictOf(
          place.gateway.unassignAddresses(
            { eniId, family: 'ipv4', addresses: primary, prefixes: [] },
            signal,
          ),
        ),
      };
    },
  },
  {
    name: 'prefixes are added and taken away',
    expected: [1, 1, 0],
    observe: async (place) => {
      const { eniId } = await create(place);
      const { prefixes } = await place.gateway.assignAddresses(
        { eniId, family: 'ipv4', unit: 'prefix', count: 1 },
        signal,
      );
      const grown = (await look(place, eniId))?.ipv4Prefixes.length;
      await place.gateway.unassignAddresses({ eniId, family: 'ipv4', addresses: [], prefixes }, signal);
      return [prefixes.length, grown, (await look(place, eniId))?.ipv4Prefixes.length];
    },
  },
  {
    name: 'addresses in a full subnet have to wait, and IPv6 where there is none is rejected',
    expected: [
      'waiting SubnetFull InsufficientFreeAddressesInSubnet',
      'rejected RequestRejected InvalidParameterValue',
    ],
    observe: async (place) => {
      const { eniId } = await create(place);
      const target = { eniId, unit: 'address', count: 1 } as const;
      return [
        await verdictOf(place.gateway.assignAddresses({ ...target, family: 'ipv4', count: 60_000 }, signal)),
        await verdictOf(place.gateway.assignAddresses({ ...target, family: 'ipv6' }, signal)),
      ];
    },
  },
  {
    name: 'an ENI that does not exist cannot be changed',
    expected: [LOST, LOST, LOST],
    observe: async (place) => {
      const eniId = `eni-${ABSENT}`;
      return [
        await verdictOf(place.gateway.setDescription({ eniId, description: '' }, signal)),
        await verdictOf(place.gateway.tagEni({ eniId, tags: { a: 'b' } }, signal)),
        await verdictOf(
          place.gateway.assignAddresses({ eniId, family: 'ipv4', unit: 'address', count: 1 }, signal),
        ),
      ];
    },
  },
];
