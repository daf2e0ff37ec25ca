import { effectiveSpec, type NodeEniFields } from '../effective-spec.ts';
import { mergeSubnetSlots } from '../subnet-slots.ts';
import { type SchemaRule, type SchemaViolation, violationsOf } from './schema-rule.ts';

/** The spec of a NodeENI that is stored, and the one that is to take its place. */
export interface SpecChange {
  readonly before: NodeEniFields;
  readonly after: NodeEniFields;
}

function indexOf(spec: NodeEniFields): number {
  return effectiveSpec(spec).deviceIndex;
}

function cardOf(spec: NodeEniFields): number {
  return effectiveSpec(spec).networkCardIndex;
}

function moved(what: string, [before, after]: readonly [number, number], kind: string): string {
  return `${what} is ${before} and cannot become ${after}: EC2 cannot move an attached ENI; create a NodeENI with the new ${kind}, then delete this one`;
}

/** The merged list as written, with its duplicates, as the rule's message shows it. */
function writtenSlots(spec: NodeEniFields): readonly string[] {
  const ids = [spec.subnetID ?? [], spec.subnetIDs ?? []].flat();
  const names = [spec.subnetName ?? [], spec.subnetNames ?? []].flat();
  return [...ids.map((id) => `id/${id}`), ...names.map((name) => `name/${name}`)];
}

/** A list of strings as CEL's format() prints it for %s. */
function listText(entries: readonly string[]): string {
  return `[${entries.map((entry) => `"${entry}"`).join(', ')}]`;
}

function beginsWith(long: readonly string[], short: readonly string[]): boolean {
  return short.every((entry, index) => long[index] === entry);
}

function keepsItsBeginning({ before, after }: SpecChange): boolean {
  const [old, next] = [before, after].map((spec) => mergeSubnetSlots(spec).map(({ key }) => key));
  return beginsWith(old ?? [], next ?? []) || beginsWith(next ?? [], old ?? []);
}

/** The twins of all transition rules of NodeENI, those with `oldSelf`, in the order of the schema. */
export const NODE_ENI_CHANGE_RULES: readonly SchemaRule<SpecChange>[] = [
  {
    name: 'deviceIndexFixed',
    message: 'deviceIndex cannot change: create a NodeENI with the new index, then delete this one',
    field: 'spec.deviceIndex',
    reason: 'FieldValueInvalid',
    breachOf: ({ before, after }) =>
      indexOf(before) === indexOf(after)
        ? undefined
        : { says: moved('deviceIndex', [indexOf(before), indexOf(after)], 'index') },
  },
  {
    name: 'networkCardIndexFixed',
    message: 'networkCardIndex cannot change: create a NodeENI with the new card, then delete this one',
    field: 'spec.networkCardIndex',
    reason: 'FieldValueInvalid',
    breachOf: ({ before, after }) =>
      cardOf(before) === cardOf(after)
        ? undefined
        : { says: moved('networkCardIndex', [cardOf(before), cardOf(after)], 'card') },
  },
  {
    name: 'subnetsChangeAtEnd',
    message:
      'the merged subnet list (subnetID, subnetIDs, subnetName, subnetNames) may only grow or shrink at its end, because device indexes are counted along it; append or remove subnets at the end, or create another NodeENI and delete this one',
    field: 'spec.subnetIDs',
    reason: 'FieldValueInvalid',
    breachOf: (change) =>
      keepsItsBeginning(change)
        ? undefined
        : {
            says: `the merged subnet list (subnetID, subnetIDs, subnetName, subnetNames) is ${listText(writtenSlots(change.before))} and cannot become ${listText(writtenSlots(change.after))}: it may only grow or shrink at its end, because device indexes are counted along it; append or remove subnets at the end, or create another NodeENI and delete this one`,
          },
  },
];

/** What the transition rules of the schema say when a stored spec is to become another one. */
export function judgeSpecChange(change: SpecChange): readonly SchemaViolation[] {
  return violationsOf(change, NODE_ENI_CHANGE_RULES);
}
