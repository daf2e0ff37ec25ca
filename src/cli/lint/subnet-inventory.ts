import type { ResolvedSlot } from '../../domain/admission/admission-view.ts';
import type { NodeEniFields } from '../../domain/effective-spec.ts';
import { mergeSubnetSlots, type SubnetSlot } from '../../domain/subnet-slots.ts';
import { type LocatedValue, type ParseManifests, type SourceFile, UnreadableInputError } from '../ports.ts';
import type { Remark } from './judge-object.ts';

/** A subnet of the account, as `--subnets` tells. */
export interface InventoriedSubnet {
  readonly id: string;
  /** Value of its Name tag. */
  readonly name?: string;
  readonly zone: string;
}

function textOf(value: LocatedValue | undefined, key: string): string | undefined {
  const text = value?.fields.get(key)?.value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function nameTag(subnet: LocatedValue): string | undefined {
  const tags = subnet.fields.get('Tags')?.items ?? [];
  return textOf(
    tags.find((tag) => textOf(tag, 'Key') === 'Name'),
    'Value',
  );
}

function readSubnet(file: string, subnet: LocatedValue): InventoriedSubnet {
  const id = textOf(subnet, 'SubnetId') ?? textOf(subnet, 'id');
  const zone = textOf(subnet, 'AvailabilityZone') ?? textOf(subnet, 'zone');
  const name = nameTag(subnet) ?? textOf(subnet, 'name');
  if (id !== undefined && zone !== undefined) return { id, zone, ...(name === undefined ? {} : { name }) };
  const { line, column } = subnet.at;
  throw new UnreadableInputError(
    `${file}:${line}:${column}: a subnet needs SubnetId and AvailabilityZone, or id and zone, as texts`,
  );
}

/**
 * Reads the output of `aws ec2 describe-subnets`, or a list of maps with id, zone and possibly name.
 * @throws UnreadableInputError when it is neither, or YAML or JSON that cannot be read.
 */
export function readSubnets({ name, text }: SourceFile, parse: ParseManifests): readonly InventoriedSubnet[] {
  return parse(text).flatMap(({ root, problems }) => {
    const broken = problems.find(({ severity }) => severity === 'error');
    if (broken !== undefined || root === undefined) {
      const { line, column } = broken?.at ?? { line: 1, column: 1 };
      throw new UnreadableInputError(`${name}:${line}:${column}: ${broken?.message ?? 'there is nothing'}`);
    }
    const list = Array.isArray(root.value) ? root : root.fields.get('Subnets');
    if (list === undefined || !Array.isArray(list.value)) {
      throw new UnreadableInputError(
        `${name}: no list of subnets: give what aws ec2 describe-subnets prints`,
      );
    }
    return list.items.map((subnet) => readSubnet(name, subnet));
  });
}

function subnetsOf(slot: SubnetSlot, inventory: readonly InventoriedSubnet[]): readonly InventoriedSubnet[] {
  return inventory.filter(({ id, name }) => (slot.kind === 'id' ? id : name) === slot.value);
}

/** What the operator would resolve the subnet list to. */
export function resolveSlots(
  spec: NodeEniFields,
  inventory: readonly InventoriedSubnet[],
): readonly ResolvedSlot[] {
  return mergeSubnetSlots(spec).flatMap((slot) =>
    subnetsOf(slot, inventory).map(({ id, zone }) => ({ slot: slot.key, subnetID: id, zone })),
  );
}

function fieldOf({ kind, value }: SubnetSlot, spec: NodeEniFields): string {
  const [one, several] =
    kind === 'id' ? (['subnetID', 'subnetIDs'] as const) : (['subnetName', 'subnetNames'] as const);
  return spec[one] === value ? `spec.${one}` : `spec.${several}[${spec[several]?.indexOf(value) ?? 0}]`;
}

function remarkOn(
  slot: SubnetSlot,
  spec: NodeEniFields,
  inventory: readonly InventoriedSubnet[],
): readonly Remark[] {
  const found = subnetsOf(slot, inventory);
  const at = { severity: 'warning', field: fieldOf(slot, spec) } as const;
  const what = slot.kind === 'id' ? `subnet "${slot.value}"` : `a subnet named "${slot.value}"`;
  if (found.length === 0) {
    const message = `${what} is not in --subnets: the NodeENI would stay Stalled with SubnetNotFound`;
    return [{ ...at, rule: 'subnetNotFound', message }];
  }
  const byZone = Map.groupBy(found, ({ zone }) => zone);
  return Array.from(byZone).flatMap(([zone, subnets]): readonly Remark[] => {
    if (subnets.length === 1) return [];
    const ids = subnets.map(({ id }) => id).join(', ');
    const message = `${subnets.length} subnets of ${zone} are named "${slot.value}" (${ids}): nodes there would be left out with SubnetAmbiguous`;
    return [{ ...at, rule: 'subnetAmbiguous', message }];
  });
}

/** Warns of entries that the operator could not resolve to one subnet a zone. */
export function judgeSubnets(
  spec: NodeEniFields,
  inventory: readonly InventoriedSubnet[],
): readonly Remark[] {
  return mergeSubnetSlots(spec).flatMap((slot) => remarkOn(slot, spec, inventory));
}
