import type { DpdkWish, NodeEniFields } from '../effective-spec.ts';
import { ADMISSION_ANNOTATIONS } from '../../../api/v1alpha1/names.ts';
import type { CommonGround } from './common-ground.ts';
import { commonIndexes, type Footprint, rangeInZone } from './footprint.ts';
import type { NodeEniClaim } from './prepared-view.ts';

/** Rules by which two NodeENIs exclude each other on a node. */
export type ClashRule =
  'deviceIndexConflict' | 'pciAddressConflict' | 'resourceNameConflict' | 'sharedSubnet';

/** Something that two NodeENIs cannot both have on one node. */
export interface Clash {
  readonly rule: ClashRule;
  readonly field: string;
  /** False when it depends on subnets that are not known yet. */
  readonly isCertain: boolean;
  /** What both want, such as indexes or subnets. */
  readonly contested: readonly (string | number)[];
  /** Where; absent when any zone may be meant. */
  readonly zones?: ReadonlySet<string>;
}

/** Everything that the claim and its partner cannot both have, from the claim's point of view. */
export function clashesOf(claim: NodeEniClaim, partner: NodeEniClaim, ground: CommonGround): Clash[] {
  return [
    indexClash(claim, partner, ground),
    subnetClash(claim, partner, ground),
    pciAddressClash(claim, partner, ground),
    resourceNameClash(claim, partner, ground),
  ].filter((clash) => clash !== undefined);
}

type Compare = (claim: NodeEniClaim, partner: NodeEniClaim, ground: CommonGround) => Clash | undefined;

const indexClash: Compare = (claim, partner, { zones }) => {
  if (claim.spec.networkCardIndex !== partner.spec.networkCardIndex) return undefined;
  const { contested, isCertain, where } =
    zones === undefined
      ? { ...unknownIndexes(claim.footprint, partner.footprint), where: undefined }
      : { ...knownIndexes(claim.footprint, partner.footprint, zones), isCertain: true };
  if (contested.length === 0) return undefined;
  const field = contested.includes(claim.spec.deviceIndex)
    ? 'spec.deviceIndex'
    : lastSubnetField(claim.object.spec);
  return {
    rule: 'deviceIndexConflict',
    field,
    isCertain,
    contested,
    ...(where === undefined ? {} : { zones: where }),
  };
};

function knownIndexes(
  a: Footprint,
  b: Footprint,
  zones: ReadonlySet<string>,
): { readonly contested: readonly number[]; readonly where: ReadonlySet<string> } {
  const contested = new Set<number>();
  const where = new Set<string>();
  for (const zone of zones) {
    const ofA = rangeInZone(a, zone);
    const ofB = rangeInZone(b, zone);
    if (ofA === undefined || ofB === undefined) continue;
    for (const index of commonIndexes(ofA, ofB)) {
      contested.add(index);
      where.add(zone);
    }
  }
  return { contested: [...contested].toSorted((x, y) => x - y), where };
}

/** Equal first indexes clash wherever both have a subnet; further ones only when enough subnets are in one zone. */
function unknownIndexes(
  a: Footprint,
  b: Footprint,
): { readonly contested: readonly number[]; readonly isCertain: boolean } {
  if (a.widest.first === b.widest.first) return { contested: [a.widest.first], isCertain: true };
  return { contested: commonIndexes(a.widest, b.widest), isCertain: false };
}

const subnetClash: Compare = (claim, partner, { zones }) => {
  if (sharesSubnetsOnPurpose(claim) || sharesSubnetsOnPurpose(partner)) return undefined;
  const isReachable = (zone: string | undefined): boolean =>
    zones === undefined || zone === undefined || zones.has(zone);
  const subnets = [...claim.footprint.zoneBySubnet].filter(
    ([id, zone]) => partner.footprint.zoneBySubnet.has(id) && isReachable(zone),
  );
  const names = [...claim.footprint.unknownNames].filter((name) => partner.footprint.unknownNames.has(name));
  const contested = [...subnets.map(([id]) => id), ...names];
  if (contested.length === 0) return undefined;
  const where = subnets.map(([, zone]) => zone);
  const isEverywhere = names.length > 0 || where.includes(undefined);
  return {
    rule: 'sharedSubnet',
    field: lastSubnetField(claim.object.spec),
    isCertain: true,
    contested,
    ...(isEverywhere ? {} : { zones: new Set(where.filter((zone) => zone !== undefined)) }),
  };
};

function sharesSubnetsOnPurpose({ object }: NodeEniClaim): boolean {
  return object.annotations[ADMISSION_ANNOTATIONS.allowSharedSubnet] === 'true';
}

const pciAddressClash: Compare = (claim, partner, ground) => {
  const address = claim.spec.dpdk?.pciAddress;
  if (address === undefined || partner.spec.dpdk?.pciAddress !== address) return undefined;
  return deviceClash('pciAddressConflict', 'spec.dpdkPCIAddress', address, ground);
};

const resourceNameClash: Compare = (claim, partner, ground) => {
  const name = claim.spec.dpdk?.resourceName;
  if (name === undefined || partner.spec.dpdk?.resourceName !== name) return undefined;
  if (driverOf(claim.spec.dpdk) === driverOf(partner.spec.dpdk)) return undefined;
  return deviceClash('resourceNameConflict', 'spec.dpdkResourceName', name, ground);
};

function deviceClash(rule: ClashRule, field: string, contested: string, { zones }: CommonGround): Clash {
  return { rule, field, isCertain: true, contested: [contested], ...(zones === undefined ? {} : { zones }) };
}

/** The driver that devices of the NodeENI are bound to, for people. */
export function driverOf(dpdk: DpdkWish | undefined): string {
  return dpdk?.enabled === true ? (dpdk.driver ?? 'vfio-pci') : 'the kernel driver';
}

/** The field that holds the end of the merged subnet list, which is where a list can be edited. */
function lastSubnetField(fields: NodeEniFields): string {
  if (fields.subnetNames !== undefined && fields.subnetNames.length > 0) return 'spec.subnetNames';
  if (fields.subnetName !== undefined) return 'spec.subnetName';
  if (fields.subnetIDs !== undefined && fields.subnetIDs.length > 0) return 'spec.subnetIDs';
  return 'spec.subnetID';
}
