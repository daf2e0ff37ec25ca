/** One entry of a NodeENI's merged subnet list. */
export interface SubnetSlot {
  readonly kind: 'id' | 'name';
  readonly value: string;
  /** Stable key of the entry, `id/subnet-…` or `name/…`; kept in tags and in attachments. */
  readonly key: string;
}

/** The four subnet fields of a NodeENI. */
export interface SubnetFields {
  readonly subnetID?: string;
  readonly subnetIDs?: readonly string[];
  readonly subnetName?: string;
  readonly subnetNames?: readonly string[];
}

/** Merges the subnet fields in their documented order, IDs before names, and drops duplicates. */
export function mergeSubnetSlots(fields: SubnetFields): SubnetSlot[] {
  const ids = [fields.subnetID, ...(fields.subnetIDs ?? [])].filter((id) => id !== undefined);
  const names = [fields.subnetName, ...(fields.subnetNames ?? [])].filter((name) => name !== undefined);
  return [
    ...[...new Set(ids)].map((value): SubnetSlot => ({ kind: 'id', value, key: `id/${value}` })),
    ...[...new Set(names)].map((value): SubnetSlot => ({ kind: 'name', value, key: `name/${value}` })),
  ];
}
