import type { ActionDefinition } from '../call-context.ts';
import { Ec2Error } from '../ec2-error.ts';
import { parseFilters } from '../filters.ts';
import { texts } from '../params.ts';
import { zoneId } from './subnet-actions.ts';

/** DescribeAvailabilityZones. */
export const describeAvailabilityZones: ActionDefinition = {
  name: 'DescribeAvailabilityZones',
  params: ['ZoneName', 'Filter'],
  ignored: ['AllAvailabilityZones'],
  run: ({ world, params, region }) => {
    const names = texts(params, 'ZoneName');
    const unknown = names.find((name) => !world.zones.includes(name));
    if (unknown !== undefined)
      throw new Ec2Error('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
    const fields: Readonly<Record<string, (zone: string) => string>> = {
      'zone-name': (zone) => zone,
      'zone-id': (zone) => zoneId(world, zone),
      'region-name': () => region,
      state: () => 'available',
    };
    const filters = parseFilters(params, Object.keys(fields));
    const zones = world.zones
      .filter((zone) => names.length === 0 || names.includes(zone))
      .filter((zone) => filters.every((filter) => filter.matches(fields[filter.name]?.(zone) ?? '')));
    return {
      availabilityZoneInfo: zones.map((zoneName) => ({
        zoneName,
        zoneState: 'available',
        regionName: region,
        zoneId: zoneId(world, zoneName),
        groupName: region,
        networkBorderGroup: region,
        zoneType: 'availability-zone',
        optInStatus: 'opt-in-not-required',
        messageSet: [],
      })),
    };
  },
};
