import type { JudgedInstanceType, ResolvedSlot } from '../../domain/admission/admission-view.ts';
import type { LocatedValue } from '../ports.ts';

function entriesOf(object: LocatedValue, field: string): readonly LocatedValue[] {
  return object.fields.get('status')?.fields.get(field)?.items ?? [];
}

function textOf(entry: LocatedValue, key: string): string | undefined {
  const text = entry.fields.get(key)?.value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function countOf(entry: LocatedValue, key: string): number | undefined {
  const count = entry.fields.get(key)?.value;
  return typeof count === 'number' && Number.isInteger(count) ? count : undefined;
}

/** `status.subnets` of an object that was exported from a cluster. */
export function subnetsOfStatus(object: LocatedValue): readonly ResolvedSlot[] {
  return entriesOf(object, 'subnets').flatMap((entry) => {
    const [slot, subnetID, zone] = ['slot', 'subnetID', 'zone'].map((key) => textOf(entry, key));
    return slot === undefined || subnetID === undefined || zone === undefined
      ? []
      : [{ slot, subnetID, zone }];
  });
}

/** `status.instanceTypes` of an object that was exported from a cluster. */
export function instanceTypesOfStatus(object: LocatedValue): readonly JudgedInstanceType[] {
  return entriesOf(object, 'instanceTypes').flatMap((entry) => {
    const type = textOf(entry, 'type');
    if (type === undefined) return [];
    const cards = entry.fields.get('networkCards')?.items ?? [];
    const networkCards = cards.flatMap((card) => {
      const [index, maximumInterfaces] = ['index', 'maximumInterfaces'].map((key) => countOf(card, key));
      return index === undefined || maximumInterfaces === undefined ? [] : [{ index, maximumInterfaces }];
    });
    return [{ type, networkCards }];
  });
}
