import type { CardLimits, JudgedNodeEni } from './admission-view.ts';

/**
 * What the NodeENIs know of instance types, together. EC2 never changes a type; should two disagree all the same, then
 * the NodeENI that was made last is right.
 */
export function gatherCardLimits(nodeEnis: readonly JudgedNodeEni[]): ReadonlyMap<string, CardLimits> {
  const oldestFirst = nodeEnis
    .filter(({ instanceTypes }) => instanceTypes !== undefined)
    .toSorted((one, other) => (one.createdAtMs ?? Infinity) - (other.createdAtMs ?? Infinity) || 0);
  return new Map(
    oldestFirst.flatMap(({ instanceTypes = [] }) =>
      instanceTypes.map(({ type, networkCards }): readonly [string, CardLimits] => [
        type,
        new Map(networkCards.map(({ index, maximumInterfaces }) => [index, maximumInterfaces])),
      ]),
    ),
  );
}
